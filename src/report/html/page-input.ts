import type { ReportConfig } from "../../config/report.ts";
import type { PicoUsd } from "../../money.ts";
import type { MonthForecast } from "../../planning/forecast/month-end.ts";
import type { BudgetLine } from "../budget-lines.ts";
import type { Chargeback } from "../chargeback.ts";
import type { ReportTable } from "../csv.ts";
import type { Beside } from "../load-beside.ts";
import type { Savings } from "../load-savings.ts";
import type { Work } from "../load-work.ts";
import { sumMeasures } from "../measures.ts";
import type { DimensionRow, MonthData } from "../month-data.ts";
import { sumUsd } from "../rows.ts";
import { html } from "./html.ts";

export interface PageInput {
  readonly data: MonthData;
  readonly budgets: readonly BudgetLine[];
  readonly charged: Chargeback;
  readonly projection: MonthForecast | undefined;
  readonly savings: Savings | undefined;
  /** What calls were for; undefined where no call is traced, and until single calls were read. */
  readonly work?: Work | undefined;
  /** What further sources tell; undefined where only some of the calls are shown. */
  readonly beside?: Beside | undefined;
  /** Still being worked out; a page says so in their place. */
  readonly pending: ReadonlySet<"savings" | "errors">;
  /** Alert rules that could not judge yet, as a clause; undefined when all could. */
  readonly learning?: string | undefined;
  readonly config: ReportConfig;
  readonly status: string;
  readonly tables: readonly ReportTable[];
}

/** Stands where a figure is still being worked out; the script of a live page looks for it. */
export const pendingNote = html`<p class="note" data-pending>Being worked out from single calls …</p>`;

/** Lines shown of a long table; the rest is in the CSV file. Keeps the page small for 5,000 people. */
export const SHOWN = 12;

/** Largest first by what finance books: billed dollars where there is a bill, then estimated. */
export const ranked = (data: MonthData, rows: readonly DimensionRow[]): DimensionRow[] =>
  [...rows].sort(
    (a, b) =>
      compare(spent(data, b), spent(data, a)) || compare(b.usage.estimated, a.usage.estimated) || (a.name < b.name ? -1 : 1),
  );

/** The lines that a table leaves out as one, so that what it shows is the whole; undefined when it leaves out none. */
export const othersOf = (rows: readonly DimensionRow[], shown: number): DimensionRow | undefined =>
  rows.length <= shown
    ? undefined
    : {
        name: `${rows.length - shown} others`,
        labels: {},
        usage: sumMeasures(rows.slice(shown).map(({ usage }) => usage)),
        billed: sumUsd(rows.slice(shown).map(({ billed }) => billed)),
      };

const compare = (a: bigint, b: bigint): number => (a === b ? 0 : a > b ? 1 : -1);

export const spent = (data: MonthData, row: DimensionRow): PicoUsd => (data.bill ? row.billed : row.usage.estimated);

export const total = (data: MonthData): PicoUsd => (data.bill ? data.bill.total : data.totals.estimated);
