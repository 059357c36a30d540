import { createHash } from "node:crypto";
import { workWithin } from "../bounded-work.ts";
import type { QueryParams, Row, Warehouse } from "../ports.ts";
import { queryFile } from "../query/files.ts";
import { lastDayOf } from "../time.ts";
import type { DimensionWriter } from "./dimensions.ts";
import { type BillMonth, livingMonths, monthSteps, type Step, type StepName, stepsToDo, type UsageMonth } from "./month-steps.ts";

export interface MonthLimits {
  readonly toleranceUsd: string;
  readonly quantityTolerance: string;
}

export interface MonthsDone {
  /** YYYY-MM, newest first: months of which a step was done. */
  readonly done: readonly string[];
  /** Months of which a step waits: the time was not enough for it, or it failed. */
  readonly waiting: readonly string[];
  readonly failures: readonly unknown[];
}

/** A step is not begun with less than this: two queries, two swaps of partitions. Milliseconds. */
const LEAST_TIME = 90_000;

/** The tables that each step replaces, in order. */
const TABLES: Readonly<Record<StepName, readonly string[]>> = {
  groups: ["charge_groups", "bill_matches"],
  midnight: ["midnight_matches"],
  parts: ["charge_parts", "usage_claims"],
  charges: ["adjustment_claims", "allocated_charges"],
  logged: ["logged_charges"],
};

/** Queries beside those of the tables that decide what comes out. */
const ALSO = [
  "billing/bill_months",
  "billing/usage_months",
  "views/billed_charges",
  "views/usage_to_match",
  "views/charge_matches",
];

/**
 * Replaces what changed since it was last reconciled, month by month, the newest first, as far as the time goes. What is done is remembered step by
 * step in reconciled_months, so that a run that was stopped is gone on with. Without a change nothing is written.
 */
export async function reconcileMonths(from: {
  readonly warehouse: Warehouse;
  readonly dimensions: DimensionWriter;
  readonly limits: MonthLimits;
  /** Every month of the log. */
  readonly usage: () => Promise<readonly UsageMonth[]>;
  /** Milliseconds that are left. */
  readonly timeLeft: () => number;
}): Promise<MonthsDone> {
  const { warehouse, dimensions, limits, timeLeft } = from;
  const bill = (await warehouse.query("billing/bill_months")).rows.map(billMonth);
  const usage = await from.usage();
  const known = (await warehouse.query("billing/reconciled_months")).rows;
  // What the tables hold is looked through once: from then on each month that they hold is remembered.
  const settled =
    known.length > 0 ? [] : (await warehouse.query("billing/settled_months")).rows.map((row) => String(row["month"]));
  const remembered = new Map(known.map((row) => [`${row["month"]} ${row["step"]}`, textOf(row["fingerprint"])]));
  const held = [...settled, ...known.map((row) => String(row["month"]))];
  const steps = monthSteps(bill, usage, held, rules(limits));
  const pieces = stepsToDo(steps, remembered);
  if (pieces.length === 0) return { done: [], waiting: [], failures: [] };

  // What is about to be replaced is remembered no more: a run that is cut off leaves it to the next.
  const current = new Map([...steps.keys()].map((id) => [id, remembered.get(id) ?? null]));
  for (const { id } of pieces) current.set(id, null);
  const remember = (): Promise<void> => dimensions.write("reconciled_months", rowsOf(steps, current));
  const isDone = (id: string): boolean => current.get(id) === steps.get(id)?.fingerprint;
  await remember();
  const { failed } = await workWithin({
    pieces,
    timeLeft,
    least: LEAST_TIME,
    work: async (step) => {
      // What it is made from failed, and says so itself.
      if (!step.needs.every(isDone)) return;
      await replace(warehouse, step, limits);
      current.set(step.id, step.fingerprint);
      await remember();
    },
  });
  const waiting = monthsOf(pieces.filter(({ id }) => !isDone(id)));
  const living = livingMonths(bill, usage);
  const emptied = [...steps.values()].filter(({ month }) => !living.has(month) && !waiting.includes(month));
  for (const { id } of emptied) current.delete(id);
  if (emptied.length > 0) await remember();
  return {
    done: monthsOf(pieces.filter(({ id }) => isDone(id) || !current.has(id))),
    waiting,
    failures: failed.map(({ error }) => error),
  };
}

async function replace(warehouse: Warehouse, step: Step, limits: MonthLimits): Promise<void> {
  const range = { from: firstDay(step.month), to: lastDayOf(step.month) };
  const params: Readonly<Record<string, QueryParams | undefined>> = {
    charge_groups: { tolerance_usd: limits.toleranceUsd },
    charge_parts: { quantity_tolerance: limits.quantityTolerance, groups_from: firstDay(step.groupsFrom) },
    usage_claims: { usage_from: firstDay(step.usageFrom), usage_to: lastDayOf(step.usageTo) },
    adjustment_claims: { lines_from: firstDay(step.linesFrom) },
  };
  for (const table of TABLES[step.name]) await warehouse.replaceDays(table, `billing/${table}`, range, params[table]);
}

function rules(limits: MonthLimits): string {
  const hash = createHash("sha256").update(JSON.stringify(limits));
  for (const name of [...Object.values(TABLES).flatMap((tables) => tables.map((table) => `billing/${table}`)), ...ALSO])
    hash.update(`${name}\n${queryFile(name).sql}`);
  return hash.digest("hex");
}

const rowsOf = (steps: ReadonlyMap<string, Step>, current: ReadonlyMap<string, string | null>): Row[] =>
  [...steps.values()]
    .filter(({ id }) => current.has(id))
    .map(({ id, month, name }) => ({ month, step: name, fingerprint: current.get(id) ?? null }));

const firstDay = (month: string): string => `${month}-01`;
const monthsOf = (steps: readonly Step[]): string[] => [...new Set(steps.map(({ month }) => month))].sort().toReversed();
const textOf = (value: unknown): string | null => (value === null || value === undefined ? null : String(value));

const billMonth = (row: Row): BillMonth => ({
  period: String(row["period"]),
  usageMonth: String(row["usage_month"]),
  adjustments: Number(row["adjustments"]),
  lines: Number(row["lines"]),
  fingerprint: String(row["fingerprint"]),
});
