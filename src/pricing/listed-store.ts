import type { ListedPrices } from "../config/listed-prices.ts";
import type { ObjectStore } from "../ports.ts";

/** Where a stack keeps what the AWS Price List said. */
export const LISTED_KEY = "price-list/prices.json";

/** What a stack keeps of the Price List, as it wrote it, and its version; undefined until it was read once. */
export async function readListed(
  store: ObjectStore,
): Promise<{ readonly prices: ListedPrices; readonly etag: string | undefined } | undefined> {
  const kept = await store.readAll(LISTED_KEY);
  if (kept === undefined) return undefined;
  const prices: ListedPrices = JSON.parse(Buffer.from(kept.bytes).toString("utf8"));
  return { prices, etag: kept.etag };
}
