import type { MonthReconciliation, ReconciledDay } from "../../billing/month-reconciliation.ts";
import type { Witnesses } from "../../billing/third-witness.ts";
import { counted, percent } from "../../figures.ts";
import { inDollars, parseUsd } from "../../money.ts";
import { ink } from "../shared/ink.ts";

/** Columns that the longest bar takes. */
const BAR = 36;

/** A month's reconciliation for a terminal: a bar per step from estimated to billed, the six parts, the days, and what to do next. */
export function waterfallText(result: MonthReconciliation): string {
  return [
    ink.bold(`${result.month}: from estimated to billed`),
    ...bars(result),
    "",
    ink.bold("The bill in six parts"),
    ...parts(result),
    "",
    ink.bold("Days"),
    ...spans(result.days).map((span) => `  ${span}`),
    "",
    ink.bold("Next"),
    ...(result.next.length === 0
      ? ["  nothing: the bill is explained"]
      : result.next.map((step) => `  ${usd(step.usd).padStart(14)}  ${step.action}`)),
  ].join("\n");
}

const usd = (text: string): string => inDollars(parseUsd(text));

/** Each step hangs where the one before it ended, so the eye follows from one end to the other. */
function bars({ steps }: MonthReconciliation): string[] {
  const shown = steps.filter((step) => step.end || parseUsd(step.usd) !== 0n);
  let level = 0;
  const placed = shown.map((step) => {
    const amount = Number(step.usd);
    const from = step.end ? 0 : level;
    level = step.end ? amount : level + amount;
    return { step, low: Math.min(from, level), high: Math.max(from, level) };
  });
  const top = Math.max(...placed.map(({ high }) => high));
  const lowest = Math.min(...placed.flatMap(({ step, low, high }) => (step.end ? [high] : [low])));
  // Steps that are small beside the ends would not be seen: the axis then begins just below the lowest of them, and the ends are cut (╌).
  const cut = lowest > top * 0.5;
  const bottom = cut ? lowest - (top - lowest || top) * 0.2 : Math.min(0, lowest);
  const scale = BAR / Math.max(top - bottom, Number.MIN_VALUE);
  return placed.map(({ step, low, high }) => {
    const from = Math.max(low, bottom);
    const start = Math.min(BAR - 1, Math.floor((from - bottom) * scale));
    const length = Math.min(BAR - start, Math.max(1, Math.round((high - from) * scale)));
    const drawn = step.end ? `${cut ? "╌" : "█"}${"█".repeat(length - 1)}` : "▒".repeat(length);
    const bar = `${" ".repeat(start)}${drawn}`.padEnd(BAR);
    const coloured = step.end ? ink.cyan(bar) : step.usd.startsWith("-") ? ink.green(bar) : ink.yellow(bar);
    return `  ${step.step.replaceAll("_", " ").padEnd(18)}${usd(step.usd).padStart(14)}  ${coloured}  ${ink.dim(step.meaning)}`;
  });
}

function parts({ summary, reasons }: MonthReconciliation): string[] {
  const billed = parseUsd(summary.billed_usd);
  const share = (text: string): string => {
    if (billed === 0n) return "";
    return percent(Number(parseUsd(text)) / Number(billed), 1);
  };
  const line = (label: string, text: string, note = ""): string =>
    `  ${label.padEnd(20)}${usd(text).padStart(14)}${share(text).padStart(9)}  ${ink.dim(note)}`.trimEnd();
  const why = (status: string): string =>
    reasons
      .filter((reason) => reason.status === status && reason.reason !== "" && parseUsd(reason.usd) !== 0n)
      .map((reason) => `${reason.reason} ${usd(reason.usd)}`)
      .join(", ");
  return [
    line("allocated", summary.allocated_usd),
    line("billed, not logged", summary.billed_not_logged_usd, why("billed_not_logged")),
    line("not token-based", summary.not_token_based_usd, why("not_token_based")),
    line("adjustments", summary.adjustments_usd, why("adjustment")),
    line("unclassified", summary.unclassified_usd, why("unclassified")),
    line("residual", summary.residual_usd, why("residual")),
    line("billed", summary.billed_usd, "the sum of these six, to the last digit"),
  ];
}

/** Days in a row of the same status and delivery: `2026-10-01 to 2026-10-28  final  (bedrock-cur2/2026-10/…)`. */
function spans(days: readonly ReconciledDay[]): string[] {
  const found: { first: string; last: string; status: string; version: string; note: string }[] = [];
  for (const day of days) {
    const version = day.cur_version ?? "not on the bill";
    const note =
      day.status === "restated" && day.before_usd !== null ? `, was ${usd(day.before_usd)}, now ${usd(day.billed_usd)}` : "";
    const last = found.at(-1);
    if (last && last.status === day.status && last.version === version && note === "" && last.note === "") last.last = day.day;
    else found.push({ first: day.day, last: day.day, status: day.status, version, note });
  }
  return found.map(({ first, last, status, version, note }) => {
    const range = first === last ? first : `${first} to ${last}`;
    return `${range.padEnd(24)}  ${status.padEnd(11)}  ${ink.dim(`${version}${note}`)}`;
  });
}

/** Cost Explorer beside the bill and the estimate. */
export function witnessText(found: Witnesses): string {
  const gap = found.billedGap === null ? "" : `, ${percent(found.billedGap, 2)} apart`;
  const forecast =
    found.forecastUsd === null
      ? []
      : [
          `  month by Cost Explorer's forecast ${usd(found.forecastUsd)} (${usd(found.forecastLowUsd ?? found.forecastUsd)} to ${usd(found.forecastHighUsd ?? found.forecastUsd)})`,
        ];
  return [
    ink.bold(`Cost Explorer, ${found.month}-01 to ${found.to}, without credits, refunds and tax`),
    `  Cost Explorer ${usd(found.explorerUsd)}, bill ${usd(found.billedUsd)}${gap}; estimated ${usd(found.estimatedUsd)}`,
    ...forecast,
    `  ${counted(found.calls, "paid request")}, ${usd(found.costUsd)}`,
    ...found.findings.map(({ message, hint }) => `  ${ink.yellow("note")}  ${message}\n        ${ink.dim(hint)}`),
  ].join("\n");
}
