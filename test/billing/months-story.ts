import fc from "fast-check";
import { type Reconciliation, reconcile } from "../../src/billing/reconcile.ts";
import { attributionConfig } from "../../src/config/attribution.ts";
import { importCur } from "../../src/local/cur-import.ts";
import { dimensionFiles } from "../../src/local/dimension-files.ts";
import { DuckDbWarehouse } from "../../src/local/duckdb.ts";
import type { Row } from "../../src/ports.ts";
import { type BillLine, billLine, csv, usage, writeFile, writeUsage } from "./ledger.ts";

/** What stands outside: the newest delivery of each period, and the log. */
export interface World {
  readonly bill: Map<string, BillLine[]>;
  readonly log: Row[];
}

const OUTCOMES = [
  "charge_groups",
  "bill_matches",
  "midnight_matches",
  "charge_parts",
  "usage_claims",
  "adjustment_claims",
  "allocated_charges",
  "logged_charges",
];

export interface Ran extends Reconciliation {
  /** `table month`, in the order in which they were replaced. */
  readonly replaced: readonly string[];
  /** Every row of every table of the outcome, in one order, and the sums. */
  readonly outcome: Readonly<Record<string, unknown>>;
}

/** Imports what the world has and reconciles. `killAfter`: the process is gone after so many replaced tables; `timeLeft`: by tables replaced so far. */
export async function runOnce(
  folder: string,
  world: World,
  how: { readonly killAfter?: number; readonly timeLeft?: (replaced: number) => number } = {},
): Promise<Ran | undefined> {
  for (const [period, lines] of world.bill) writeFile(folder, `cur/${period}.csv`, csv(lines));
  const data = `${folder}/data`;
  await writeUsage(data, world.log);
  if (world.bill.size > 0) await importCur({ paths: [`${folder}/cur`], folder: data });
  const real = await DuckDbWarehouse.open(data, { threads: 1 });
  const files = dimensionFiles(real);
  const replaced: string[] = [];
  const { killAfter = Number.POSITIVE_INFINITY, timeLeft = () => Number.POSITIVE_INFINITY } = how;
  const alive = (): void => {
    if (replaced.length >= killAfter) throw new Error("killed");
  };
  try {
    const done = await reconcile({
      warehouse: {
        query: (name, params) => real.query(name, params),
        adhoc: (text) => real.adhoc(text),
        replaceDays: async (table, name, range, params) => {
          alive();
          replaced.push(`${table} ${range.from.slice(0, 7)}`);
          return real.replaceDays(table, name, range, params);
        },
      },
      dimensions: {
        write: async (table, rows) => {
          alive();
          await files.write(table, rows);
        },
      },
      attribution: attributionConfig.parse({}),
      lagHours: 24,
      toleranceUsd: "0.000001",
      noticedAt: 0,
      timeLeft: () => timeLeft(replaced.length),
    });
    const outcome: Record<string, unknown> = { summary: done.summary };
    for (const table of OUTCOMES) outcome[table] = (await real.adhoc(`select * from ${table} order by all`)).rows;
    return { ...done, replaced, outcome };
  } catch (error) {
    if (error instanceof Error && error.message === "killed") return undefined;
    throw error;
  } finally {
    real.close();
  }
}

const WHO = ["ann", "ben"].map((name) => `arn:aws:iam::111122223333:user/${name}`);
const PROFILE = "arn:aws:bedrock:us-east-1:111122223333:application-inference-profile/abc";
const two = (value: number): string => String(value).padStart(2, "0");
const at = (day: string, hour: number): Record<string, string> => {
  const next = hour === 23 ? new Date(Date.parse(`${day}T00:00:00Z`) + 86_400_000).toISOString().slice(0, 10) : day;
  return {
    line_item_usage_start_date: `${day}T${two(hour)}:00:00Z`,
    line_item_usage_end_date: `${next}T${two((hour + 1) % 24)}:00:00Z`,
  };
};
const inPeriod = (period: string, values: BillLine): BillLine =>
  billLine({ bill_billing_period_start_date: `${period}-01T00:00:00Z`, ...values });

/** Days beside the ends of months and one in the middle. */
const DAYS = ["01", "15", "28"];

