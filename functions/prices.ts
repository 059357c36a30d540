import { setting, systemClock } from "../src/aws/deployment.ts";
import { priceListProducts } from "../src/aws/price-list.ts";
import { S3Store } from "../src/aws/s3-store.ts";
import { telemetry } from "../src/aws/telemetry.ts";
import { listedText, updateListed } from "../src/billing/update-listed.ts";
import { NOTHING_LISTED } from "../src/config/listed-prices.ts";
import { LISTED_KEY, readListed } from "../src/pricing/listed-store.ts";

/** Every week: what the AWS Price List says of Bedrock, kept with the days on which it holds. */
export const handler = async (): Promise<{ prices: number; changed: number }> => {
  const told = telemetry("prices");
  try {
    const store = new S3Store(setting("data"));
    const { prices, etag } = (await readListed(store)) ?? { prices: NOTHING_LISTED, etag: undefined };
    const { after, left, products } = await updateListed(prices, priceListProducts, systemClock.now());
    const known = new Set(prices.entries.map(({ id }) => id));
    const changed = after.entries.filter(({ id }) => !known.has(id)).length;
    await store.write(LISTED_KEY, listedText(after), etag === undefined ? { ifAbsent: true } : { ifEtag: etag });
    told.count("ListedPrices", after.entries.length);
    told.count("ChangedPrices", changed);
    told.log.info("price list", {
      products: Object.fromEntries(products),
      prices: after.entries.length,
      changed,
      left: left.length,
    });
    for (const { usageType, why } of left.slice(0, 20)) told.log.warn("a product is not made a price", { usageType, why });
    return { prices: after.entries.length, changed };
  } catch (error) {
    told.failed(error, "prices failed");
    throw error;
  } finally {
    told.flush();
  }
};
