import { createHash } from "node:crypto";
import type { MonthQuestion, TracedAnswers } from "../billing/month-answers.ts";
import { jsonOf } from "../json-of.ts";
import type { ObjectStore, Row, Warehouse } from "../ports.ts";
import { wholeText } from "../query/whole-text.ts";
import { lastDayOf, nextMonth } from "../time.ts";
import { writeChanged } from "../write-changed.ts";

export interface KeptAnswersInput {
  readonly warehouse: Warehouse;
  /** Where the partitions of a table lie, by day or month (`readPlaces`): a place is never written to again under the same name, but by `strata forget`. */
  readonly places: (table: string) => Promise<ReadonlyMap<string, string>>;
  /** Text that every answer is made from, too. */
  readonly joined?: () => Promise<string>;
  /** Where answers are kept from run to run; lost, they are asked for again. One function writes it. */
  readonly store: ObjectStore;
  readonly key: string;
}

interface Kept {
  /** Of all that the rows were made from. */
  readonly from: string;
  readonly rows: readonly Row[];
}

/** Answers by query and month. */
type Memory = Readonly<Record<string, Readonly<Record<string, Kept>>>>;

/** Asks about the months of which a day was written anew, and knows the others from the last time. */
export function keptAnswers({ warehouse, places, joined = async () => "", store, key }: KeptAnswersInput): TracedAnswers {
  const read = new Map<string, Promise<ReadonlyMap<string, string>>>();
  const placesOf = (table: string): Promise<ReadonlyMap<string, string>> => {
    const known = read.get(table) ?? places(table);
    read.set(table, known);
    return known;
  };
  let memory: Promise<Memory> | undefined;
  return {
    madeFrom: async (question) => madeFrom(question, await joined(), placesOf),
    async rows(question) {
      memory ??= remembered(store, key);
      const all = await memory;
      const before = all[question.query] ?? {};
      const made = await madeFrom(question, await joined(), placesOf);
      const now: Record<string, Kept> = {};
      const stale: string[] = [];
      for (const [month, from] of made) {
        const kept = before[month];
        if (kept?.from === from) now[month] = kept;
        else stale.push(month);
      }
      for (const [first, last] of stretches(stale)) {
        const { rows } = await warehouse.query(question.query, { from: `${first}-01`, to: lastDayOf(last) });
        for (const month of stale.filter((each) => each >= first && each <= last))
          now[month] = { from: made.get(month) ?? "", rows: rows.filter((row) => row["month"] === month) };
      }
      memory = Promise.resolve({ ...all, [question.query]: now });
      await writeChanged(store, key, `${JSON.stringify(await memory)}\n`);
      return [...made.keys()].flatMap((month) => now[month]?.rows ?? []);
    },
  };
}

/** Every month of the tables, in order, with a digest of all that its rows are made from. */
async function madeFrom(
  { query, tables, first = "", also = () => "" }: MonthQuestion,
  joined: string,
  placesOf: (table: string) => Promise<ReadonlyMap<string, string>>,
): Promise<ReadonlyMap<string, string>> {
  const text = `${joined}\n${wholeText(query)}`;
  const lying: string[][] = [];
  for (const table of tables)
    for (const [value, place] of [...(await placesOf(table))].sort())
      lying.push([value.slice(0, 7), `${table} ${value} ${place}`]);
  const months = [...Map.groupBy(lying, ([month]) => month ?? "")].filter(([month]) => month >= first).sort();
  return new Map(
    months.map(([month, places]) => [
      month,
      createHash("sha256")
        .update(JSON.stringify([text, places, also(month)]))
        .digest("hex")
        .slice(0, 32),
    ]),
  );
}

/** Months that follow one another, as first and last. */
function stretches(months: readonly string[]): [string, string][] {
  const found: [string, string][] = [];
  for (const month of [...months].sort()) {
    const open = found.at(-1);
    if (open && nextMonth(open[1]) === month) open[1] = month;
    else found.push([month, month]);
  }
  return found;
}

/** Lost answers are asked for again. */
const remembered = async (store: ObjectStore, key: string): Promise<Memory> =>
  (jsonOf((await store.readAll(key))?.bytes) as Memory | undefined) ?? {};
