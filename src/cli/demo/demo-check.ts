import type { Alert } from "../../anomaly/alert.ts";
import { thousands } from "../../figures.ts";
import type { Incident, Truth } from "../../generate/truth.ts";
import { divideHalfEven, type PicoUsd, parseUsd } from "../../money.ts";
import type { Summary } from "../../pipeline/summary-schema.ts";
import type { Work } from "../../report/load-work.ts";
import { sumUsd } from "../../report/rows.ts";
import { HOUR_MS, parseInstant } from "../../time.ts";
import { type Check, sameCount, sameUsd } from "./demo-same.ts";

/** Everything that the generator planted against everything that the product says. */
export function demoChecks(truth: Truth, summary: Summary, alerts: readonly Alert[], work: Work | undefined): Check[] {
  return [
    ...counts(truth, summary),
    ...money(truth, summary),
    ...sessions(truth, summary, work),
    ...incidents(truth, alerts),
    quiet(truth, alerts),
  ];
}

function counts({ counts: planted }: Truth, found: Summary): Check[] {
  const rows: [string, number, number][] = [
    ["log objects", planted.objects, found.objects],
    ["skipped objects", planted.skipped_objects, found.skipped_objects],
    ["damaged objects", planted.damaged_objects, found.damaged_objects],
    ["invocations", planted.invocations, found.invocations],
    ["duplicates", planted.duplicates, found.duplicates],
    ["quarantined", planted.corrupt_lines, found.quarantined],
    ["counts written as text", planted.coerced, found.coerced],
    ["failed calls", planted.failed, found.errors],
    ["unpriced", planted.unpriced, found.unpriced],
    ["uncounted", planted.uncounted, found.uncounted],
    ["not priced by tokens", planted.not_token_priced, found.not_token_priced],
    ["unattributed", planted.unattributed, found.unattributed],
  ];
  const every = found.invocations + found.duplicates + found.quarantined;
  return [...rows.map(([what, a, b]) => sameCount(what, a, b)), sameCount("records, each in one place", found.records, every)];
}

const PARTS = [
  ["  allocated", "allocated_usd"],
  ["  billed, not logged", "billed_not_logged_usd"],
  ["  not token-based", "not_token_based_usd"],
  ["  adjustments", "adjustments_usd"],
  ["  unclassified", "unclassified_usd"],
  ["  residual", "residual_usd"],
] as const;

function money({ money: planted }: Truth, found: Summary): Check[] {
  const same = (what: string, a: string, b: string | null): Check =>
    sameUsd(what, parseUsd(a), b === null ? undefined : parseUsd(b));
  const sum = PARTS.reduce((total, [, key]) => total + parseUsd(found[key] ?? "0"), 0n);
  return [
    same("list", planted.list_usd, found.list_usd),
    same("estimated", planted.estimated_usd, found.estimated_usd),
    same("billed", planted.billed_usd, found.billed_usd),
    ...PARTS.map(([what, key]) => same(what, planted[key], found[key])),
    {
      what: "sum of the six parts",
      planted: "= billed",
      found: sum === parseUsd(found.billed_usd ?? "0") ? "= billed" : "differs",
      holds: sum === parseUsd(found.billed_usd ?? "0"),
    },
    same("logged, not billed yet", planted.not_yet_billed_usd, found.not_yet_billed_usd),
  ];
}

