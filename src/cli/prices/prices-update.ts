import { existsSync, readFileSync, writeFileSync } from "node:fs";
import type { Command } from "commander";
import { priceListProducts } from "../../aws/price-list.ts";
import { listedText, type UpdatedPrices, updateListed } from "../../billing/update-listed.ts";
import { NOTHING_LISTED, readListedPrices } from "../../config/listed-prices.ts";
import { thousands } from "../../figures.ts";

/** `strata prices update`: asks the AWS Price List, which any AWS identity with pricing:GetProducts may. */
export function pricesUpdateCommand(prices: Command): void {
  prices
    .command("update")
    .description("read the AWS Price List and keep its prices with the days on which they hold")
    .option("--to <file>", "where they are kept; prices.list in strata.yml names the file", "prices.json")
    .addHelpText("after", "\nNeeds pricing:GetProducts. A deployed stack does this by itself every week.")
    .action(async ({ to }: { to: string }) => {
      const before = existsSync(to) ? readListedPrices(readFileSync(to, "utf8"), to) : NOTHING_LISTED;
      const updated = await updateListed(before, priceListProducts, Date.now());
      writeFileSync(to, listedText(updated.after));
      console.log(updatedText(updated, to));
    });
}

function updatedText({ before, after, left, products }: UpdatedPrices, file: string): string {
  const known = new Set(before.entries.map(({ id }) => id));
  const fresh = after.entries.filter(({ id }) => !known.has(id));
  const asked = [...products].map(([service, count]) => `${service} ${thousands(count)}`).join(", ");
  return [
    `Products on the AWS Price List: ${asked}.`,
    `${file}: ${thousands(after.entries.length)} prices of ${new Set(after.entries.map(({ model }) => model)).size} models, ${thousands(fresh.length)} of them new or changed.`,
    ...left.slice(0, 10).map(({ usageType, why }) => `  not a price: ${usageType} (${why})`),
    ...(left.length > 10 ? [`  and ${left.length - 10} more that are no price of tokens`] : []),
    ...(before.entries.length === 0 ? [`Name it in strata.yml to price calls by it:\n  prices:\n    list: ${file}`] : []),
  ].join("\n");
}
