import type { RowOf } from "../tables/column.ts";
import type { learnedOwners } from "../tables/learned-owners.ts";

/** Exact decimals of USD per token; null where the bill has no such tokens. */
type Rates = Pick<
  RowOf<typeof learnedOwners>,
  "input_rate" | "output_rate" | "cache_read_rate" | "cache_write_5m_rate" | "cache_write_1h_rate"
>;

/** Model and dollars a token of an application inference profile from a day on. */
export interface PriceChange {
  readonly id: string;
  readonly day: string;
  readonly model: string | null;
  readonly rates: Rates;
}

type Kind = keyof Rates;

const KINDS = [
  "input_rate",
  "output_rate",
  "cache_read_rate",
  "cache_write_5m_rate",
  "cache_write_1h_rate",
] as const satisfies readonly Kind[];

/**
 * The bill says a rate on the days on which there are such tokens. A day without them takes the rate that the profile had last for this model, else the next
 * of the same month, else what the lines of another profile say that pays the same for the same model. Nothing is taken from a later month, for a later bill
 * says nothing about a closed one.
 */
export function fillRates(changes: readonly PriceChange[]): PriceChange[] {
  const ordered = changes.toSorted((a, b) => (a.day < b.day ? -1 : a.day > b.day ? 1 : 0));
  const own = [...Map.groupBy(ordered, ({ id, model }) => `${id}\n${model}`).values()].flatMap((group) =>
    group[0]?.model === null ? group : backwards(forwards(group)),
  );
  const said = saidElsewhere(ordered);
  return own.map((change) => ({ ...change, rates: mapRates((kind) => change.rates[kind] ?? said(change, kind)) }));
}

const mapRates = (read: (kind: Kind) => string | null): Rates => ({
  input_rate: read("input_rate"),
  output_rate: read("output_rate"),
  cache_read_rate: read("cache_read_rate"),
  cache_write_5m_rate: read("cache_write_5m_rate"),
  cache_write_1h_rate: read("cache_write_1h_rate"),
});

function forwards(group: readonly PriceChange[]): PriceChange[] {
  let last: Rates | undefined;
  return group.map((change) => {
    const before = last;
    last = before === undefined ? change.rates : mapRates((kind) => change.rates[kind] ?? before[kind]);
    return { ...change, rates: last };
  });
}

function backwards(group: readonly PriceChange[]): PriceChange[] {
  let next: PriceChange | undefined;
  return group
    .toReversed()
    .map((change) => {
      const after = next !== undefined && monthOf(next) === monthOf(change) ? next.rates : undefined;
      next = after === undefined ? change : { ...change, rates: mapRates((kind) => change.rates[kind] ?? after[kind]) };
      return next;
    })
    .toReversed();
}

/** The newest rate, up to the end of a change's month, of a profile of the same model with the same rate for other tokens. */
function saidElsewhere(ordered: readonly PriceChange[]): (change: PriceChange, kind: Kind) => string | null {
  const entries = new Map<string, { readonly month: string; readonly rate: string }[]>();
  const anchors = ({ model, rates }: PriceChange): string[] =>
    model === null ? [] : KINDS.flatMap((kind) => (rates[kind] === null ? [] : [`${model}\n${kind}\n${rates[kind]}`]));
  for (const change of ordered)
    for (const anchor of anchors(change))
      for (const kind of KINDS) {
        const rate = change.rates[kind];
        if (rate === null) continue;
        const key = `${anchor}\n${kind}`;
        const list = entries.get(key) ?? [];
        if (list.length === 0) entries.set(key, list);
        if (list.at(-1)?.month === monthOf(change)) list.pop();
        list.push({ month: monthOf(change), rate });
      }
  return (change, kind) => {
    for (const anchor of anchors(change)) {
      const found = entries.get(`${anchor}\n${kind}`)?.findLast(({ month }) => month <= monthOf(change));
      if (found !== undefined) return found.rate;
    }
    return null;
  };
}

const monthOf = ({ day }: PriceChange): string => day.slice(0, 7);
