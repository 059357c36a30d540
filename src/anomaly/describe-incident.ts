import type { AlertRule } from "../config/alert-rule.ts";
import { BUDGET_RULES } from "../config/budget-rules.ts";
import { printable } from "../errors.ts";
import { counted, percent } from "../figures.ts";
import { inDollars, parseUsd } from "../money.ts";
import { guessedText } from "../pricing/guessed.ts";
import { isoOf } from "../time.ts";
import { type Carrier, carriedBy } from "./carried-by.ts";
import { type Contributors, NO_CONTRIBUTORS } from "./contributors.ts";
import { formatValue, spanText } from "./format-value.ts";
import type { Incident, Reading } from "./lifecycle.ts";
import type { WindowFigures } from "./window-figures.ts";

/** `2026-10-14 14:10`. */
export const minuteOf = (millis: number): string => isoOf(millis).slice(0, 16).replace("T", " ");

/** The scope as people call it: `team platform`, `the organisation`. */
export const scopeText = (incident: Pick<Incident, "scope" | "name">): string =>
  incident.scope === "organisation" ? "the organisation" : `${incident.scope} ${printable(incident.name ?? "unknown")}`;

/** What is wrong, in a few words; a budget's says how much of it. */
export const titleOf = (rule: AlertRule, incident: Pick<Incident, "rule" | "worst">): string =>
  incident.rule === "budget" || incident.rule === "budget_claimed"
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
const usd = (reading: Reading, name: string): string => inDollars(parseUsd(fact(reading, name) || "0"));

/** `; 44.1 % of it guessed` of the dollars used of a budget. */
function guessOf(reading: Reading): string {
  const text = guessedText(parseUsd(fact(reading, "guessed_usd") || "0"), parseUsd(fact(reading, "used_usd") || "0"));
  return text === undefined ? "" : `; of ${usd(reading, "used_usd")} used, ${text.replace(" of it", "")}`;
}

/** How bad, in one clause: value beside what was to be expected or allowed. */
export function howBad(rule: AlertRule, name: string, reading: Reading, complete?: WindowFigures): string {
  const value = formatValue(rule.measure, reading.value);
  if (name === "budget_claimed")
    return `${usd(reading, "used_usd")} of ${usd(reading, "limit_usd")} (${percent(reading.value)}) in ${fact(reading, "period_name")}, of which ${usd(reading, "claimed_usd")} is merely claimed by callers and counts against nobody${guessOf(reading)}`;
  if (name === "budget")
    return `${usd(reading, "used_usd")} of ${usd(reading, "limit_usd")} (${percent(reading.value)}) used in ${fact(reading, "period_name")}, ${leftText(reading)}${guessOf(reading)}`;
  if (name === "budget_projection")
    return `${fact(reading, "period_name")} is heading for ${usd(reading, "projected_usd")} (80 % sure: ${usd(reading, "projected_low_usd")} to ${usd(reading, "projected_high_usd")}), limit ${usd(reading, "limit_usd")}${guessOf(reading)}`;
  if (name === "logs_stopped") return silenceText(reading, value);
  if (rule.query === "anomalies/error_rate")
    return `${value} of ${fact(reading, "calls")} calls failed in 15 minutes${basisText(reading, complete)}, limit ${percent(reading.limit ?? 0)}${usually(rule, reading)}`;
  if (name === "stolen_key") return signsText(reading);
  if (name === "throttling")
    return `${value} of ${fact(reading, "calls")} attempts were throttled and answered on a later try, limit ${percent(reading.limit ?? 0)}`;
  if (rule.query === "anomalies/spend_ceiling")
    return `${value} in the ${rule.params["period"] === "hour" ? "hour" : "day so far"}, ceiling ${formatValue(rule.measure, Math.max(reading.limit ?? 0, rule.floor))}`;
  if (name === "unclassified")
    return `${value} this month on ${fact(reading, "usage_types")} unknown usage types, most on ${fact(reading, "usage_type")}`;
  if (name === "restated") return restatedText(reading, value);
  if (name === "witnesses_disagree")
    return `Cost Explorer says ${usd(reading, "explorer_usd")} for ${fact(reading, "month")} to ${fact(reading, "through")}, the bill ${usd(reading, "billed_usd")}: ${value} apart, limit ${percent(reading.limit ?? 0)}`;
  if (name === "billed_not_logged") return `${value}, limit ${formatValue(rule.measure, reading.limit ?? 0)}${mostly(reading)}`;
  if (rule.measure === "calls" && rule.compare === "above" && !reading.limit)
    return `${value} in the ${rule.tick === "1d" ? "day" : "hour"}`;
  if (reading.baseline === null) return reading.limit ? `${value}, limit ${formatValue(rule.measure, reading.limit)}` : value;
  if (reading.baseline === 0) return `${value}, usually none`;
  const times = reading.value / reading.baseline;
  // +49044 % says less than 491 times.
  if (times >= 10) return `${value}, ${times.toFixed(0)} times the usual ${formatValue(rule.measure, reading.baseline)}`;
  return `${value}, ${times >= 1 ? "+" : ""}${percent(times - 1, 0)}${usually(rule, reading)}`;
}

