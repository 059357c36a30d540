import type { Command } from "commander";
import { DEFAULT_DATA } from "../../aim-commands.ts";
import { loadConfig } from "../../config/load.ts";
import { UsageError } from "../../errors.ts";
import { foldAddress } from "../../fold-address.ts";
import type { DuckDbWarehouse } from "../../local/duckdb.ts";
import { type Decimal, parseDecimal } from "../../money.ts";
import type { DayRange } from "../../planning/per-month.ts";
import { createRepricer } from "../../planning/reprice.ts";
import { assumptions } from "../../planning/savings/assumptions.ts";
import { findSavings } from "../../planning/savings/find-savings.ts";
import { type UsageSlice, usageSlices } from "../../planning/usage-slice.ts";
import { achieved, windowsAround } from "../../planning/whatif/achieved.ts";
import { cachePrefix } from "../../planning/whatif/cache-prefix.ts";
import { discount } from "../../planning/whatif/discount.ts";
import { changePrices, changeRouting, changeServiceTier } from "../../planning/whatif/swap-model.ts";
import { swapQuestion } from "../../planning/whatif/swap-question.ts";
import type { WhatIf } from "../../planning/whatif/what-if.ts";
import type { PricesConfig } from "../../pricing/prices-config.ts";
import { openData } from "../shared/open-data.ts";
import { dayOption, numberOption, oneOf } from "../shared/options.ts";
import { FORMATS, type Format, formatOf } from "../shared/rows.ts";
import { printAchieved, printSavings, printWhatIf } from "./whatif-text.ts";

interface Common {
  readonly data: string;
  readonly from?: string;
  readonly to?: string;
  readonly team?: string;
  readonly who?: string;
  readonly config?: string;
  readonly format: string;
}

/** What every question works with. */
interface Setting {
  readonly warehouse: DuckDbWarehouse;
  readonly range: DayRange;
  readonly config: PricesConfig;
  readonly format: Format;
  readonly slices: (model?: string) => Promise<UsageSlice[]>;
}

