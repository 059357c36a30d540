import { join } from "node:path";
import { atFolder } from "../../aim-commands.ts";
import type { Alert } from "../../anomaly/alert.ts";
import { learningText } from "../../anomaly/learning.ts";
import { printable } from "../../errors.ts";
import { counted, percent, thousands } from "../../figures.ts";
import { formatUsd, inDollars, parseUsd } from "../../money.ts";
import type { Summary } from "../../pipeline/summary-schema.ts";
import { guessedText } from "../../pricing/guessed.ts";
import { PROGRAM } from "../../program.ts";
import { isKnown, type Known, knownOf, whereKnown } from "../../report/measures.ts";
import { severityLabel } from "../shared/alert-entry.ts";
import { ink } from "../shared/ink.ts";

/** The overview that a person reads after a run: what was read, what it cost, what the bill says, what to look at. */
export function showSummary(summary: Summary, alerts: readonly Alert[], out: string): string {
  const text = [
    heading(`${summary.first_event?.slice(0, 10) ?? "no events"} to ${summary.last_event?.slice(0, 10) ?? "-"}`),
    ...records(summary),
    "",
    heading("Money"),
    ...money(summary),
    "",
    ...sessions(summary),
    heading("Look at"),
    ...findings(summary),
    "",
    ...feed(alerts),
    heading("Results"),
    `  ${out}`,
    ...pages(summary, out),
  ].join("\n");
  return atFolder(text, out);
}

/** The alerts that would have been sent, worst first; the newest of each kind when there are many. */
function feed(alerts: readonly Alert[]): string[] {
  const told = alerts.filter((alert) => alert.grouped_under === null && alert.muted === null);
  if (told.length === 0) return [];
  const order = ["critical", "budget", "warning", "data", "info"];
  const sorted = told.toSorted(
    (a, b) => order.indexOf(a.severity) - order.indexOf(b.severity) || (a.opened_at < b.opened_at ? 1 : -1),
  );
  const rest = sorted.length - SHOWN_ALERTS;
  return [
    heading("Alerts"),
    ...sorted.slice(0, SHOWN_ALERTS).map((alert) => `  ${severityLabel(alert.severity)}  ${printable(alert.summary)}`),
    ...(rest > 0 ? [`  ${rest} more: ${PROGRAM} alerts`] : []),
    "",
  ];
}

const SHOWN_ALERTS = 8;

/** The newest months' pages. */
function pages(summary: Summary, out: string): string[] {
  const all = summary.reports.filter((file) => file.endsWith(".html"));
  const older = all.length - SHOWN_PAGES;
  const status = new Map(summary.statements.map((one) => [one.month, one.status]));
  const statusOf = (file: string): string => status.get(/month=([\d-]+)/.exec(file)?.[1] ?? "") ?? "";
  const closed = summary.statements.flatMap(({ notice }) => notice ?? []).slice(-SHOWN_PAGES);
  return [
    ...(older > 0 ? [`  ${older} older reports in ${join(out, "reports")}`] : []),
    ...all.slice(-SHOWN_PAGES).map((file) => `  ${join(out, file)}  ${ink.dim(statusOf(file))}`.trimEnd()),
    ...closed.map((notice) => `  ${severityLabel("info")}  ${printable(notice)}`),
  ];
}

const SHOWN_PAGES = 3;
const heading = (text: string): string => ink.bold(text);
const line = (label: string, value: string, note = ""): string =>
  `  ${label.padEnd(26)}${value.padStart(16)}${note === "" ? "" : `  ${ink.dim(note)}`}`;
const usd = (value: string | null): string => (value === null ? "-" : inDollars(parseUsd(value)));

function records(summary: Summary): string[] {
  const damaged = summary.damaged_objects > 0 ? `, ${thousands(summary.damaged_objects)} damaged` : "";
  return [
    line("log objects", thousands(summary.objects), `${thousands(summary.skipped_objects)} others skipped${damaged}`),
    line("records", thousands(summary.records), "each in exactly one of the next three"),
    line("  invocations", thousands(summary.invocations)),
    line("  duplicates", thousands(summary.duplicates)),
    line("  quarantined", thousands(summary.quarantined)),
    line("failed calls", thousands(summary.errors)),
    ...complete(summary),
  ];
}

/** How much of what Bedrock counted is here, or, where nobody asked it, in how many of the hours that should have records there are some. */
function complete({
  completeness: { by_bedrock: counted, expected_hours: expected, missing_hours: missing },
}: Summary): string[] {
  if (counted !== null) {
    const undelivered = counted.undelivered > 0 ? `, ${thousands(counted.undelivered)} log deliveries failed` : "";
    return [
      line("complete", atLeast(counted.share), `of ${thousands(counted.counted)} calls that Bedrock counted${undelivered}`),
    ];
  }
  if (expected === 0) return [];
  return [line("complete", atLeast((expected - missing) / expected), `of ${thousands(expected)} hours that should have records`)];
}

