import type { Command } from "commander";
import { type LearnedRate, learnedRates } from "../../billing/learned-rates.ts";
import { defaultConfig, loadConfig } from "../../config/load.ts";
import type { QueryResult } from "../../ports.ts";
import { createPricer } from "../../pricing/create-pricer.ts";
import type { PriceExplanation } from "../../pricing/explain-price.ts";
import { parseDay } from "../../time.ts";
import { openData } from "../shared/open-data.ts";
import { dayOption } from "../shared/options.ts";
import { FORMATS, formatOf, renderRows } from "../shared/rows.ts";
import { priceTable } from "./price-table.ts";
import { priceText } from "./price-text.ts";
import { pricesDiffCommand } from "./prices-diff.ts";
import { pricesUpdateCommand } from "./prices-update.ts";

export function pricesCommand(program: Command, done: (code: number) => void): void {
  const prices = program
    .command("prices")
    .argument("[model]")
    .option("--at <date>", "day on which the price is in force; today unless given")
    .option("--region <region>", "region that is called", "us-east-1")
    .option("--vendor <maker>", "only models of this maker, for example anthropic")
    .option("--account <id>", "account, for agreed rates")
    .option("--config <file>", "strata.yml with overrides, discounts and prices.list")
    .option("--data <dir>", "data folder with a bill: shows what the last billed days really cost beside it")
    .option("--format <format>", FORMATS.join(", "), "table")
    .addHelpText(
      "after",
      `
Examples:
  $ strata prices --vendor anthropic --region eu-west-1
  $ strata prices claude-sonnet-4-6
  $ strata prices eu.anthropic.claude-sonnet-4-6 --region eu-west-1 --at 2026-10-01
  $ strata prices claude-sonnet-4-6 --data ./data
  $ strata prices update --to prices.json
  $ strata prices diff 2026-09-01 2026-11-01`,
    )
    .action(
      async (
        model: string | undefined,
        options: {
          at?: string;
          region: string;
          vendor?: string;
          account?: string;
          config?: string;
          data?: string;
          format: string;
        },
      ) => {
        const format = formatOf(options.format);
        const at = dayOption("--at", options.at) ?? new Date().toISOString().slice(0, 10);
        const config = options.config === undefined ? defaultConfig() : loadConfig(options.config);
        const pricer = createPricer(config.prices);
        if (model === undefined) {
          console.log(renderRows(priceTable(pricer, { ...options, at }), format));
          return;
        }
        const explanation = pricer.explain(model, options.region, parseDay(at) ?? 0, options.account);
        if (explanation.rows.length === 0) {
          console.error(nothingKnown(explanation));
          done(1);
        }
        const learned =
          options.data === undefined || config.prices.learned === "off"
            ? undefined
            : (await ratesIn(options.data)).filter((rate) => rate.model === explanation.model);
        if (format === "json") console.log(JSON.stringify(learned ? { ...explanation, learned } : explanation, null, 2));
        else if (explanation.rows.length > 0)
          console.log(format === "table" ? priceText(explanation) : renderRows(tableOf(explanation), format));
        if (format !== "json" && learned) console.log(renderRows(learnedTable(learned), format));
      },
    );
  pricesUpdateCommand(prices);
  pricesDiffCommand(prices);
}

async function ratesIn(folder: string): Promise<LearnedRate[]> {
  const warehouse = await openData(folder);
  try {
    return await learnedRates(warehouse);
  } finally {
    warehouse.close();
  }
}

const LEARNED = [
  "account",
  "region",
  "routing",
  "serviceTier",
  "contextClass",
  "tokenType",
  "usdPerMillion",
  "listUsdPerMillion",
  "days",
  "lastDay",
  "tokens",
  "spread",
  "confidence",
] as const;

const learnedTable = (rates: readonly LearnedRate[]): QueryResult => ({
  columns: LEARNED.map((name) => ({ name: snake(name), type: "varchar" })),
  rows: rates.map((rate) => Object.fromEntries(LEARNED.map((name) => [snake(name), learnedCell(rate, name)]))),
});

/** Rates without the zeros that a column of twelve decimals has; the spread as far as it matters. */
function learnedCell(rate: LearnedRate, name: (typeof LEARNED)[number]): string {
  const value = rate[name];
  if (value === null) return name === "routing" ? "in-region, geo" : "";
  if (name === "usdPerMillion" || name === "listUsdPerMillion") return String(value).replace(/(?:\.|(?<![.0]))0+$/, "");
  return typeof value === "number" && name === "spread" ? value.toFixed(4) : String(value);
}

const snake = (name: string): string => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

const SHOWN = ["routing", "serviceTier", "above", "kind", "listRate", "rate", "unit", "why", "source", "checked"] as const;

const tableOf = (explanation: PriceExplanation): QueryResult => ({
  columns: SHOWN.map((name) => ({ name: name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`), type: "varchar" })),
  rows: explanation.rows.map((row) =>
    Object.fromEntries(SHOWN.map((name) => [name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`), row[name] ?? null])),
  ),
});

function nothingKnown({ model, region, day, familyRange, similar }: PriceExplanation): string {
  const range = familyRange.map(({ kind, low, high, unit }) => `${kind} ${low} to ${high} USD per ${unit}`).join(", ");
  return [
    `strata: no price is known for ${model} called from ${region} on ${day}; its calls are counted as unpriced.`,
    ...(range === "" ? [] : [`        Models of its family cost: ${range}.`]),
    ...(similar.length === 0 ? [] : [`        Did you mean ${similar.join(", ")}?`]),
    "        Add the agreed rate under prices.overrides in strata.yml.",
  ].join("\n");
}
