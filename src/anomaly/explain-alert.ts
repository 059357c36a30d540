import { withOptions } from "../aim-commands.ts";
import type { Measure } from "../config/alert-rule.ts";
import { MEASURES } from "../config/alert-rule.ts";
import { UsageError } from "../errors.ts";
import { counted, percent, shortCount } from "../figures.ts";
import { inDollars, parseUsd } from "../money.ts";
import { PROGRAM } from "../program.ts";
import { parseInstant } from "../time.ts";
import type { Alert } from "./alert.ts";
import { minuteOf } from "./describe-incident.ts";
import { formatValue } from "./format-value.ts";
import { leastDollars, unknownCost } from "./unknown-cost.ts";

/**
 * The numbers behind one alert, as label and text.
 * @param target options of the command to run next that say where the data is
 * @throws UsageError when no alert has that id
 */
export function explainAlert(alerts: readonly Alert[], id: string, target = ""): (readonly [label: string, text: string])[] {
  const alert = alerts.find((one) => one.alert_id === id) ?? onlyMatch(alerts, id);
  const measure: Measure = MEASURES.find((known) => known === alert.measure) ?? "calls";
  const value = (number: number): string => formatValue(measure, number);
  const lines: (readonly [string, string | null])[] = [
    ["What", alert.summary],
    ["Rule", `${alert.rule} (${alert.severity})`],
    ["State", alert.resolved_at === null ? "open" : `over since ${at(alert.resolved_at)}`],
    ["Bad since", at(alert.since)],
    ["Found", at(alert.opened_at)],
    ["Last bad tick", at(alert.last_seen)],
    ["Worst value", value(alert.value)],
    ["With all logs", completeText(alert.facts)],
    ["Expected", alert.baseline === null ? null : value(alert.baseline)],
    ["Limit", alert.limit_value === null ? null : value(alert.limit_value)],
    [alert.severity === "budget" ? "Used by then" : "Cost in all", unknownCost(alert) ?? leastDollars(alert)],
    ["Who", alert.contributors],
    ["Model", alert.contributing_models],
    ["Team", alert.contributing_teams.includes(",") ? alert.contributing_teams : null],
    ["Error", alert.contributing_errors],
    ...Object.entries(alert.facts)
      .filter(([name]) => !name.startsWith("complete_"))
      .map(([name, text]) => [labelOf(name), factText(name, text)] as const),
    ["Told", toldText(alert)],
    ...alerts
      .filter((other) => other.grouped_under === alert.alert_id)
      .map((child) => ["Explains", `${child.summary} (${child.alert_id})`] as const),
    ["Look", target === "" ? alert.query : withOptions(alert.query, target)],
  ];
  return lines.filter((line): line is readonly [string, string] => line[1] !== null && line[1] !== "");
}

/** The window of the worst value with the logs that came after it was judged; null where none did. */
const completeText = (facts: Alert["facts"]): string | null =>
  facts["complete_calls"] === undefined
    ? null
    : `${percent(Number(facts["complete_share"]))} (${facts["complete_failed"]} of ${facts["complete_calls"]} calls)`;

/** `2026-10-14 14:10 UTC`. */
const at = (instant: string): string => `${minuteOf(parseInstant(instant) ?? 0)} UTC`;

const labelOf = (fact: string): string =>
  fact === "retries_usd" ? "cost of retries" : fact.replace(/_usd$/, "").replaceAll("_", " ");

/** Facts by what their names promise; the exact numbers are in `--json` of the alerts. */
function factText(name: string, text: string): string {
  const number = Number(text);
  if (text === "" || !Number.isFinite(number)) return text;
  if (name.endsWith("_usd")) return inDollars(parseUsd(text));
  if (name === "growth") return `${percent(number - 1)} a week`;
  if (name === "threshold" || name.endsWith("share")) return percent(number);
  return Number.isInteger(number) ? shortCount(number) : String(Number(number.toPrecision(4)));
}

function toldText(alert: Alert): string {
  if (alert.grouped_under !== null) return `by ${alert.grouped_under}`;
  if (alert.muted !== null) return `no, ${alert.muted}`;
  return counted(alert.notices, "message");
}

function onlyMatch(alerts: readonly Alert[], id: string): Alert {
  const [first, second] = alerts.filter((one) => one.alert_id.startsWith(id));
  if (first && !second) return first;
  throw new UsageError(`alerts: ${second ? `several alerts begin with "${id}"` : `there is no alert "${id}"`}`, {
    hint: second ? "Give more of its id." : `${PROGRAM} alerts lists them.`,
  });
}
