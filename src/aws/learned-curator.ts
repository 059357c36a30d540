import { learnedBookOverrides, readLearned } from "../billing/learned-book.ts";
import type { StrataConfig } from "../config/strata-config.ts";
import { type Curator, curator } from "../curated/curator.ts";
import type { ProfileBook } from "../model/profile-book.ts";
import type { Clock, ObjectStore } from "../ports.ts";
import { HOUR_MS } from "../time.ts";

/** Well below the hour by which new rates are written before the day from which they hold. */
const LOOK_AGAIN_MS = HOUR_MS / 6;

/**
 * What records are read with. With `prices.learned: use` that is the configuration and the rates that reconciliation learned, looked at again
 * every ten minutes; otherwise the configuration alone, and nothing is looked at.
 */
export function learnedCurator(
  config: StrataConfig,
  clock: Clock,
  profiles?: ProfileBook,
): (store: ObjectStore) => Promise<Curator> {
  if (config.prices.learned !== "use") {
    const fixed = curator(config, profiles);
    return async () => fixed;
  }
  let current: { readonly curator: Curator; readonly etag: string | undefined; readonly lookedAt: number } | undefined;
  return async (store) => {
    const now = clock.now();
    if (current && now - current.lookedAt < LOOK_AGAIN_MS) return current.curator;
    // Not caught: priced without these rates a record would not be what the next reading of it is. The message comes again.
    const { book, etag } = await readLearned(store);
    if (current && current.etag === etag) current = { ...current, lookedAt: now };
    else current = { curator: curator(withBook(config, book), profiles), etag, lookedAt: now };
    return current.curator;
  };
}

function withBook(config: StrataConfig, book: Parameters<typeof learnedBookOverrides>[0]): StrataConfig {
  const { overrides } = config.prices;
  return { ...config, prices: { ...config.prices, overrides: [...overrides, ...learnedBookOverrides(book, overrides)] } };
}
