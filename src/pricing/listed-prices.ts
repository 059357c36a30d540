import { type ListedPrice, type ListedPrices, NOTHING_LISTED } from "../config/listed-prices.ts";
import { addDays } from "../time.ts";

/** What the list says now, and since when. */
export type ListedNow = Omit<ListedPrice, "to">;

/** The same thing at another time. */
const seriesOf = ({ vendor, model, routing, regions, service_tier, above, rates }: ListedNow): string =>
  [vendor, model, routing.join("+"), regions.join("+"), service_tier, above, Object.keys(rates).join("+")].join("|");

/**
 * The prices with what the list says now. A price that is the same goes on; another one holds from the day that AWS gives it, and closes the one
 * before. So a day that is past keeps what it cost, unless AWS dates the new price back to it. What is no longer listed stays.
 */
export function addListed(before: ListedPrices, now: readonly ListedNow[], read: string): ListedPrices {
  const series = Map.groupBy(before.entries, seriesOf);
  for (const price of now) {
    const key = seriesOf(price);
    series.set(key, withPrice(series.get(key) ?? [], price));
  }
  return { ...NOTHING_LISTED, read, entries: [...series.values()].flat() };
}

function withPrice(known: readonly ListedPrice[], price: ListedNow): ListedPrice[] {
  const inForce = known.find(({ from, to }) => from <= price.from && (to === undefined || price.from <= to));
  if (inForce !== undefined && sameRates(inForce, price)) return [...known];
  // AWS lists what holds now: a price that was to begin later has been withdrawn or moved.
  const earlier = known.filter(({ from }) => from < price.from);
  const closed = earlier.map((one) =>
    one.to === undefined || one.to >= price.from ? { ...one, to: addDays(price.from, -1) } : one,
  );
  return [...closed, price];
}

const sameRates = (one: ListedNow, other: ListedNow): boolean =>
  Object.entries(one.rates).every(([kind, rate]) => other.rates[kind] === rate);
