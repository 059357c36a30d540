import { ALERT_RULES } from "../../src/config/alert-rules.ts";
import type { Planted } from "./plant.ts";

export interface Found extends Planted {
  /** From the first bad event to the alert; null when it was missed. */
  readonly minutes: number | null;
  readonly naive: boolean;
}

export interface Scores {
  readonly found: readonly Found[];
  readonly clean: { readonly weeks: number; readonly alarms: Map<string, number>; readonly naive: Map<string, number> };
}

export interface RuleScore {
  readonly rule: string;
  readonly planted: number;
  readonly found: number;
  /** Sizes and kinds that were missed. */
  readonly missed: readonly string[];
  readonly median_minutes: number | null;
  readonly worst_minutes: number | null;
  readonly false_alarms_per_week: number;
  /** Null where there is no naive rule of that kind. */
  readonly naive_found: number | null;
  readonly naive_false_alarms_per_week: number | null;
}

const NAIVE: ReadonlySet<string> = new Set(["tokens_hourly", "spend_daily", "error_rate"]);

export interface Goal {
  readonly goal: string;
  readonly measured: string;
  readonly met: boolean;
}

/** Two ticks after the hold: a quarter of an hour of failures and ticks of five minutes; a budget has no hold and ticks of an hour. */
const LATEST_MINUTES: Readonly<Record<string, number>> = { error_rate: 25, budget: 120 };

function goals(rules: readonly RuleScore[]): Goal[] {
  const told = (severity: string): number =>
    Object.entries(ALERT_RULES)
      .filter(([, rule]) => rule.severity === severity)
      .reduce((sum, [name]) => sum + (rules.find(({ rule }) => rule === name)?.false_alarms_per_week ?? 0), 0);
  const [pages, warnings] = [told("critical") * 52, told("warning")];
  return [
    ...Object.entries(LATEST_MINUTES).flatMap(([name, latest]) => {
      const score = rules.find(({ rule }) => rule === name);
      if (!score || score.planted === 0) return [];
      const met = score.found === score.planted && (score.worst_minutes ?? latest + 1) <= latest;
      const measured = `${score.found} of ${score.planted}, the last after ${score.worst_minutes?.toFixed(0) ?? "no"} minutes`;
      return [{ goal: `every ${name} incident told within two ticks after the hold (${latest} minutes)`, measured, met }];
    }),
    { goal: "at most one false page a year", measured: pages.toFixed(1), met: pages <= 1 },
    { goal: "at most one false warning a week", measured: warnings.toFixed(2), met: warnings <= 1 },
  ];
}

export interface Result {
  readonly clean_weeks: number;
  readonly rules: readonly RuleScore[];
  readonly goals: readonly Goal[];
}

export function scores(all: Scores): Result {
  const rules = ruleScores(all);
  return { clean_weeks: all.clean.weeks, rules, goals: goals(rules) };
}

function ruleScores({ found, clean }: Scores): RuleScore[] {
  const rules = [...new Set([...found.map(({ rule }) => rule), ...clean.alarms.keys()])].sort();
  return rules.map((rule) => {
    const planted = found.filter((one) => one.rule === rule);
    const minutes = planted.flatMap((one) => (one.minutes === null ? [] : [one.minutes])).sort((a, b) => a - b);
    const perWeek = (count: number | undefined): number =>
      clean.weeks === 0 ? 0 : Number(((count ?? 0) / clean.weeks).toFixed(3));
    return {
      rule,
      planted: planted.length,
      found: minutes.length,
      missed: planted.filter((one) => one.minutes === null).map(({ kind, size }) => `${kind} (size ${size})`),
      median_minutes: minutes[Math.floor(minutes.length / 2)] ?? null,
      worst_minutes: minutes.at(-1) ?? null,
      false_alarms_per_week: perWeek(clean.alarms.get(rule)),
      naive_found: NAIVE.has(rule) ? planted.filter((one) => one.naive).length : null,
      naive_false_alarms_per_week: NAIVE.has(rule) ? perWeek(clean.naive.get(rule)) : null,
    };
  });
}

/** As a Markdown table. */
export function table(result: Result): string {
  const rows = result.rules.map((score) => [
    score.rule,
    `${score.found} of ${score.planted}`,
    score.median_minutes === null ? "" : `${Math.round(score.median_minutes)} min`,
    score.worst_minutes === null ? "" : `${Math.round(score.worst_minutes)} min`,
    String(score.false_alarms_per_week),
    score.naive_found === null ? "" : `${score.naive_found} of ${score.planted}`,
    score.naive_false_alarms_per_week === null ? "" : String(score.naive_false_alarms_per_week),
    score.missed.join(", "),
  ]);
  const head = [
    "rule",
    "found",
    "median time to alert",
    "longest",
    "false alarms a week",
    "naive: found",
    "naive: false alarms a week",
    "missed",
  ];
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  return [
    line(head),
    line(head.map(() => "---")),
    ...rows.map(line),
    "",
    `Clean weeks simulated: ${result.clean_weeks}.`,
    ...result.goals.map(({ goal, measured, met }) => `* ${met ? "Met" : "Missed"}: ${goal}. Measured: ${measured}.`),
  ].join("\n");
}