/** What a line of a statement may be; `earlier`: a month before it. */
const KINDS: readonly ((period: string, earlier: string, day: string, n: number) => BillLine)[] = [
  (period, _, day, n) =>
    inPeriod(period, {
      ...at(`${period}-${day}`, n % 2 === 0 ? 0 : 14),
      line_item_iam_principal: WHO[n % 2] ?? "",
      line_item_usage_amount: String(n),
      line_item_unblended_cost: String(n * 0.00006),
    }),
  // A late line for usage of an earlier month, with tags of another team than its calls.
  (period, earlier, day, n) =>
    inPeriod(period, {
      ...at(`${earlier}-${day}`, 14),
      line_item_iam_principal: WHO[n % 2] ?? "",
      line_item_usage_amount: String(n),
      line_item_unblended_cost: String(n * 0.00006),
      tags: n % 3 === 0 ? '{"iamPrincipal/team": "blue"}' : "{}",
    }),
  // Capacity that names a profile: who called it that month pays.
  (period, earlier, day) =>
    inPeriod(period, {
      ...at(`${earlier}-${day}`, 3),
      line_item_iam_principal: "",
      line_item_usage_type: "USE1-ProvisionedThroughput-Llama3-NoCommit-ModelUnits",
      line_item_resource_id: PROFILE,
      pricing_unit: "Hrs",
      line_item_unblended_cost: "7.01",
    }),
  // A credit for an earlier month, and the tax of this one.
  (period, earlier, day, n) =>
    inPeriod(period, {
      ...at(`${earlier}-${day}`, 0),
      line_item_line_item_type: "Credit",
      line_item_iam_principal: "",
      line_item_unblended_cost: `-0.0${n}1`,
      line_item_usage_amount: "0",
    }),
  (period, _, __, n) =>
    inPeriod(period, {
      ...at(`${period}-01`, 0),
      line_item_line_item_type: "Tax",
      line_item_iam_principal: "",
      line_item_usage_type: "",
      line_item_unblended_cost: `0.1${n}`,
      line_item_usage_amount: "1",
    }),
];

export const MONTHS = ["2026-08", "2026-09", "2026-10"] as const;

const lineOf = (period: string): fc.Arbitrary<BillLine> =>
  fc
    .record({
      kind: fc.nat(KINDS.length - 1),
      earlier: fc.constantFrom("2026-04", ...MONTHS.filter((month) => month <= period)),
      day: fc.constantFrom(...DAYS),
      n: fc.integer({ min: 1, max: 9 }),
    })
    .map(({ kind, earlier, day, n }) => (KINDS[kind] ?? KINDS[0])?.(period, earlier, day, n) ?? {});

const call: fc.Arbitrary<Row> = fc
  .record({
    month: fc.constantFrom("2026-07", ...MONTHS),
    day: fc.constantFrom(...DAYS, "30", "31"),
    hour: fc.constantFrom(0, 14, 23),
    who: fc.nat(1),
    team: fc.constantFrom("red", "green"),
    n: fc.integer({ min: 1, max: 9 }),
    profile: fc.boolean(),
  })
  .filter(({ month, day }) => !(month === "2026-09" && day === "31"))
  .map(({ month, day, hour, who, team, n, profile }) =>
    usage({
      dt: `${month}-${day}`,
      hour,
      team,
      principal_arn: WHO[who] ?? null,
      input_tokens: n * 1000,
      total_tokens: n * 1000,
      input_cost: String(n * 0.00006),
      ...(profile ? { model_id: PROFILE } : {}),
    }),
  );

/** One thing that happens: a delivery of a period (new or restated), or late calls; and how long the run after it lasts. */
export const happening = fc.record({
  what: fc.oneof(
    fc
      .constantFrom(...MONTHS)
      .chain((period) =>
        fc.record({ period: fc.constant(period), lines: fc.array(lineOf(period), { minLength: 1, maxLength: 6 }) }),
      ),
    fc.record({ calls: fc.array(call, { minLength: 1, maxLength: 6 }) }),
  ),
  killAfter: fc.option(fc.nat(25), { nil: undefined }),
  monthsOfTime: fc.option(fc.integer({ min: 1, max: 12 }), { nil: undefined }),
});
export type Happening = typeof happening extends fc.Arbitrary<infer T> ? T : never;

export function happen(world: World, { what }: Happening): void {
  if ("calls" in what) world.log.push(...what.calls);
  else world.bill.set(what.period, [...what.lines]);
}
