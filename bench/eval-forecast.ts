/**
 * How far month-end forecasts are off, on invented seasons: `node bench/eval-forecast.ts`. Prints the tables of docs/forecast.md.
 */
import { type BacktestPoint, backtest, coverage, DEFAULT_CUTS, methods, score } from "../src/planning/forecast/backtest.ts";
import { daysOf, MONTH, type Season, seasons } from "./seasons.ts";

export const SEEDS = 20;

const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;

export function evaluate(season: Season, seeds = SEEDS): BacktestPoint[] {
  return Array.from({ length: seeds }, (_, seed) =>
    backtest(daysOf(season, seed + 1)).filter(({ month }) => month === MONTH),
  ).flat();
}

/** Both tables as Markdown. */
export function evaluationTables(seeds = SEEDS): string {
  const results = seasons.map((season) => ({ season, points: evaluate(season, seeds) }));
  const bySeason = results.map(({ season, points }) => {
    const scores = score(points);
    return `| ${season.name} | ${season.meaning} | ${scores.map(({ mean }) => percent(mean)).join(" | ")} | ${percent(coverage(points))} |`;
  });
  const all = results.flatMap(({ points }) => points);
  const byDay = DEFAULT_CUTS.map((cut) => {
    const points = all.filter(({ day }) => day === cut);
    return `| ${cut} | ${score(points)
      .map(({ mean }) => percent(mean))
      .join(" | ")} | ${percent(coverage(points))} |`;
  });
  const total = score(all);
  return [
    `| season | what it is | ${methods.join(" | ")} | in the 80 % interval |`,
    "|---|---|---:|---:|---:|---:|",
    ...bySeason,
    `| **all** | ${all.length} forecasts | ${total.map(({ mean }) => `**${percent(mean)}**`).join(" | ")} | **${percent(coverage(all))}** |`,
    "",
    `| days known | ${methods.join(" | ")} | in the 80 % interval |`,
    "|---:|---:|---:|---:|---:|",
    ...byDay,
    "",
    "| method | mean error | median | nine of ten below | bias |",
    "|---|---:|---:|---:|---:|",
    ...total.map(
      (one) => `| ${one.method} | ${percent(one.mean)} | ${percent(one.median)} | ${percent(one.p90)} | ${percent(one.bias)} |`,
    ),
  ].join("\n");
}

if (import.meta.main) console.log(evaluationTables());