/** What coding assistants told: every session, commit, pull request and tool with its dollars. */
function sessions({ telemetry: planted }: Truth, { traced }: Summary, work: Work | undefined): Check[] {
  const done = (what: string, count: number, cost: string, lines: Work["commits"] | undefined): Check[] => {
    const counted = (lines ?? []).filter((line) => line.number > 0);
    const found = counted.reduce((sum, line) => sum + line.number, 0);
    const each = (amount: PicoUsd, of: number): PicoUsd => (of === 0 ? 0n : divideHalfEven(amount, BigInt(of)));
    return [
      sameCount(`${what}s`, count, found),
      sameUsd(`  each ${what}`, each(parseUsd(cost), count), each(sumUsd(counted.map(({ estimated }) => estimated)), found)),
    ];
  };
  const joined = traced.filter(({ match }) => match === "request_id").reduce((sum, { calls }) => sum + calls, 0);
  return [
    sameCount("sessions", planted.sessions, work?.groups.find(({ name }) => name === planted.team)?.sessions),
    sameCount("calls that clients told of", planted.calls, joined),
    sameUsd("  estimated", parseUsd(planted.estimated_usd), work?.estimated),
    ...done("commit", planted.commits, planted.commits_usd, work?.commits),
    ...done("pull request", planted.pull_requests, planted.pull_requests_usd, work?.pullRequests),
    ...planted.tools.map(({ tool, usd: cost }) =>
      sameUsd(`  ${tool}`, parseUsd(cost), work?.tools.find((line) => line.tool === tool)?.estimated),
    ),
  ];
}

/** Incidents that are a figure of the summary, not an alert of their own at this size. */
function incidents(truth: Truth, alerts: readonly Alert[]): Check[] {
  return truth.incidents
    .filter((incident) => incident.meaningful)
    .map((incident) => {
      const alert = alerts.find((one) => answers(incident, one));
      return {
        what: `${incident.tier}: ${incident.id}`,
        planted: `${incident.start.slice(5, 16).replace("T", " ")} ${shortened(Object.values(incident.scope).at(0) ?? "")}`,
        found: alert
          ? `${alert.since.slice(5, 16).replace("T", " ")} ${alert.rule} ${alert.scope_name ?? alert.scope}`
          : "nothing",
        holds: alert !== undefined,
      };
    });
}

/** Which rules are about which kind of incident. */
const RULES: Readonly<Record<string, readonly string[]>> = {
  "error-burst": ["error_rate"],
  "token-spike": ["tokens_hourly"],
  "busy-day": ["spend_daily"],
  "runaway-person": ["budget"],
  "team-budget-80": ["budget"],
  "team-budget-100": ["budget"],
  "log-gap": ["logs_stopped"],
  "unpriced-model": ["unpriced"],
  "billed-not-logged": ["billed_not_logged"],
};

/** An alert by a rule for such incidents, of its tier, in its time, and about it or about everything. */
function answers(incident: Incident, alert: Alert): boolean {
  const names = Object.values(incident.scope);
  const about = alert.scope_name ?? "";
  const related = alert.scope === "organisation" || names.some((name) => about === name || about.split("/").includes(name));
  const enough = incident.kind !== "team-budget-100" || (alert.threshold ?? 0) >= 1;
  return (
    (RULES[incident.kind] ?? []).includes(alert.rule) &&
    alert.severity === incident.tier &&
    related &&
    enough &&
    overlaps(incident, alert)
  );
}

const overlaps = (incident: Incident, alert: Alert): boolean =>
  (parseInstant(alert.since) ?? 0) <= (parseInstant(incident.end) ?? 0) + HOUR_MS &&
  (parseInstant(alert.last_seen) ?? 0) >= (parseInstant(incident.start) ?? 0) - HOUR_MS;

/** Nobody is woken for anything that was not planted. */
function quiet(truth: Truth, alerts: readonly Alert[]): Check {
  const planted = truth.incidents.filter((incident) => incident.tier === "critical" && incident.meaningful);
  const paged = alerts.filter((alert) => alert.severity === "critical" && alert.grouped_under === null && alert.muted === null);
  const false_ = paged.filter((alert) => !planted.some((incident) => overlaps(incident, alert)));
  return {
    what: "pages",
    planted: thousands(planted.length),
    found: thousands(paged.length),
    holds: false_.length === 0 && paged.length === planted.length,
  };
}

/** Long names keep their end, which tells them apart. */
const shortened = (name: string): string => (name.length <= 34 ? name : `…${name.slice(-33)}`);
