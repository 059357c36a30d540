import type { AlertRule } from "../config/alert-rule.ts";
import type { Warehouse } from "../ports.ts";
import type { Incident } from "./lifecycle.ts";
import type { Observation } from "./observation.ts";
import { observe } from "./observe.ts";

/** What the window of an incident's worst reading holds by now. Logs come late, and failed calls may come before the others. */
export interface WindowFigures {
  /** Calls, without retries that made good. */
  readonly calls: number;
  readonly failed: number;
  /** 0 to 1. */
  readonly share: number;
}

const MINUTE_MS = 60_000;
const WINDOW_MS = 15 * MINUTE_MS;
const DUE_MINUTES = 5;

/** Whether a rule judges windows of a quarter of an hour as their logs come. */
export const judgesWindows = ({ query }: Pick<AlertRule, "query">): boolean => query === "anomalies/error_rate";

/**
 * Asks the rule's own detector for the window again, with every record that is there now, however late it came.
 * @returns undefined for rules that do not judge windows, and where no more came
 */
export async function windowFigures(
  warehouse: Warehouse,
  rule: AlertRule,
  { worst, scope, name }: Pick<Incident, "worst" | "scope" | "name">,
): Promise<WindowFigures | undefined> {
  if (!judgesWindows(rule) || worst.since === null) return undefined;
  const ends = worst.since + WINDOW_MS;
  // Below any threshold nothing is left out.
  const whole: AlertRule = { ...rule, threshold: 1e-6, params: { ...rule.params, late_minutes: DUE_MINUTES } };
  const range = { from: ends, to: ends + DUE_MINUTES * MINUTE_MS };
  const seen = await observe(warehouse, whole, range, { trust_delivery: false, early_share: 0 });
  const found = seen.find((one) => one.since === worst.since && one.scope === scope && one.name === name);
  if (!found || Number(found.facts["calls"]) <= Number(worst.facts["calls"] ?? 0)) return undefined;
  return { calls: Number(found.facts["calls"]), failed: Number(found.facts["failed"]), share: found.value };
}

/**
 * Marks what was judged before its logs were due with the share of them that is usually there by then.
 * @param late minutes after which a window's logs are due here, and that share
 */
export function markEarly(
  rule: AlertRule,
  observations: readonly Observation[],
  late: { readonly minutes: number; readonly earlyShare: number },
): readonly Observation[] {
  if (!judgesWindows(rule) || late.earlyShare <= 0) return observations;
  const due = WINDOW_MS + Math.max(late.minutes, Number(rule.params["late_minutes"] ?? 0)) * MINUTE_MS;
  return observations.map((one) =>
    one.tick >= one.since + due ? one : { ...one, facts: { ...one.facts, logs_share: late.earlyShare } },
  );
}

/** The same as facts of a message and of the alert's row. */
export const windowFacts = (figures: WindowFigures | undefined): [string, number][] =>
  figures === undefined
    ? []
    : [
        ["complete_calls", figures.calls],
        ["complete_failed", figures.failed],
        ["complete_share", figures.share],
      ];
