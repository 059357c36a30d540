import { readFileSync } from "node:fs";
import type { Command } from "commander";
import { DEFAULT_DATA } from "../aim-commands.ts";
import { type Backtest, backtest, type KnownIncident, type Overrides, sweepChart } from "../anomaly/backtest.ts";
import { duration } from "../config/duration.ts";
import { defaultConfig, loadConfig } from "../config/load.ts";
import { messageOf, printable, UsageError } from "../errors.ts";
import { counted, percent } from "../figures.ts";
import { parseInstant } from "../time.ts";
import { entryOf } from "./shared/alert-entry.ts";
import { openData } from "./shared/open-data.ts";
import { dayOption } from "./shared/options.ts";
import { rememberedConfig } from "./shared/remembered-config.ts";
import { renderRows } from "./shared/rows.ts";

interface Options {
  rule: string;
  data: string;
  config?: string;
  from?: string;
  to?: string;
  set: string[];
  truth?: string;
  json?: boolean;
}

export function backtestCommand(program: Command): void {
  program
    .command("backtest")
    .option("--rule <name>", "a rule, budget, budget_projection, or all that are enabled", "all")
    .option("--data <dir>", "data folder that strata analyze wrote", DEFAULT_DATA)
    .option("--config <file>", "strata.yml with the rules")
    .option("--from <date>", "first day, YYYY-MM-DD")
    .option("--to <date>", "last day, YYYY-MM-DD")
    .option("--set <key=value>", "another number for the rule, repeatable", (value: string, all: string[]) => [...all, value], [])
    .option("--truth <file>", "JSON list of known incidents: rule, from, to, and scope and name if known")
    .option("--json", "print everything as JSON")
    .addHelpText(
      "after",
      `
Numbers that --set takes: threshold, noise, floor, min_history, recovery; hold, cool_down, clear_for (15m, 6h, 2d).

Examples:
  $ strata backtest --data ./data
  $ strata backtest --rule error_rate --set threshold=0.05 --set hold=30m --data ./data
  $ strata backtest --rule spend_daily --from 2026-10-01 --to 2026-10-31 --truth known.json --json --data ./data`,
    )
    .action(async (options: Options) => {
      const config =
        options.config === undefined ? (rememberedConfig(options.data) ?? defaultConfig()) : loadConfig(options.config);
      const from = dayOption("--from", options.from);
      const to = dayOption("--to", options.to);
      const warehouse = await openData(options.data);
      const result = await backtest({
        warehouse,
        config,
        rule: options.rule,
        overrides: overridesOf(options.set),
        ...(from === undefined ? {} : { from }),
        ...(to === undefined ? {} : { to }),
        ...(options.truth === undefined ? {} : { truth: truthOf(options.truth) }),
      });
      warehouse.close();
      console.log(options.json ? JSON.stringify(result, null, 2) : show(result));
    });
}

const NUMBERS = ["threshold", "noise", "floor", "min_history", "recovery"];
const DURATIONS = ["hold", "cool_down", "clear_for"];

/** @throws UsageError for a key or value that a rule does not have. */
function overridesOf(pairs: readonly string[]): Overrides {
  return Object.fromEntries(
    pairs.map((pair) => {
      const [, key = "", value = ""] = /^(\w+)=(.+)$/.exec(pair) ?? [];
      if (NUMBERS.includes(key) && Number.isFinite(Number(value))) return [key, Number(value)];
      if (DURATIONS.includes(key) && duration.safeParse(value).success) return [key, value];
      throw new UsageError(`backtest: --set "${pair}" cannot be used`, {
        hint: `Set ${NUMBERS.join(", ")} to a number, or ${DURATIONS.join(", ")} to a time such as 15m.`,
      });
    }),
  );
}

function truthOf(file: string): KnownIncident[] {
  const wrong = (why: string, cause?: unknown): UsageError =>
    new UsageError(`backtest: --truth ${file}: ${why}`, {
      hint: 'Write [{"rule": "error_rate", "from": "2026-10-05T14:00:00Z", "to": "2026-10-05T15:00:00Z"}].',
      cause,
    });
  let list: unknown;
  try {
    list = JSON.parse(readFileSync(file, "utf8"));
  } catch (cause) {
    throw wrong(messageOf(cause), cause);
  }
  if (!Array.isArray(list)) throw wrong("it is not a list");
  return list.map((entry: Record<string, unknown>) => {
    const [from, to] = [parseInstant(String(entry?.from)), parseInstant(String(entry?.to))];
    if (typeof entry?.rule !== "string" || from === undefined || to === undefined)
      throw wrong(`${JSON.stringify(entry)} has no rule, from and to`);
    return {
      rule: entry.rule,
      from,
      to,
      ...(typeof entry.scope === "string" ? { scope: entry.scope } : {}),
      ...(typeof entry.name === "string" ? { name: entry.name } : {}),
    };
  });
}

const typed = (names: readonly string[], type = "varchar") => names.map((name) => ({ name, type }));
const wholePercent = (share: number | null): string => (share === null ? "unknown" : percent(share, 0));

function show(result: Backtest): string {
  const { score } = result;
  const told = result.firings.filter((firing) => firing.told);
  const known = score.recall !== null;
  return [
    `${result.from.slice(0, 10)} to ${result.to.slice(0, 10)}: ${counted(score.fired, "alert")}, ${score.per_week.toFixed(2)} a week`,
    known
      ? `precision ${wholePercent(score.precision)}, recall ${wholePercent(score.recall)}`
      : "How many of them are right nobody knows: --truth FILE names what really happened.",
    "",
    ...told.flatMap((firing) => entryOf(firing)),
    ...(told.length === 0 ? [] : [""]),
    renderRows({ columns: typed(["week", "fired"], "bigint"), rows: [...result.weeks] }, "table"),
    ...(result.sweep.length === 0 ? [] : ["", "Other thresholds", sweepTable(result, known), "", sweepChart(result.sweep)]),
    ...result.notes.map((note) => printable(note)),
  ].join("\n");
}

function sweepTable({ sweep, threshold: now }: Backtest, known: boolean): string {
  const columns = [
    ...typed(["threshold", "fired", "per_week"], "double"),
    ...typed(known ? ["precision", "recall"] : []),
    ...typed([""]),
  ];
  const rows = sweep.map(({ threshold, fired, per_week, precision, recall }) => ({
    threshold,
    fired,
    per_week: per_week.toFixed(2),
    precision: wholePercent(precision),
    recall: wholePercent(recall),
    "": threshold === now ? "now" : "",
  }));
  return renderRows({ columns, rows }, "table");
}
