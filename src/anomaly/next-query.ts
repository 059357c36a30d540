import type { AlertRule } from "../config/alert-rule.ts";
import { PROGRAM } from "../program.ts";
import { shellWord } from "../shell-word.ts";
import { dayOf, isoOf } from "../time.ts";
import { contributionOf } from "./contributors.ts";
import type { Incident } from "./lifecycle.ts";
import { incidentId } from "./silence.ts";

/** Undefined for a query that takes none. */
type Days = readonly [from: string, to: string] | undefined;

/** Incidents that no list of callers explains: the saved query that does, and the days to ask it for. */
const QUERIES: ReadonlyMap<string, { readonly query: string; readonly days?: (incident: Incident) => Days }> = new Map([
  ["logs_stopped", { query: "rollups/log_gaps", days: () => undefined }],
  ["completeness", { query: "log_completeness" }],
  ["undelivered_logs", { query: "log_completeness" }],
  ["unreadable_logs", { query: "quarantined_lines", days: () => undefined }],
  ["unpriced", { query: "unpriced_usage" }],
  ["billed_not_logged", { query: "unlogged_spend" }],
  ["residual", { query: "billed_by_status" }],
  ["unclassified", { query: "billed_by_status" }],
  [
    "restated",
    {
      query: "billing/status_by_day",
      days: ({ latest }: Incident): Days => [text(latest.facts["first_day"]), text(latest.facts["last_day"])],
    },
  ],
  [
    "witnesses_disagree",
    {
      query: "billing/status_by_day",
      days: ({ latest }: Incident): Days => [`${latest.facts["month"]}-01`, text(latest.facts["through"])],
    },
  ],
]);

const text = (value: unknown): string => String(value ?? "");

/** The days of an incident; a period that ends at midnight ends the day before. */
const daysOf = ({ since, lastBreach }: Incident): Days => [dayOf(since), dayOf(Math.max(since, lastBreach - 1))];

/**
 * The command that shows who or what is behind an incident, ready to paste.
 * @param target options that say where the data is, for example `--athena --stage prod`
 */
export function nextQuery(rule: AlertRule, incident: Incident, target = ""): string {
  const saved = QUERIES.get(incident.rule);
  if (saved) {
    const days = (saved.days ?? daysOf)(incident);
    return command(saved.query, target, days === undefined ? [] : [`from=${days[0]}`, `to=${days[1]}`]);
  }
  const second = (millis: number): string => isoOf(millis).replace(".000Z", "Z");
  return command(rule.tick === "5m" ? "anomalies/contributors" : "anomalies/contributors_hourly", target, [
    `from=${second(incident.since)}`,
    `to=${second(Math.max(incident.lastBreach, incident.since + 1000))}`,
    `measure=${contributionOf(incident.rule, rule)}`,
    `scope=${incident.scope}`,
    ...(incident.name === null ? [] : [`name=${incident.name}`]),
    "top=20",
  ]);
}

const command = (query: string, target: string, params: readonly string[]): string =>
  [`${PROGRAM} query ${query}`, ...(target === "" ? [] : [target]), ...params.map((param) => `--param ${shellWord(param)}`)].join(
    " ",
  );

/** Hours for which the command that a message offers mutes it: a shift. */
const MUTED_FOR = "8h";

/** The command that mutes an incident of a deployed stack. */
export const muteCommand = (incident: Incident, stage: string): string =>
  `${PROGRAM} alerts mute ${incidentId(incident)} --stage ${shellWord(stage)} --for ${MUTED_FOR} --reason seen`;