/** What was expected and did not come, of how many. */
function silenceText(reading: Reading, value: string): string {
  const sources = Number(reading.facts["sources"] ?? 1);
  const whose = sources > 1 ? ` by ${sources} accounts and regions` : "";
  return `${value} expected since then, none logged${whose}`;
}

/** Which part of the logs a window's figures rest on, and what it holds with those that came since. */
function basisText(reading: Reading, complete: WindowFigures | undefined): string {
  const share = Number(reading.facts["logs_share"] ?? 1);
  const parts = [
    share < 1 ? `on about ${percent(share)} of its logs` : undefined,
    complete && `${percent(complete.share)} of ${complete.calls} with the logs that came since`,
  ].filter((part) => part !== undefined);
  return parts.length === 0 ? "" : ` (${parts.join("; ")})`;
}

/** What was new and what happened, in words. */
function signsText(reading: Reading): string {
  const { facts } = reading;
  const denied = Number(facts["denied"] ?? 0);
  const signs = [
    facts["new_principal"] === true ? `a ${fact(reading, "principal_type") || "principal"} never seen before` : "",
    facts["new_region"] ? `a region never used by the account (${fact(reading, "new_region")})` : "",
    facts["new_model"] ? `a model never used (${fact(reading, "new_model")})` : "",
    denied > 0 ? counted(denied, "denied call") : "",
    `${fact(reading, "answered")} answered`,
  ];
  return signs.filter((sign) => sign !== "").join(", ");
}

/** Which days of a bill changed, from what to what. */
function restatedText(reading: Reading, moved: string): string {
  const [first, last] = [fact(reading, "first_day"), fact(reading, "last_day")];
  const days = Number(reading.facts["days"]) === 1 ? first : `${fact(reading, "days")} days of ${first} to ${last}`;
  const before = fact(reading, "before_usd") === fact(reading, "closed_usd") ? "" : `, ${usd(reading, "before_usd")} before`;
  return `${moved} moved on ${days}: ${usd(reading, "now_usd")} now${before}, ${usd(reading, "closed_usd")} when it was closed`;
}

/** Which model the unlogged dollars are mostly for, and why it has no log. */
function mostly(reading: Reading): string {
  const [model, reason] = [fact(reading, "main_model"), fact(reading, "main_reason")];
  return model === "" ? "" : `, mostly ${model}${reason === "" ? "" : ` (${reason.replaceAll("_", " ")})`}`;
}

/** What remains of a budget, or by how much it is exceeded, and when it begins anew. */
function leftText(reading: Reading): string {
  const left = parseUsd(fact(reading, "limit_usd") || "0") - parseUsd(fact(reading, "used_usd") || "0");
  const resets = fact(reading, "resets");
  return left >= 0n ? `${inDollars(left)} left until ${resets}` : `${inDollars(-left)} over, resets ${resets}`;
}

const usually = (rule: AlertRule, reading: Reading): string =>
  reading.baseline === null ? "" : `, usually ${formatValue(rule.measure, reading.baseline)}`;

/** Rules whose value grows as long as it lasts: the worst is the whole. */
const GROWS: ReadonlySet<string> = new Set(["logs_stopped", "stolen_key", "billed_not_logged", "residual", "unclassified"]);

/** A part of a scope that carries an incident: `team payments, 98 %`. */
export const carrierText = ({ scope, name, share }: Carrier): string => `${scope} ${printable(name)}, ${percent(share)}`;

/** The incident in one sentence, without markup and control characters: the worst value, told apart from what it was in all. */
export function summaryOf(rule: AlertRule, incident: Incident, contributors: Contributors = NO_CONTRIBUTORS): string {
  const carrier = carriedBy(incident, contributors);
  const what = `${titleOf(rule, incident)}: ${scopeText(incident)}${carrier ? ` (${carrierText(carrier)})` : ""}`;
  const worst = incident.lastBreach > incident.firstBreach && !GROWS.has(incident.rule) ? "at worst " : "";
  // The value stops growing when nothing is expected any more; the silence does not.
  const lasted =
    incident.rule === "logs_stopped" ? ` (${spanText((incident.lastBreach - incident.since) / 60_000)} of silence)` : "";
  const bad = `${worst}${howBad(rule, incident.rule, incident.worst, contributors.complete)}${lasted}`;
  // A budget's own words name its period.
  if (incident.rule in BUDGET_RULES) return `${what}: ${bad}.`;
  const when =
    incident.resolvedAt === null
      ? `since ${minuteOf(incident.since)}`
      : `${minuteOf(incident.since)} to ${minuteOf(incident.lastBreach)}`;
  return `${what}, ${when} UTC: ${bad}.`;
}
