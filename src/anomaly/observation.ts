import type { Scope } from "../config/alert-rule.ts";
import { SCOPES } from "../config/alert-rule.ts";
import { QueryError } from "../errors.ts";
import { type PicoUsd, parseUsd } from "../money.ts";
import type { Row, SqlValue } from "../ports.ts";
import { parseInstant } from "../time.ts";

/** One row of a detector: what one scope looked like at one tick. */
export interface Observation {
  /** When it is judged, milliseconds. */
  readonly tick: number;
  /** Start of the period that was looked at, milliseconds. */
  readonly since: number;
  readonly scope: Scope;
  /** Which account, team, …; null for the organisation. */
  readonly name: string | null;
  readonly value: number;
  /** What was to be expected; null with too little history. */
  readonly baseline: number | null;
  /** Past observations that the baseline rests on. */
  readonly baselineN: number;
  /** Usual distance from the baseline. */
  readonly spread: number | null;
  /** Dollars or calls that the rule's floor is compared with. */
  readonly floor: number;
  /** False when the query itself saw that the breach did not last. */
  readonly sustained: boolean;
  /** What it costs: dollars above the usual, or of failed calls. */
  readonly dollars: PicoUsd;
  readonly team: string | null;
  readonly accountId: string | null;
  /** Columns beyond these, for the message. */
  readonly facts: Readonly<Record<string, SqlValue>>;
}

const FIXED: ReadonlySet<string> = new Set([
  "tick",
  "since",
  "scope",
  "scope_name",
  "value",
  "baseline",
  "baseline_n",
  "spread",
  "floor_value",
  "sustained",
  "dollars",
  "team",
  "account_id",
]);

/**
 * Reads a row of a detector.
 * @throws QueryError naming the query and the column that is missing or of the wrong kind.
 */
export function observationOf(query: string, row: Row): Observation {
  const fail = (column: string): never => {
    throw new QueryError(query, `alerts: ${query} gave ${column}=${JSON.stringify(row[column] ?? null)}`, {
      hint: "A detector must yield tick, since, scope, scope_name, value, baseline, baseline_n, spread, floor_value, dollars, team and account_id.",
    });
  };
  const instant = (column: string): number => {
    const given = row[column];
    return (typeof given === "string" ? parseInstant(given) : undefined) ?? fail(column);
  };
  const optionalNumber = (column: string): number | null => {
    const given = row[column] ?? null;
    if (given === null) return null;
    const number = Number(given);
    return Number.isFinite(number) ? number : fail(column);
  };
  const number = (column: string): number => optionalNumber(column) ?? fail(column);
  const optionalText = (column: string): string | null => {
    const given = row[column] ?? null;
    return given === null || typeof given === "string" ? given : fail(column);
  };
  const scope = SCOPES.find((known) => known === row.scope) ?? fail("scope");
  return {
    tick: instant("tick"),
    since: instant("since"),
    scope,
    name: optionalText("scope_name"),
    value: number("value"),
    baseline: optionalNumber("baseline"),
    baselineN: optionalNumber("baseline_n") ?? 0,
    spread: optionalNumber("spread"),
    floor: number("floor_value"),
    sustained: row.sustained !== false,
    dollars: parseUsd(String(row.dollars ?? "0")),
    team: optionalText("team"),
    accountId: optionalText("account_id"),
    facts: Object.fromEntries(Object.entries(row).filter(([column]) => !FIXED.has(column))),
  };
}
