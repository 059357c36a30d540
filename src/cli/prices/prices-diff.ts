import type { Command } from "commander";
import { defaultConfig, loadConfig } from "../../config/load.ts";
import { UsageError } from "../../errors.ts";
import type { QueryResult, Row } from "../../ports.ts";
import { createPricer, type Pricer } from "../../pricing/create-pricer.ts";
import { PROGRAM } from "../../program.ts";
import { parseDay } from "../../time.ts";
import { formatOf, renderRows } from "../shared/rows.ts";

/** One of the two sides: a table of prices on a day. */
interface Side {
  readonly name: string;
  readonly pricer: Pricer;
  readonly day: number;
}

/** `strata prices diff`: two days, or two sources, or both. */
export function pricesDiffCommand(prices: Command): void {
  prices
    .command("diff <one> <other>")
    .description("what prices differ between two days, or between two sources: packaged, list, agreed")
    .addHelpText(
      "after",
      `
Takes --region, --vendor, --config and --format of ${PROGRAM} prices.
Sources: packaged is the table that comes with Strata; list adds the AWS Price List (prices.list); agreed adds your overrides and discounts.
Examples:
  $ strata prices diff 2026-09-01 2026-11-01
  $ strata prices diff packaged list --config strata.yml --region eu-west-1`,
    )
    .action((one: string, other: string, _: unknown, command: Command) => {
      // Its options are those of strata prices.
      const options: { region: string; vendor?: string; config?: string; format: string } = command.optsWithGlobals();
      const sides = [sideOf(one, options.config), sideOf(other, options.config)] as const;
      const format = formatOf(options.format);
      const result = differences(...sides, options);
      if (format === "table" && result.rows.length === 0) console.log(`Nothing differs between ${one} and ${other}.`);
      else console.log(renderRows(result, format));
    });
}

function sideOf(name: string, file: string | undefined): Side {
  const { prices } = file === undefined ? defaultConfig() : loadConfig(file);
  const { listed, ...agreed } = prices;
  const none = { overrides: [], discounts: [] };
  const day = parseDay(name);
  if (day !== undefined) return { name, pricer: createPricer(prices), day };
  const today = Date.now();
  if (name === "packaged") return { name, pricer: createPricer(none), day: today };
  if (name === "list") {
    if (listed === undefined)
      throw new UsageError("prices diff: there is no price list to compare with", {
        hint: `Write one with ${PROGRAM} prices update, and name it under prices.list in the strata.yml that --config gives.`,
      });
    return { name, pricer: createPricer({ ...none, listed }), day: today };
  }
  if (name === "agreed") return { name, pricer: createPricer({ ...agreed, ...(listed && { listed }) }), day: today };
  throw new UsageError(`prices diff: "${name}" is neither a day nor a source`, {
    hint: "Give a day such as 2026-11-01, or packaged, list or agreed.",
  });
}

/** Every rate that is another on the other side, with what it is on both. */
function differences(one: Side, other: Side, { region, vendor }: { region: string; vendor?: string }): QueryResult {
  const models = [...new Set([...one.pricer.models(), ...other.pricer.models()])].sort();
  const rows = models.flatMap((model): Row[] => {
    const [before, after] = [one, other].map(({ pricer, day }) => pricer.explain(model, region, day));
    if (before === undefined || after === undefined || (vendor !== undefined && before.vendor !== vendor)) return [];
    const rates = ({ rows: found }: typeof before): Map<string, (typeof found)[number]> =>
      new Map(found.map((row) => [[row.routing, row.serviceTier, row.above, row.kind].join("|"), row]));
    const [left, right] = [rates(before), rates(after)];
    return [...new Set([...left.keys(), ...right.keys()])].flatMap((key) => {
      const [from, to] = [left.get(key), right.get(key)];
      const row = from ?? to;
      if (row === undefined || from?.rate === to?.rate) return [];
      return [
        {
          model,
          routing: row.routing,
          service_tier: row.serviceTier,
          above: row.above,
          kind: row.kind,
          [one.name]: from?.rate ?? "",
          [other.name]: to?.rate ?? "",
          source: to?.source ?? from?.source ?? "",
        },
      ];
    });
  });
  const names = ["model", "routing", "service_tier", "above", "kind", one.name, other.name, "source"];
  return { columns: names.map((name) => ({ name, type: "varchar" })), rows };
}
