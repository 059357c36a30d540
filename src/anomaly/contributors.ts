import type { AlertRule, Scope } from "../config/alert-rule.ts";
import { type PicoUsd, parseUsd } from "../money.ts";
import type { Warehouse } from "../ports.ts";
import { isoOf } from "../time.ts";
import type { Incident } from "./lifecycle.ts";
import { type Retries, retriesOf } from "./retries.ts";
import { type WindowFigures, windowFigures } from "./window-figures.ts";

export interface Contributor {
  readonly name: string;
  /** 0 to 1. */
  readonly share: number;
}

/** Who and what makes up an incident, largest first, at most five each. */
export interface Contributors {
  readonly people: readonly Contributor[];
  readonly models: readonly Contributor[];
  readonly teams: readonly Contributor[];
  readonly accounts: readonly Contributor[];
  readonly regions: readonly Contributor[];
  /** Of error incidents: errors by name, as logged. */
  readonly errorCodes: readonly Contributor[];
  /** Estimated dollars of the calls counted. */
  readonly dollars: PicoUsd;
  /** Of these, what rests on guessed prices. */
  readonly guessed: PicoUsd;
  /** Calls whose dollars nobody knows; none of failed ones. */
  readonly unpriced?: number;
  /** Of error incidents. */
  readonly retries?: Retries | undefined;
  /** The worst window with the logs that came since, where more did. */
  readonly complete?: WindowFigures | undefined;
}

export const NO_CONTRIBUTORS: Contributors = {
  people: [],
  models: [],
  teams: [],
  accounts: [],
  regions: [],
  errorCodes: [],
  dollars: 0n,
  guessed: 0n,
};

/** What is counted to find who contributes: failed calls for errors, else the rule's own measure. */
export function contributionOf(name: string, rule: AlertRule): string {
  if (rule.family === "errors" || rule.family === "throttling") return "errors";
  if (name === "unpriced") return "unpriced";
  if (rule.measure === "tokens" || rule.measure === "calls") return rule.measure;
  return "usd";
}

/** Scopes without calls of their own: nobody contributes to silence, and a bill has no callers. */
const SILENT_RULES: ReadonlySet<string> = new Set([
  "logs_stopped",
  "completeness",
  "undelivered_logs",
  "unreadable_logs",
  "billed_not_logged",
  "residual",
  "unclassified",
  "restated",
  "witnesses_disagree",
]);

export async function contributorsOf(
  warehouse: Warehouse,
  rule: AlertRule,
  incident: Incident,
  until: number,
): Promise<Contributors> {
  if (SILENT_RULES.has(incident.rule)) return NO_CONTRIBUTORS;
  const query = rule.tick === "5m" ? "anomalies/contributors" : "anomalies/contributors_hourly";
  const scope: Scope = incident.rule === "unattributed" ? "team" : incident.scope;
  const { rows } = await warehouse.query(query, {
    from: isoOf(incident.since),
    to: isoOf(until),
    measure: contributionOf(incident.rule, rule),
    scope,
    name: incident.rule === "unattributed" ? "unattributed" : incident.name,
  });
  const of = (dimension: string): Contributor[] =>
    rows
      .filter((row) => row.dimension === dimension)
      .map((row) => ({ name: String(row.name), share: Number(row.whole) === 0 ? 0 : Number(row.amount) / Number(row.whole) }));
  return {
    people: of("person"),
    models: of("model"),
    teams: of("team"),
    accounts: of("account"),
    regions: of("region"),
    errorCodes: contributionOf(incident.rule, rule) === "errors" ? of("error_code") : [],
    dollars: parseUsd(String(rows[0]?.dollars ?? "0")),
    guessed: parseUsd(String(rows[0]?.guessed ?? "0")),
    unpriced: Number(rows[0]?.unpriced ?? 0),
    retries: rule.family === "errors" ? await retriesOf(warehouse, incident, until) : undefined,
    complete: await windowFigures(warehouse, rule, incident),
  };
}
