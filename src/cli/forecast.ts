import type { Command } from "commander";
import { DEFAULT_DATA } from "../aim-commands.ts";
import { UsageError } from "../errors.ts";
import { backtest, coverage, score } from "../planning/forecast/backtest.ts";
import { type DailySpend, dailySpendByScope } from "../planning/forecast/daily-spend.ts";
import { forecastRows, lastDayOf } from "../planning/forecast/forecast-rows.ts";
import type { Row } from "../ports.ts";
import { openData } from "./shared/open-data.ts";
import { dayOption, monthOption, numberOption, oneOf } from "./shared/options.ts";
import { FORMATS, formatOf, renderRows } from "./shared/rows.ts";

const SCOPES = ["organisation", "team", "account", "model", "person"] as const;

interface ForecastOptions {
  readonly data: string;
  readonly by: string;
  readonly month?: string;
  readonly asOf?: string;
  readonly level: string;
  readonly backtest?: boolean;
  readonly format: string;
}

export function forecastCommand(program: Command, done: (code: number) => void): void {
  program
    .command("forecast")
    .option("--data <dir>", "data folder that strata analyze wrote", DEFAULT_DATA)
    .option("--by <scope>", SCOPES.join(", "), "organisation")
    .option("--month <YYYY-MM>", "month to forecast; default: that of the last day")
    .option("--as-of <day>", "last day to know; default: the last complete day of the data")
    .option("--level <percent>", "percent of months that the interval is meant to hold", "80")
    .option("--backtest", "show how far forecasts of past whole months would have been off, on your own data")
    .option("--format <format>", FORMATS.join(", "), "table")
    .addHelpText(
      "after",
      `
Examples:
  $ strata forecast --data ./data
  $ strata forecast --data ./data --by team --as-of 2026-10-15
  $ strata forecast --data ./data --backtest`,
    )
    .action(async (options: ForecastOptions) => {
      const format = formatOf(options.format);
      const scope = oneOf("--by", options.by, SCOPES);
      const level = numberOption("--level", options.level) / 100;
      if (level >= 1) throw new UsageError(`--level: "${options.level}" is not below 100`, { hint: "For example --level 80." });
      const warehouse = await openData(options.data);
      const { rows } = await warehouse.query("planning/daily_spend", { from: "1970-01-01", to: "9999-12-31", scope });
      warehouse.close();
      const asOf = dayOption("--as-of", options.asOf) ?? lastDayOf(rows);
      if (asOf === undefined) throw new UsageError(`forecast: ${options.data} holds no usage`, { hint: "Analyse logs first." });
      const series = dailySpendByScope(rows);
      if (options.backtest) {
        console.log(
          renderRows(
            { columns: BACKTEST_COLUMNS, rows: [...series].flatMap(([name, days]) => backtestRows(name, days, level)) },
            format,
          ),
        );
        done(0);
        return;
      }
      const month = options.month === undefined ? asOf.slice(0, 7) : monthOption("--month", options.month);
      const found = forecastRows(series, month, asOf, level);
      // A person reads month and day once, below the table.
      const columns = FORECAST_COLUMNS.filter(({ name }) => format !== "table" || (name !== "month" && name !== "as_of"));
      console.log(renderRows({ columns, rows: found }, format));
      if (format === "table")
        console.error(
          `The end of ${month}; complete days up to ${asOf}. Intervals hold about ${options.level} of 100 months; see docs/forecast.md.`,
        );
      done(0);
    });
}

const column = (type: string) => (name: string) => ({ name, type });
const FORECAST_COLUMNS = [
  ...["scope", "month", "as_of"].map(column("varchar")),
  ...["spent", "expected", "low", "high", "straight_line", "last_7_days"].map(column("decimal")),
  ...["days_left", "history_days"].map(column("bigint")),
  column("double")("weekly_growth"),
];
const BACKTEST_COLUMNS = [
  ...["scope", "method"].map(column("varchar")),
  column("bigint")("forecasts"),
  ...["mean_error", "median_error", "p90_error", "bias", "in_interval"].map(column("double")),
];

function backtestRows(scope: string | null, days: readonly DailySpend[], level: number): Row[] {
  const points = backtest(days, undefined, level);
  const short = (share: number): number => Number(share.toFixed(4));
  return score(points).map(({ method, forecasts, mean, median, p90, bias }) => ({
    scope: scope ?? "organisation",
    method,
    forecasts,
    mean_error: short(mean),
    median_error: short(median),
    p90_error: short(p90),
    bias: short(bias),
    in_interval: method === "strata" ? short(coverage(points)) : null,
  }));
}
