import type { AlertRule } from "../config/alert-rules.ts";
import { printable } from "../errors.ts";
import { displayUsd, parseUsd } from "../money.ts";
import { isoOf } from "../time.ts";
import { formatValue, percent } from "./format-value.ts";
import type { Incident, Reading } from "./lifecycle.ts";

/** `2026-10-14 14:10`. */
export const minuteOf = (millis: number): string => isoOf(millis).slice(0, 16).replace("T", " ");

/** The scope as people call it: `team platform`, `the organisation`. */
export const scopeText = (incident: Pick<Incident, "scope" | "name">): string =>
  incident.scope === "organisation" ? "the organisation" : `${incident.scope} ${printable(incident.name ?? "unknown")}`;

/** What is wrong, in a few words; a budget's says how much of it. */
export const titleOf = (rule: AlertRule, incident: Pick<Incident, "rule" | "worst">): string =>
  incident.rule === "budget"
    ? `${percent(Number(fact(incident.worst, "threshold")))} of the ${fact(incident.worst, "period")}'s budget used`
    : rule.title;

/** Where all of it happened, as far as that is one place and the scope does not say it already: `all of it in team payments, account 111122223333`. */
export function placeText({
  scope,
  name,
  team,
  accountId,
}: Pick<Incident, "scope" | "name" | "team" | "accountId">): string | undefined {
  const places = [
    team === null || (scope === "team" && name === team) ? undefined : `team ${printable(team)}`,
    accountId === null || (scope === "account" && name === accountId) ? undefined : `account ${accountId}`,
  ].filter((place) => place !== undefined);
  return places.length === 0 ? undefined : `all of it in ${places.join(", ")}`;
}

const fact = (reading: Reading, name: string): string => String(reading.facts[name] ?? "");
const usd = (reading: Reading, name: string): string => `$${displayUsd(parseUsd(fact(reading, name) || "0"))}`;

/** How bad, in one clause: value beside what was to be expected or allowed. */
export function howBad(rule: AlertRule, name: string, reading: Reading): string {
  const value = formatValue(rule.measure, reading.value);
  if (name === "budget")
    return `${usd(reading, "used_usd")} of ${usd(reading, "limit_usd")} (${percent(reading.value)}) used in ${fact(reading, "period_name")}, ${leftText(reading)}`;
  if (name === "budget_projection")
    return `${fact(reading, "period_name")} is heading for ${usd(reading, "projected_usd")} (80 % sure: ${usd(reading, "projected_low_usd")} to ${usd(reading, "projected_high_usd")}), limit ${usd(reading, "limit_usd")}`;
  if (name === "logs_stopped") return `${value} expected since then, none logged (${fact(reading, "silent_hours")} h of silence)`;
  if (name === "error_rate")
    return `${value} of ${fact(reading, "calls")} calls failed in 15 minutes, limit ${percent(reading.limit ?? 0)}${usually(rule, reading)}`;
  if (reading.baseline === null) return reading.limit ? `${value}, limit ${formatValue(rule.measure, reading.limit)}` : value;
  if (reading.baseline === 0) return `${value}, usually none`;
  const change = (reading.value / reading.baseline - 1) * 100;
  return `${value}, ${change >= 0 ? "+" : ""}${change.toFixed(0)} %${usually(rule, reading)}`;
}

/** What remains of a budget, or by how much it is exceeded, and when it begins anew. */
function leftText(reading: Reading): string {
  const left = parseUsd(fact(reading, "limit_usd") || "0") - parseUsd(fact(reading, "used_usd") || "0");
  const resets = fact(reading, "resets");
  return left >= 0n ? `$${displayUsd(left)} left until ${resets}` : `$${displayUsd(-left)} over, resets ${resets}`;
}

const usually = (rule: AlertRule, reading: Reading): string =>
  reading.baseline === null ? "" : `, usually ${formatValue(rule.measure, reading.baseline)}`;

/** The incident in one sentence, without markup and control characters. */
export function summaryOf(rule: AlertRule, incident: Incident): string {
  const when =
    incident.resolvedAt === null
      ? `since ${minuteOf(incident.since)}`
      : `${minuteOf(incident.since)} to ${minuteOf(incident.lastBreach)}`;
  return `${titleOf(rule, incident)}: ${scopeText(incident)}, ${when} UTC: ${howBad(rule, incident.rule, incident.worst)}.`;
}
