import type { StrataConfig } from "../config/strata-config.ts";
import type { Warehouse } from "../ports.ts";
import { loadErrors, loadRecords } from "./load-month.ts";
import { loadSavings, type Savings } from "./load-savings.ts";
import type { ErrorLine, MonthData, MonthSums, RecordQuality } from "./month-data.ts";

/** What a statement says of single calls. Each of these questions reads the month's records, where everything else reads sums. */
export interface CallAnswers {
  readonly errors: readonly ErrorLine[];
  readonly records: RecordQuality;
  /** As the privacy mode shows them; undefined where they are not wanted, or no call was made. */
  readonly savings: Savings | undefined;
}

/** Answers, and the day on which they were asked for, YYYY-MM-DD, where that may have been before the sums beside them were. */
export interface DatedAnswers extends CallAnswers {
  readonly asOf?: string | undefined;
}

/** Asks, or knows from before. @param closing the statement closes its month or belongs to a closed one, of which every figure is of one date */
export type AskCalls = (month: string, closing: boolean, ask: () => Promise<CallAnswers>) => Promise<DatedAnswers>;

/** On one machine asking costs nothing. */
export const askedAtOnce: AskCalls = (_month, _closing, ask) => ask();

export async function loadCalls(
  warehouse: Warehouse,
  sums: MonthSums,
  config: Pick<StrataConfig, "prices" | "report">,
): Promise<CallAnswers> {
  return {
    errors: await loadErrors(warehouse, sums.period),
    records: await loadRecords(warehouse, sums.period),
    savings: wantsSavings(sums, config) ? await loadSavings(warehouse, sums, config) : undefined,
  };
}

export const wantsSavings = ({ totals }: Pick<MonthSums, "totals">, { report }: Pick<StrataConfig, "report">): boolean =>
  report.savings && totals.invocations > 0;

export const withCalls = (sums: MonthSums, { errors, records, asOf }: DatedAnswers): MonthData => ({
  ...sums,
  errors,
  callsAsOf: asOf,
  quality: { ...sums.quality, ...records },
});
