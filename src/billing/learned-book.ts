import type { StrataConfig } from "../config/strata-config.ts";
import type { ObjectStore } from "../ports.ts";
import { addDays, dayOf, HOUR_MS } from "../time.ts";
import { withoutAgreed } from "./learned-rates.ts";

type Override = StrataConfig["prices"]["overrides"][number];

/** Rates learned from one delivery, and the first day of calls that are priced by them. */
export interface LearnedSet {
  readonly from: string;
  readonly overrides: readonly Override[];
}

/** The sets in order. A set holds until the next one begins; one that has begun is never changed, so a call costs the same however often it is read. */
export type LearnedBook = readonly LearnedSet[];

export const LEARNED_KEY = "learned_rates/learned-rates.json";

/** Rates that moved by less than this are the same rate: billed amounts are rounded at the tenth decimal. */
const SAME = 0.001;
/** Calls older than this are not read again (the default retention of curated data). */
const KEEP_DAYS = 400;

/**
 * The book with today's rates. They hold from the next midnight that is at least an hour away, by when every reader has seen them.
 * @returns the same book when no rate moved
 */
export function addLearned(book: LearnedBook, overrides: readonly Override[], now: number): LearnedBook {
  const from = addDays(dayOf(now + HOUR_MS), 1);
  const earlier = book.filter((set) => set.from < from);
  const last = earlier.at(-1);
  if (sameRates(last?.overrides ?? [], overrides)) return earlier.length === book.length ? book : earlier;
  const oldest = addDays(from, -KEEP_DAYS);
  const kept = earlier.filter((_, index) => (earlier[index + 1]?.from ?? from) > oldest);
  return [...kept, { from, overrides }];
}

/** The sets as overrides, each for its own days. A model for which strata.yml has a rate of its own keeps that one. */
export function learnedBookOverrides(book: LearnedBook, own: readonly Override[]): Override[] {
  return book.flatMap(({ from, overrides }, index) => {
    const next = book[index + 1]?.from;
    return withoutAgreed(overrides, own).map((override) => ({
      ...override,
      from,
      ...(next === undefined ? {} : { to: addDays(next, -1) }),
    }));
  });
}

/** The book in the curated bucket and its version; an empty one when nothing was learned yet. */
export async function readLearned(
  store: ObjectStore,
): Promise<{ readonly book: LearnedBook; readonly etag: string | undefined }> {
  const kept = await store.readAll(LEARNED_KEY);
  if (kept === undefined) return { book: [], etag: undefined };
  const book: LearnedBook = JSON.parse(Buffer.from(kept.bytes).toString("utf8"));
  return { book, etag: kept.etag };
}

/** Writes what was learned today, unless somebody else did meanwhile. @returns overrides that hold from the next day on */
export async function rememberLearned(store: ObjectStore, overrides: readonly Override[], now: number): Promise<number> {
  const { book, etag } = await readLearned(store);
  const next = addLearned(book, overrides, now);
  if (next !== book)
    await store.write(LEARNED_KEY, `${JSON.stringify(next)}\n`, etag === undefined ? { ifAbsent: true } : { ifEtag: etag });
  return next.at(-1)?.overrides.length ?? 0;
}

function sameRates(before: readonly Override[], after: readonly Override[]): boolean {
  if (before.length !== after.length) return false;
  const known = new Map(before.map((override) => [scopeOf(override), override.rates]));
  return after.every((override) => {
    const rates = known.get(scopeOf(override));
    if (rates === undefined || Object.keys(rates).length !== Object.keys(override.rates).length) return false;
    const old = new Map(Object.entries(rates));
    return Object.entries(override.rates).every(([kind, rate]) => near(Number(old.get(kind) ?? Number.NaN), Number(rate)));
  });
}

const near = (a: number, b: number): boolean => Math.abs(a - b) <= SAME * Math.max(a, b);
const scopeOf = ({ model, routing, region, account, service_tier }: Override): string =>
  JSON.stringify([model, routing, region, account, service_tier]);
