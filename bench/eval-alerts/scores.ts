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
  readonly false_alarms_per_week: number;
  /** Null where there is no naive rule of that kind. */
  readonly naive_found: number | null;
  readonly naive_false_alarms_per_week: number | null;
}

const NAIVE: ReadonlySet<string> = new Set(["tokens_hourly", "spend_daily", "error_rate"]);

export function scores({ found, clean }: Scores): { readonly clean_weeks: number; readonly rules: readonly RuleScore[] } {
  const rules = [...new Set([...found.map(({ rule }) => rule), ...clean.alarms.keys()])].sort();
  return {
    clean_weeks: clean.weeks,
    rules: rules.map((rule) => {
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
        false_alarms_per_week: perWeek(clean.alarms.get(rule)),
        naive_found: NAIVE.has(rule) ? planted.filter((one) => one.naive).length : null,
        naive_false_alarms_per_week: NAIVE.has(rule) ? perWeek(clean.naive.get(rule)) : null,
      };
    }),
  };
}

/** As a Markdown table. */
export function table(result: ReturnType<typeof scores>): string {
  const rows = result.rules.map((score) => [
    score.rule,
    `${score.found} of ${score.planted}`,
    score.median_minutes === null ? "" : `${Math.round(score.median_minutes)} min`,
    String(score.false_alarms_per_week),
    score.naive_found === null ? "" : `${score.naive_found} of ${score.planted}`,
    score.naive_false_alarms_per_week === null ? "" : String(score.naive_false_alarms_per_week),
    score.missed.join(", "),
  ]);
  const head = [
    "rule",
    "found",
    "median time to alert",
    "false alarms a week",
    "naive: found",
    "naive: false alarms a week",
    "missed",
  ];
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line), "", `Clean weeks simulated: ${result.clean_weeks}.`].join(
    "\n",
  );
}
