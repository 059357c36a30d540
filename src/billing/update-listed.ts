import type { ListedPrices } from "../config/listed-prices.ts";
import { addListed } from "../pricing/listed-prices.ts";
import { dayOf } from "../time.ts";
import { PRICE_LIST_SERVICES, type ReadPriceList, readPriceList } from "./read-price-list.ts";

/** Products of one service of the Price List, each a JSON text. */
export type AskPriceList = (service: string) => AsyncIterable<string>;

export interface UpdatedPrices {
  readonly before: ListedPrices;
  readonly after: ListedPrices;
  /** What the list has and could not be made a price. */
  readonly left: ReadPriceList["left"];
  /** Products by service. */
  readonly products: ReadonlyMap<string, number>;
}

/** Asks the AWS Price List and adds what it says now. Nothing is taken out: what AWS no longer lists keeps its last price. */
export async function updateListed(before: ListedPrices, ask: AskPriceList, now: number): Promise<UpdatedPrices> {
  const texts: string[] = [];
  const products = new Map<string, number>();
  for (const service of PRICE_LIST_SERVICES) {
    const start = texts.length;
    for await (const text of ask(service)) texts.push(text);
    products.set(service, texts.length - start);
  }
  const { prices, left } = readPriceList(texts, dayOf(now));
  return { before, after: addListed(before, prices, new Date(now).toISOString()), left, products };
}

export const listedText = (prices: ListedPrices): string => {
  const { entries, ...head } = prices;
  const lines = entries.map((entry) => `    ${JSON.stringify(entry)}`).join(",\n");
  return `${JSON.stringify(head, null, 2).slice(0, -2)},\n  "entries": [${entries.length === 0 ? "" : `\n${lines}\n  `}]\n}\n`;
};