export function whatifCommand(program: Command, done: (code: number) => void): void {
  const whatif = program.command("whatif");
  // Commander gives an option that both know to the parent, so the common ones stand there once.
  common(whatif).configureHelp({ showGlobalOptions: true });
  const question = (name: string, description: string): Command =>
    whatif.command(name).description(description).configureHelp({ showGlobalOptions: true });
  const run = async (options: Common, answer: (setting: Setting) => Promise<void>): Promise<void> => {
    const setting = await settingOf(options);
    try {
      await answer(setting);
      done(0);
    } finally {
      setting.warehouse.close();
    }
  };
  const show = (
    answer: (
      setting: Setting,
      options: Common & Readonly<Record<string, string>>,
      args: readonly string[],
    ) => Promise<WhatIf> | WhatIf,
  ) =>
    async function (this: Command): Promise<void> {
      const options: Common & Readonly<Record<string, string>> = this.optsWithGlobals();
      await run(options, async (setting) => printWhatIf(await answer(setting, options, this.args), setting.format));
    };

  whatif.action(async function (this: Command) {
    const options: Common = this.optsWithGlobals();
    await run(options, async ({ warehouse, range, config, format }) =>
      printSavings(await findSavings(warehouse, range, config), format, options.data),
    );
  });
  question("swap", "another model for a share of the calls of one")
    .argument("<model>", "model now, as strata names it")
    .argument("<other>", "model instead: a name, an id, or a family such as haiku")
    .option("--share <share>", "share of the calls, 0 to 1", "1")
    .action(
      show(({ slices, range, config }, options, [model = "", other = ""]) =>
        swapQuestion({
          slices,
          range,
          config,
          model,
          other,
          share: shareOption("--share", options.share ?? "1"),
          shareText: options.share,
        }),
      ),
    );
  question("cache", "prompt caching for large prompts that repeat")
    .option("--prefix-share <share>", "share of the smaller prompts that repeats, 0 to 1", "0.5")
    .option("--least-prompt <tokens>", "smallest prompt that the models cache", String(assumptions.leastCachedPrompt))
    .action(
      show(async ({ warehouse, range, config }, options) => {
        const leastPrompt = Math.round(numberOption("--least-prompt", options["leastPrompt"] ?? ""));
        const { rows } = await warehouse.query("planning/cache_candidates", {
          ...range,
          least_prompt: leastPrompt,
          least_calls: assumptions.leastCalls,
        });
        const chosen = rows.filter(
          (row) =>
            (options.team === undefined || row.team === options.team) &&
            (options.who === undefined || row.who === foldAddress(options.who)),
        );
        return cachePrefix({
          rows: chosen,
          range,
          leastPrompt,
          prefixShare: shareOption("--prefix-share", options["prefixShare"] ?? ""),
          prices: createRepricer(config),
        });
      }),
    );
  for (const tier of ["batch", "flex"] as const)
    question(tier, `on-demand calls in the ${tier} tier; narrow it with --who`)
      .option("--share <share>", "share of the calls, 0 to 1", "1")
      .action(
        show(async ({ slices, range, config }, options) =>
          changeServiceTier({
            slices: await slices(),
            range,
            to: tier,
            share: shareOption("--share", options.share ?? "1"),
            prices: createRepricer(config),
          }),
        ),
      );
  question("routing", "another routing for the same models")
    .option("--routing <routing>", "global, geo or in-region", "global")
    .action(
      show(async ({ slices, range, config }, options) =>
        changeRouting({
          slices: await slices(),
          range,
          to: oneOf("--routing", options["routing"] ?? "", ["global", "geo", "in-region"]),
          prices: createRepricer(config),
        }),
      ),
    );
  question("prices", "another price list: the prices section of another strata.yml")
    .argument("<file>", "strata.yml with the new prices")
    .action(
      show(async ({ slices, range, config }, _options, [file = ""]) =>
        changePrices({
          slices: await slices(),
          range,
          prices: createRepricer(config),
          newPrices: createRepricer(loadConfig(file).prices),
        }),
      ),
    );
  question("discount", "one more discount")
    .argument("<percent>", "for example 7.5")
    .option("--vendor <maker>", "only models of this maker, for example anthropic")
    .action(
      show(async ({ slices, range }, options, [text = ""]) => {
        const percent = shareOption("discount", text, 100);
        const vendor = options["vendor"];
        return discount({
          slices: await slices(),
          range,
          percent,
          percentText: text,
          concerned: (slice) => vendor === undefined || slice.vendor === vendor,
        });
      }),
    );
  question("achieved", "the saving that a change really brought, before and after compared")
    .argument("<day>", "first day of the new way")
    .option("--days <n>", "days before and after; whole weeks compare best", "7")
    .option("--model <model>", "only this model")
    .action(async function (this: Command) {
      const options: Common & { readonly days?: string; readonly model?: string } = this.optsWithGlobals();
      await run(options, async ({ warehouse, range, format }) => {
        const change = dayOption("achieved", this.args[0]) ?? "";
        const windows = windowsAround(change, Math.round(numberOption("--days", options.days ?? "7")), range);
        printAchieved(await achieved(warehouse, windows, { team: options.team, who: options.who, model: options.model }), format);
      });
    });
  whatif.addHelpText(
    "after",
    `
Examples:
  $ strata whatif --data ./data
  $ strata whatif swap claude-opus-4-8 sonnet --share 0.3 --data ./data
  $ strata whatif batch --who doc-summarizer-lambda --data ./data
  $ strata whatif discount 7.5 --vendor anthropic --data ./data
  $ strata whatif achieved 2026-10-15 --days 7 --team documents --data ./data`,
  );
}

const common = (command: Command): Command =>
  command
    .option("--data <dir>", "data folder that strata analyze wrote", DEFAULT_DATA)
    .option("--from <day>", "first day; default: all days there are")
    .option("--to <day>", "last day")
    .option("--team <team>", "only this team")
    .option("--who <name>", "only this person or service")
    .option("--config <file>", "strata.yml with the prices that hold now")
    .option("--format <format>", FORMATS.join(", "), "table");

async function settingOf(options: Common): Promise<Setting> {
  const format = formatOf(options.format);
  const [from, to] = [dayOption("--from", options.from), dayOption("--to", options.to)];
  const config: PricesConfig =
    options.config === undefined ? { overrides: [], discounts: [] } : loadConfig(options.config).prices;
  const warehouse = await openData(options.data);
  const [covered] = (await warehouse.query("rollups/covered_days")).rows;
  const range = { from: from ?? String(covered?.first_day ?? ""), to: to ?? String(covered?.last_day ?? "") };
  if (range.from > range.to || covered?.first_day === null)
    throw new UsageError(`whatif: there is no usage from ${range.from} to ${range.to}`, { hint: "Check --from and --to." });
  return {
    warehouse,
    range,
    config,
    format,
    slices: (model) => usageSlices(warehouse, { ...range, team: options.team, who: options.who, model }),
  };
}

/** @throws UsageError unless the text is a decimal from 0 to `most`. */
function shareOption(name: string, text: string, most = 1): Decimal {
  if (!/^\d{1,3}(\.\d{1,9})?$/.test(text) || Number(text) > most)
    throw new UsageError(`${name}: "${text}" is not a number from 0 to ${most}`, {
      hint: most === 1 ? `For example ${name} 0.3.` : "For example 7.5.",
    });
  return parseDecimal(text);
}
