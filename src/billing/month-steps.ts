import { createHash } from "node:crypto";
import { addDays } from "../time.ts";

/**
 * A month is reconciled in five steps. What each is made from, as the queries under sql/billing read it:
 * groups: the lines of its statement or of its usage, its log. midnight: groups of the month and of the last day before it. parts: the statement's
 * lines, groups and midnight of the months that it has groups in, the log of every month whose usage it names. charges: parts of the month, and of
 * the earlier statements whose lines its adjustments follow. logged: groups and midnight of the month, and midnight of the day after it.
 */
export type StepName = "groups" | "midnight" | "parts" | "charges" | "logged";

/** A row of billing/bill_months. Months are YYYY-MM. */
export interface BillMonth {
  readonly period: string;
  readonly usageMonth: string;
  readonly adjustments: number;
  /** Without adjustments. */
  readonly lines: number;
  readonly fingerprint: string;
}

/** A row of billing/usage_months. */
export interface UsageMonth {
  readonly month: string;
  readonly toReconcile: boolean;
  readonly fingerprint: string;
}

export interface Step {
  readonly id: string;
  readonly month: string;
  readonly name: StepName;
  /** Of all that it is made from, over however many steps. */
  readonly fingerprint: string;
  /** Ids of the steps whose tables it reads. */
  readonly needs: readonly string[];
  /** Months of usage that the statement names, and the first whose statement's lines its adjustments follow. */
  readonly usageFrom: string;
  readonly usageTo: string;
  readonly linesFrom: string;
  /** First month in which the statement has groups. */
  readonly groupsFrom: string;
}

/** Usage of more days before a statement meets no log (sql/billing/charge_groups.sql). */
const GROUP_DAYS = 100;

export const stepId = (month: string, name: StepName): string => `${month} ${name}`;
const monthAfter = (month: string, days: number): string => addDays(`${month}-01`, days).slice(0, 7);
const before = (month: string): string => monthAfter(month, -1);
const after = (month: string): string => monthAfter(month, 31);
const digest = (...parts: readonly unknown[]): string =>
  createHash("sha256").update(JSON.stringify(parts)).digest("hex").slice(0, 32);

/**
 * Every step of every month of bill and log, by id.
 * @param held months that hold an outcome, or of which a step is remembered: what is gone from the bill is emptied
 * @param rules queries and limits as one text; when they change, everything is done again
 */
export function monthSteps(
  bill: readonly BillMonth[],
  usage: readonly UsageMonth[],
  held: readonly string[],
  rules: string,
): ReadonlyMap<string, Step> {
  const log = new Map(usage.map((month) => [month.month, month.fingerprint]));
  const living = livingMonths(bill, usage);
  const months = new Set([...living, ...held]);
  const statements = Map.groupBy(bill, ({ period }) => period);
  const touching = new Map<string, BillMonth[]>();
  for (const cell of bill)
    for (const month of new Set([cell.period, cell.usageMonth])) touching.set(month, [...(touching.get(month) ?? []), cell]);
  const steps = new Map<string, Step>();

  const step = (month: string, name: StepName): Step => {
    const id = stepId(month, name);
    const known = steps.get(id);
    if (known) return known;
    const cells = statements.get(month) ?? [];
    const named = [month, ...cells.map(({ usageMonth }) => usageMonth)].sort();
    const followed = name === "charges" ? followedStatements(bill, cells, month) : [];
    const needs = needed(month, name, cells, followed).filter(([other]) => months.has(other));
    const own =
      name === "groups"
        ? [rules, touching.get(month) ?? [], log.get(month)]
        : name === "parts"
          ? [rules, cells, [...new Set(named)].map((each) => log.get(each))]
          : [];
    // A month that is only emptied once more is nothing to those beside it.
    const read = needs.filter(([other]) => other === month || living.has(other));
    const made: Step = {
      id,
      month,
      name,
      fingerprint: digest(name, own, ...read.map(([other, what]) => [other, what, step(other, what).fingerprint])),
      needs: needs.map(([other, what]) => stepId(other, what)),
      usageFrom: named[0] ?? month,
      usageTo: named.at(-1) ?? month,
      linesFrom: [month, ...followed].sort()[0] ?? month,
      groupsFrom: groupMonths(month, cells)[0] ?? month,
    };
    steps.set(id, made);
    return made;
  };

  for (const month of [...months].sort())
    for (const name of ["groups", "midnight", "parts", "charges", "logged"] as const) step(month, name);
  return steps;
}

/** Months that have something to reconcile: statements, months in which they have groups, and the log from the bill's first day on. */
export function livingMonths(bill: readonly BillMonth[], usage: readonly UsageMonth[]): ReadonlySet<string> {
  return new Set([
    ...bill.flatMap(({ period, usageMonth }) => (isGroupMonth(period, usageMonth) ? [period, usageMonth] : [period])),
    ...usage.filter(({ toReconcile }) => toReconcile).map(({ month }) => month),
  ]);
}

const isGroupMonth = (period: string, usageMonth: string): boolean =>
  usageMonth <= period && usageMonth >= monthAfter(period, -GROUP_DAYS);

/** Earlier statements with lines of a month whose lines this one's adjustments may follow: that of their usage, or this one (sql/billing/adjustment_claims.sql). */
function followedStatements(bill: readonly BillMonth[], cells: readonly BillMonth[], month: string): string[] {
  const adjusted = cells.filter(({ adjustments }) => adjustments > 0).map(({ usageMonth }) => usageMonth);
  if (adjusted.length === 0) return [];
  const asked = new Set([month, ...adjusted]);
  const found = bill.filter(({ period, usageMonth, lines }) => lines > 0 && period < month && asked.has(usageMonth));
  return [...new Set(found.map(({ period }) => period))].sort();
}

function needed(
  month: string,
  name: StepName,
  cells: readonly BillMonth[],
  followed: readonly string[],
): (readonly [month: string, name: StepName])[] {
  if (name === "groups") return [];
  if (name === "midnight") return [before(month), month].map((each) => [each, "groups"]);
  if (name === "charges") return [...followed, month].map((each) => [each, "parts"]);
  if (name === "logged")
    return [
      [month, "groups"],
      [month, "midnight"],
      [after(month), "midnight"],
    ];
  return groupMonths(month, cells).flatMap((each): [string, StepName][] => [
    [each, "groups"],
    [each, "midnight"],
  ]);
}

/** Months in which a statement has groups, and its own. */
function groupMonths(month: string, cells: readonly BillMonth[]): string[] {
  const grouped = cells.filter(({ period, usageMonth }) => isGroupMonth(period, usageMonth)).map(({ usageMonth }) => usageMonth);
  return [...new Set([...grouped, month])].sort();
}

/**
 * Steps that are to be done, in their order: the newest month first, each after those that it needs.
 * @param remembered fingerprints by id of what was done
 */
export function stepsToDo(steps: ReadonlyMap<string, Step>, remembered: ReadonlyMap<string, string | null>): Step[] {
  const order = new Set<Step>();
  const visit = (id: string): void => {
    const step = steps.get(id);
    if (!step || order.has(step)) return;
    step.needs.forEach(visit);
    if (remembered.get(id) !== step.fingerprint) order.add(step);
  };
  const months = [...new Set([...steps.values()].map(({ month }) => month))].sort().toReversed();
  for (const month of months) for (const name of ["charges", "logged"] as const) visit(stepId(month, name));
  return [...order];
}
