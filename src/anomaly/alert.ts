import type { AlertRule, Severity } from "../config/alert-rule.ts";
import { printable } from "../errors.ts";
import { percent } from "../figures.ts";
import { formatUsd } from "../money.ts";
import { isoOf } from "../time.ts";
import type { Contributor, Contributors } from "./contributors.ts";
import { summaryOf, titleOf } from "./describe-incident.ts";
import { guessFacts } from "./guesses.ts";
import type { Incident } from "./lifecycle.ts";
import { nextQuery } from "./next-query.ts";
import { retryFacts } from "./retries.ts";
import { incidentId } from "./silence.ts";
import { unpricedFacts } from "./unknown-cost.ts";
import { windowFacts } from "./window-figures.ts";

/** A row of the table `alerts`: money as decimal text, instants as ISO 8601. */
export interface Alert {
  readonly alert_id: string;
  readonly rule: string;
  readonly severity: Severity;
  readonly title: string;
  readonly scope: string;
  readonly scope_name: string | null;
  readonly team: string | null;
  readonly account_id: string | null;
  readonly state: "open" | "resolved";
  readonly since: string;
  readonly opened_at: string;
  readonly escalated_at: string | null;
  readonly resolved_at: string | null;
  readonly last_seen: string;
  readonly measure: string;
  readonly value: number;
  readonly baseline: number | null;
  readonly limit_value: number | null;
  readonly dollars: string;
  readonly period: string | null;
  readonly threshold: number | null;
  readonly contributors: string;
  readonly contributing_models: string;
  readonly contributing_teams: string;
  readonly contributing_errors: string;
  readonly facts: Readonly<Record<string, string>>;
  readonly grouped_under: string | null;
  readonly muted: string | null;
  readonly notices: number;
  readonly summary: string;
  readonly query: string;
}

/** An alert as it was written: columns that came later are empty, whether left out (a file) or null (a table). */
export const writtenAlert = (row: Readonly<Record<string, unknown>>): Alert =>
  ({
    ...row,
    contributing_teams: row["contributing_teams"] ?? "",
    contributing_errors: row["contributing_errors"] ?? "",
  }) as Alert;

/** Names with shares: `alice@example.com 62 %, bob@example.com 9 %`. */
export const shares = (contributors: readonly Contributor[]): string =>
  contributors.map(({ name, share }) => `${printable(name)} ${percent(share)}`).join(", ");

const instant = (millis: number | null): string | null => (millis === null ? null : isoOf(millis));

/**
 * @param incident one that was opened
 * @param target options of the command that shows the calls behind it
 */
export function alertOf(rule: AlertRule, incident: Incident, contributors: Contributors, notices: number, target = ""): Alert {
  const { worst } = incident;
  return {
    alert_id: incidentId(incident),
    rule: incident.rule,
    severity: rule.severity,
    title: titleOf(rule, incident),
    scope: incident.scope,
    scope_name: incident.name === null ? null : printable(incident.name),
    team: incident.scope === "team" ? incident.name : incident.team,
    account_id: incident.accountId,
    state: incident.state === "resolved" ? "resolved" : "open",
    since: isoOf(incident.since),
    opened_at: isoOf(incident.openedAt ?? incident.firstBreach),
    escalated_at: instant(incident.escalatedAt),
    resolved_at: instant(incident.resolvedAt),
    last_seen: isoOf(incident.lastBreach),
    measure: rule.measure,
    value: worst.value,
    baseline: worst.baseline,
    limit_value: worst.limit,
    dollars: formatUsd(rule.family === "errors" ? contributors.dollars : incident.dollars),
    period: typeof worst.facts["period_name"] === "string" ? worst.facts["period_name"] : null,
    threshold: typeof worst.facts["threshold"] === "number" ? worst.facts["threshold"] : null,
    contributors: shares(contributors.people),
    contributing_models: shares(contributors.models),
    contributing_teams: shares(contributors.teams),
    contributing_errors: shares(contributors.errorCodes),
    facts: Object.fromEntries(
      [
        ...Object.entries(worst.facts),
        ...guessFacts(incident.rule, contributors),
        ...unpricedFacts(contributors.unpriced),
        ...retryFacts(contributors.retries),
        ...windowFacts(contributors.complete),
      ]
        .filter(([, value]) => value !== null)
        .map(([name, value]) => [name, printable(String(value))]),
    ),
    grouped_under: incident.groupedUnder,
    muted: incident.muted,
    notices,
    summary: summaryOf(rule, incident, contributors),
    query: nextQuery(rule, incident, target),
  };
}