/** Never rounded up to 100 %. */
/** Rounded down: not everything is not 100 %. */
const atLeast = (share: number): string => percent(Math.floor(share * 10_000) / 10_000, 2);

function money(summary: Summary): string[] {
  const known = estimateOf(summary);
  const estimated = line(
    "estimated",
    whereKnown(known, usd(summary.estimated_usd)),
    isKnown(known) ? `list ${usd(summary.list_usd)}` : "",
  );
  const guessed = guessedText(parseUsd(summary.guessed_usd), parseUsd(summary.estimated_usd));
  const estimate =
    guessed === undefined ? [estimated] : [estimated, line("  by guessed prices", usd(summary.guessed_usd), guessed)];
  if (summary.billed_usd === null) return [...estimate, "  no bill was given (--cur), so nothing is reconciled"];
  return [
    ...estimate,
    line("billed", usd(summary.billed_usd), "the sum of the next six, to the last digit"),
    line("  allocated", usd(summary.allocated_usd)),
    line("  billed, not logged", usd(summary.billed_not_logged_usd)),
    line("  not token-based", usd(summary.not_token_based_usd)),
    line("  adjustments", usd(summary.adjustments_usd), "credits, discounts, tax, refunds"),
    line("  unclassified", usd(summary.unclassified_usd)),
    line("  residual", usd(summary.residual_usd)),
    line("logged, not billed yet", usd(summary.not_yet_billed_usd)),
  ];
}

const estimateOf = (summary: Summary): Known =>
  knownOf({ ...summary, notTokenPriced: summary.not_token_priced, estimated: parseUsd(summary.estimated_usd) });

/** How much of the money has a session, and how the clients' own word and the log met. */
function sessions({ traced }: Summary): string[] {
  if (traced.length === 0) return [];
  const calls = (seen: string, match?: string): number =>
    traced.filter((row) => row.seen === seen && (match ?? row.match) === row.match).reduce((sum, row) => sum + row.calls, 0);
  const dollars = (seen: string): string =>
    usd(formatUsd(traced.filter((row) => row.seen === seen).reduce((sum, row) => sum + parseUsd(row.estimated_usd), 0n)));
  const met = ["request_id", "message_id", "session", "window"].flatMap((match) =>
    calls("both", match) === 0 ? [] : `${thousands(calls("both", match))} by ${match.replace("_", " ")}`,
  );
  return [
    heading("Sessions"),
    line("in the log and told", thousands(calls("both")), `${dollars("both")}; ${met.join(", ") || "none"}`),
    line("only in the log", thousands(calls("log")), `${dollars("log")}; their request names its session`),
    line("only told by a client", thousands(calls("client")), "no dollar of them is in any figure"),
    "",
  ];
}

function findings(summary: Summary): string[] {
  const { alerts, completeness } = summary;
  const rows: [count: number, one: string, rest?: string][] = [
    [alerts.critical, "critical alert"],
    [alerts.budget, "budget alert"],
    [alerts.warning, "warning"],
    [alerts.info, "notice"],
    [alerts.data, "data alert"],
    [summary.unpriced, "invocation", `of a model whose price is unknown (${PROGRAM} query unpriced_usage)`],
    [summary.uncounted, "invocation", "that logged nothing to multiply: its dollars are not known"],
    [
      summary.not_token_priced,
      "invocation",
      "not priced by tokens (provisioned, reserved, imported): only the bill has its dollars",
    ],
    [summary.unattributed, "invocation", `of no known team (${PROGRAM} attribution)`],
    [summary.quarantined, "record", `in quarantine (${PROGRAM} quarantine list)`],
    [summary.damaged_objects, "object", "that could not be read to the end"],
    [completeness.missing_hours, "hour", "without records where there should be some"],
    [
      completeness.by_bedrock?.short_hours ?? 0,
      "hour",
      `with fewer records than Bedrock counted (${PROGRAM} query incomplete_hours)`,
    ],
  ];
  const found = rows
    .filter(([count]) => count > 0)
    .map(([count, one, rest = ""]) => [counted(count, one).split(" "), rest] as const)
    .map(([[count = "", ...what], rest]) => `  ${count.padStart(9)}  ${[...what, rest].join(" ").trimEnd()}`);
  const problems = summary.problems.map(
    (problem) =>
      `  ${problem.kind === "lost" ? ink.red("lost") : ink.yellow("note")}  ${printable(problem.message)}\n        ${ink.dim(printable(problem.hint))}`,
  );
  const learning = learningText(summary.learning);
  const blind = learning === undefined ? [] : [`  ${ink.yellow("note")}  ${learning}`];
  return found.length + problems.length + blind.length === 0 ? ["  nothing"] : [...found, ...problems, ...blind];
}
