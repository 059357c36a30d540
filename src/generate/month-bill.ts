import { DAY_MS, HOUR_MS } from "../time.ts";
import type { BillLine } from "./bill-line.ts";
import type { Day, Month } from "./calendar.ts";
import type { Call } from "./call.ts";
import { accounts } from "./company.ts";
import type { Directory } from "./directory.ts";
import { type Elsewhere, elsewhereLines } from "./elsewhere.ts";
import type { Schedule } from "./incidents.ts";
import type { LoggedCall } from "./log-objects.ts";
import { discountLines, guardrailLine, mantleLine, monthlyAdjustments, provisionedLine, storageLine } from "./other-lines.ts";
import { sumList } from "./tally.ts";
import { tokenLines } from "./token-lines.ts";

/** Sums of what is on the bill, in pico-dollars. */
export interface MonthBill {
  tokenLines: bigint;
  discount: bigint;
  tax: bigint;
  credit: bigint;
  mantle: bigint;
  batch: bigint;
  provisioned: bigint;
  guardrail: bigint;
  gap: bigint;
  lost: bigint;
  unpricedModel: bigint;
  other: bigint;
  residual: bigint;
  residualLine: BillLine | undefined;
}

export const emptyBill = (): MonthBill => ({
  tokenLines: 0n,
  discount: 0n,
  tax: 0n,
  credit: 0n,
  mantle: 0n,
  batch: 0n,
  provisioned: 0n,
  guardrail: 0n,
  gap: 0n,
  lost: 0n,
  unpricedModel: 0n,
  other: 0n,
  residual: 0n,
  residualLine: undefined,
});

/** What one line of the residual day is billed too high: $1.37. */
const RESIDUAL = 1_370_000_000_000n;

const total = (lines: readonly BillLine[]): bigint => lines.reduce((sum, line) => sum + line.amount, 0n);

interface BilledDay {
  readonly day: Day;
  readonly month: Month;
  readonly plan: Schedule;
  readonly scale: number;
  readonly directory: Directory;
  readonly calls: readonly Call[];
  readonly gap: readonly LoggedCall[];
  readonly lost: readonly LoggedCall[];
  readonly elsewhere: Elsewhere;
}

/** A day's lines; adds them to the sums. Calls after the cut-off are not billed yet. */
export function billDay(
  bill: MonthBill,
  { day, month, plan, scale, directory, calls, gap, lost, elsewhere }: BilledDay,
): BillLine[] {
  const due = calls.filter((call) => call.time < plan.cutoff);
  const usage = tokenLines(due);
  const discounts = discountLines(day.start, usage);
  bill.tokenLines += total(usage);
  bill.discount += total(discounts);
  bill.gap += sumList(gap);
  bill.lost += sumList(lost);
  bill.unpricedModel += sumList(
    due.filter(({ target }) => target.model?.listed === false).map((call) => ({ call, requestId: "" })),
  );

  const raised = day.date === plan.residual.date ? raiseOne(bill, usage) : usage;
  const lines = [...raised, ...discounts];
  if (day.start + DAY_MS <= plan.cutoff) {
    const guardrail = [guardrailLine(day.start, Math.max(1, Math.round(4 * scale)))];
    bill.guardrail += total(guardrail);
    lines.push(...guardrail);
  }
  if (day.start === month.start) {
    const adjustments = monthlyAdjustments(month.start);
    bill.tax += total(adjustments.filter((line) => line.type === "Tax"));
    bill.credit += total(adjustments.filter((line) => line.type === "Credit"));
    const storage = Object.values(accounts).map(({ id }) => storageLine(month.start, id));
    bill.other += total(storage);
    lines.push(...adjustments, ...storage);
  }
  if (day.workday === 2) {
    const hours = [provisionedLine(day.start, Math.max(1, Math.round(24 * scale)))];
    bill.provisioned += total(hours);
    lines.push(...hours);
  }
  if (day.workday === 9) {
    const caller = directory.services.find(({ service }) => service.name === "chat-assist")?.caller;
    const mantle = caller ? [mantleLine(day.start + 11 * HOUR_MS, caller, Math.max(100_000, Math.round(275_000 * scale)))] : [];
    bill.mantle += total(mantle);
    lines.push(...mantle);
  }
  const beside = elsewhereLines(elsewhere, day, month.start);
  const kiro = beside.filter((line) => line.productCode === "Kiro");
  bill.other += total(kiro);
  bill.batch += total(beside) - total(kiro);
  lines.push(...beside);
  return lines.sort((a, b) => a.start - b.start);
}

/** A line of completion tokens that team payments pays for costs more than it should; in a tiny company, any token line. */
function raiseOne(bill: MonthBill, lines: readonly BillLine[]): BillLine[] {
  const preferred = lines.findIndex(
    (line) => line.principal?.team === "payments" && line.tokens?.type === "output" && line.tokens.model === "claude-sonnet-4-6",
  );
  const index = Math.max(0, preferred);
  const line = lines[index];
  if (!line?.tokens) throw new RangeError("generate: no line can carry the residual");
  const dearer = { ...line, amount: line.amount + RESIDUAL };
  bill.residual = RESIDUAL;
  bill.residualLine = dearer;
  return lines.with(index, dearer);
}
