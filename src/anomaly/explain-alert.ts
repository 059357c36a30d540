import type { Measure } from "../config/alert-rules.ts";
import { MEASURES } from "../config/alert-rules.ts";
import { UsageError } from "../errors.ts";
import { displayUsd, parseUsd } from "../money.ts";
import type { Alert } from "./alert.ts";
import { formatValue } from "./format-value.ts";

/**
 * The numbers behind one alert, as label and text.
 * @throws UsageError when no alert has that id
 */
export function explainAlert(alerts: readonly Alert[], id: string): (readonly [label: string, text: string])[] {
  const alert = alerts.find((one) => one.alert_id === id) ?? onlyMatch(alerts, id);
  const measure: Measure = MEASURES.find((known) => known === alert.measure) ?? "calls";
  const value = (number: number | null): string => (number === null ? "none" : formatValue(measure, number));
  const children = alerts.filter((other) => other.grouped_under === alert.alert_id);
  return [
    ["What", alert.summary],
    ["Rule", `${alert.rule} (${alert.severity})`],
    ["State", alert.resolved_at === null ? "open" : `resolved at ${alert.resolved_at}`],
    ["First bad period", alert.since],
    ["Found", alert.opened_at],
    ["Last bad tick", alert.last_seen],
    ["Worst value", value(alert.value)],
    ["Expected", value(alert.baseline)],
    ["Limit", value(alert.limit_value)],
    ["Cost", `$${displayUsd(parseUsd(alert.dollars))}`],
    ["Who", alert.contributors || "nobody"],
    ["Model", alert.contributing_models || "none"],
    ...Object.entries(alert.facts).map(([name, text]) => [name.replaceAll("_", " "), text] as const),
    ["Told", toldText(alert)],
    ...children.map((child) => ["Explains", `${child.alert_id}: ${child.summary}`] as const),
    ["Look", alert.query],
  ];
}

function toldText(alert: Alert): string {
  if (alert.grouped_under !== null) return `by ${alert.grouped_under}`;
  if (alert.muted !== null) return `no, ${alert.muted}`;
  return `${alert.notices} ${alert.notices === 1 ? "message" : "messages"}`;
}

function onlyMatch(alerts: readonly Alert[], id: string): Alert {
  const [first, second] = alerts.filter((one) => one.alert_id.startsWith(id));
  if (first && !second) return first;
  throw new UsageError(`alerts: ${second ? `several alerts begin with "${id}"` : `there is no alert "${id}"`}`, {
    hint: second ? "Give more of its id." : "strata alerts lists them.",
  });
}
