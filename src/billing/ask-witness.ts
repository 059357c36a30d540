import type { BillingApi, Row, Warehouse } from "../ports.ts";
import { addDays, dayOf, isoOf } from "../time.ts";
import type { DimensionWriter } from "./dimensions.ts";
import { monthReconciliation } from "./month-reconciliation.ts";
import { thirdWitness, type Witnesses, witnessDays } from "./third-witness.ts";

export interface AskWitness {
  readonly warehouse: Warehouse;
  readonly dimensions: DimensionWriter;
  readonly api: BillingApi;
  /** Share by which Cost Explorer and bill may differ. */
  readonly limit: number;
  /** Milliseconds. */
  readonly now: number;
}

/**
 * Asks Cost Explorer for the running month and, in its first half, for the one before, whose bill is not closed yet; months that are on no bill
 * are not asked for. The answers go into bill_witnesses, from where a rule tells of a disagreement.
 */
export async function askWitness({ warehouse, dimensions, api, limit, now }: AskWitness): Promise<Witnesses[]> {
  const today = dayOf(now);
  const running = today.slice(0, 7);
  const before = addDays(`${running}-01`, -1).slice(0, 7);
  const answers: Witnesses[] = [];
  for (const month of Number(today.slice(8)) <= 15 ? [before, running] : [running]) {
    const bill = await monthReconciliation(warehouse, month);
    if (bill !== undefined)
      answers.push(await thirdWitness(api, month, await witnessDays(warehouse, bill.days), { limit, today }));
  }
  if (answers.length === 0) return [];
  const asked = new Set(answers.map(({ month }) => month));
  const others = (await warehouse.query("billing/remembered_witnesses")).rows.filter((row) => !asked.has(String(row["month"])));
  const rows = [...others, ...answers.map((answer) => rowOf(answer, now))];
  await dimensions.write(
    "bill_witnesses",
    rows.sort((a, b) => (String(a["month"]) < String(b["month"]) ? -1 : 1)),
  );
  return answers;
}

const rowOf = (answer: Witnesses, now: number): Row => ({
  month: answer.month,
  to_day: answer.to,
  explorer_usd: answer.explorerUsd,
  billed_usd: answer.billedUsd,
  estimated_usd: answer.estimatedUsd,
  gap: answer.billedGap,
  forecast_usd: answer.forecastUsd,
  asked_at: isoOf(now),
});
