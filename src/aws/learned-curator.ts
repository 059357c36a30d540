import { type LearnedBook, learnedBookOverrides, readLearned } from "../billing/learned-book.ts";
import type { StrataConfig } from "../config/strata-config.ts";
import { type Curator, curator } from "../curated/curator.ts";
import type { ProfileBook } from "../model/profile-book.ts";
import type { Clock, ObjectStore } from "../ports.ts";
import { readListed } from "../pricing/listed-store.ts";
import { HOUR_MS } from "../time.ts";

/** Well below the hour by which new rates are written before the day from which they hold. */
const LOOK_AGAIN_MS = HOUR_MS / 6;

/**
 * What records are read with: the configuration, the AWS Price List as it was read last and, with `prices.learned: use`, the rates that
 * reconciliation learned; looked at again every ten minutes.
 */
export function learnedCurator(
  config: StrataConfig,
  clock: Clock,
  profiles?: ProfileBook,
): (store: ObjectStore) => Promise<Curator> {
  let current: { readonly curator: Curator; readonly version: string; readonly lookedAt: number } | undefined;
  return async (store) => {
    const now = clock.now();
    if (current && now - current.lookedAt < LOOK_AGAIN_MS) return current.curator;
    // Not caught: priced without these rates a record would not be what the next reading of it is. The message comes again.
    const listed = await readListed(store);
    const learned = config.prices.learned === "use" ? await readLearned(store) : undefined;
    const version = `${listed?.etag} ${learned?.etag}`;
    if (current && current.version === version) current = { ...current, lookedAt: now };
    else {
      const prices = withBook({ ...config.prices, ...(listed && { listed: listed.prices.entries }) }, learned?.book);
      current = { curator: curator({ ...config, prices }, profiles), version, lookedAt: now };
    }
    return current.curator;
  };
}

type Prices = StrataConfig["prices"];

function withBook(prices: Prices, book: LearnedBook | undefined): Prices {
  const { overrides } = prices;
  return book === undefined ? prices : { ...prices, overrides: [...overrides, ...learnedBookOverrides(book, overrides)] };
}
