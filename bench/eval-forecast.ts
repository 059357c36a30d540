/**
 * How far month-end forecasts are off, on invented seasons: `node bench/eval-forecast.ts`. Prints the tables of docs/forecast.md.
 */
import { type BacktestPoint, backtest, coverage, DEFAULT_CUTS, methods, score } from "../src/planning/forecast/backtest.ts";
import { daysOf, MONTH, type Season, seasons, unseenSeasons } from "./seasons.ts";

/** Numbers of the forecast were chosen on the first seeds; the others were never looked at before. */
const TUNING = { first: 1, count: 20 };
const HELD_OUT = { first: 101, count: 20 };

const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;

const evaluate = (season: Season, { first, count }: typeof TUNING): BacktestPoint[] =>
  Array.from({ length: count }, (_, index) =>
    backtest(daysOf(season, first + index)).filter(({ month }) => month === MONTH),
  ).flat();

/** The tables as Markdown. */
export function evaluationTables(): string {
  const results = seasons.map((season) => ({ season, points: evaluate(season, HELD_OUT) }));
  const unseen = unseenSeasons.map((season) => ({ season, points: evaluate(season, HELD_OUT) }));
  const all = results.flatMap(({ points }) => points);
  const line = (name: string, meaning: string, points: readonly BacktestPoint[], bold = (text: string) => text): string =>
    `| ${bold(name)} | ${meaning} | ${score(points)
      .map(({ mean }) => bold(percent(mean)))
      .join(" | ")} | ${bold(percent(coverage(points)))} |`;
  const strong = (text: string): string => `**${text}**`;
  const byDay = DEFAULT_CUTS.map((cut) => {
    const points = all.filter(({ day }) => day === cut);
    return `| ${cut} | ${score(points)
      .map(({ mean }) => percent(mean))
      .join(" | ")} | ${percent(coverage(points))} |`;
  });
  const tuned = seasons.flatMap((season) => evaluate(season, TUNING));
  return [
    `| season | what it is | ${methods.join(" | ")} | in the 80 % interval |`,
    "|---|---|---:|---:|---:|---:|",
    ...results.map(({ season, points }) => line(season.name, season.meaning, points)),
    line("all", `${all.length} forecasts`, all, strong),
    line("tuning seeds", "the same seasons with the seeds that numbers were chosen on", tuned),
    ...unseen.map(({ season, points }) => line(season.name, `${season.meaning}; unseen kind`, points)),
    "",
    `| days known | ${methods.join(" | ")} | in the 80 % interval |`,
    "|---:|---:|---:|---:|---:|",
    ...byDay,
    "",
    "| method | mean error | median | nine of ten below | bias |",
    "|---|---:|---:|---:|---:|",
    ...score(all).map(
      (one) => `| ${one.method} | ${percent(one.mean)} | ${percent(one.median)} | ${percent(one.p90)} | ${percent(one.bias)} |`,
    ),
  ].join("\n");
}

if (import.meta.main) console.log(evaluationTables());
