import type { AlertRule } from "../config/alert-rules.ts";
import { isoOf } from "../time.ts";
import { contributionOf } from "./contributors.ts";
import type { Incident } from "./lifecycle.ts";

/** A value as a POSIX shell reads it back, whatever it holds. */
const shellWord = (text: string): string => (/^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`);

/**
 * The command that shows who is behind an incident, ready to paste.
 * @param target options that say where the data is, for example `--athena --stage prod`
 */
export function nextQuery(rule: AlertRule, incident: Incident, target = ""): string {
  const second = (millis: number): string => isoOf(millis).replace(".000Z", "Z");
  const fine = rule.tick === "5m";
  const params = [
    `from=${second(incident.since)}`,
    `to=${second(Math.max(incident.lastBreach, incident.since + 1000))}`,
    `measure=${contributionOf(incident.rule, rule)}`,
    `scope=${incident.scope}`,
    ...(incident.name === null ? [] : [`name=${incident.name}`]),
    "top=20",
  ];
  const query = fine ? "anomalies/contributors" : "anomalies/contributors_hourly";
  return `npx strata query ${query}${target === "" ? "" : ` ${target}`} ${params.map((param) => `--param ${shellWord(param)}`).join(" ")}`;
}
