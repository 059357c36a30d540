import { describe, expect, it } from "vitest";
import { landedHours } from "../../src/live/landed-hours.ts";
import { lookedTo, rememberLookedTo } from "../../src/live/looked-to.ts";
import { markNewTables } from "../../src/live/new-tables.ts";
import { staleMarks } from "../../src/pipeline/stale-hours.ts";
import { MemoryStore } from "../anomaly/memory.ts";

const NOW = Date.parse("2026-10-05T07:20:00Z");
const THIS_HOUR = Date.parse("2026-10-05T07:00:00Z");
const STATE = "state/hours.json";

/** A bucket in which hours hold files of these names. */
async function bucket(hours: Readonly<Record<string, readonly string[]>> = {}): Promise<MemoryStore> {
  const store = new MemoryStore();
  for (const [hour, names] of Object.entries(hours))
    for (const name of names) await store.write(`invocation_records/dt=${hour.replace(" ", "/hour=")}/${name}.parquet`, "rows");
  return store;
}
const marked = async (store: MemoryStore): Promise<string[]> =>
  (await staleMarks(store)).flatMap(({ hours }) => hours.map(({ day, hour }) => `${day} ${hour}`)).sort();

const HOURS = {
  // Compacted, and the landed files gone: its sums were held against its records.
  "2025-11-30 10": ["compacted"],
  "2025-12-01 23": ["a"],
  "2026-10-04 09": ["compacted", "late"],
  "2026-10-05 04": ["a", "b"],
  // The three hours that each run looks at.
  "2026-10-05 05": ["a"],
  "2026-10-05 07": ["a"],
};

describe("how far hours were looked at", () => {
  it("is what the last run remembered", async () => {
    const store = await bucket(HOURS);
    await rememberLookedTo(store, THIS_HOUR - 5 * 3_600_000);
    expect(store.text(STATE)).toBe('{"looked_to":"2026-10-05T02:00:00.000Z"}\n');
    expect(await lookedTo(store, NOW)).toEqual({ at: THIS_HOUR - 5 * 3_600_000 });
    expect(await marked(store)).toEqual([]);
  });

  it("is a day back in a first run", async () => {
    const store = await bucket(HOURS);
    expect(await lookedTo(store, NOW)).toEqual({ at: Date.parse("2026-10-04T07:00:00Z") });
    expect(await marked(store)).toEqual([]);
  });

  it("may be the hour that a faster run began", async () => {
    const store = await bucket(HOURS);
    await rememberLookedTo(store, THIS_HOUR + 3_600_000);
    expect(await lookedTo(store, NOW)).toEqual({ at: THIS_HOUR + 3_600_000 });
  });

  it.each([
    ["empty", ""],
    ["cut off", '{"looked_to":"2026-10-0'],
    ["no object", "null"],
    ["without the time", "{}"],
    ["no time", '{"looked_to":"yesterday"}'],
    ["another type", '{"looked_to":1790000000000}'],
    ["a time to come", '{"looked_to":"2027-01-01T00:00:00.000Z"}'],
    ["gone after a run", undefined],
  ])(
    "is lost where the state is %s: every older hour that compact has not held against its sums is marked, once",
    async (_, state) => {
      const store = await bucket(HOURS);
      if (state === undefined)
        await markNewTables(store, [{ name: "calls_5m", query: "rollups/calls_5m", params: {} }], () => []);
      else await store.write(STATE, state);
      expect(await lookedTo(store, NOW)).toEqual({ at: THIS_HOUR, marked: 3 });
      expect(await marked(store)).toEqual(["2025-12-01 23", "2026-10-04 9", "2026-10-05 4"]);
      expect(await lookedTo(store, NOW)).toEqual({ at: THIS_HOUR });
    },
  );

  it("stays lost until every hour is marked", async () => {
    const store = await bucket(HOURS);
    await store.write(STATE, "{");
    const write = store.write.bind(store);
    store.write = async (key, ...rest) => {
      if (key.includes("dt=2025-12-01")) throw new Error("the function was killed");
      return write(key, ...rest);
    };
    await expect(lookedTo(store, NOW)).rejects.toThrow("killed");
    store.write = write;
    expect(await lookedTo(store, NOW)).toMatchObject({ marked: 3 });
  });
});

it("hours with landed files come newest first; what is no file of an hour is none", async () => {
  const store = await bucket({
    "2026-10-04 09": ["a", "compacted"],
    "2026-10-05 23": ["b"],
    "2026-13-05 01": ["c"],
    "2026-10-05 24": ["d"],
  });
  await store.write("invocation_records/dt=2026-10-05/hour=03/notes.txt", "");
  expect(await landedHours(store)).toEqual([
    { day: "2026-10-05", hour: 23 },
    { day: "2026-10-04", hour: 9 },
  ]);
  expect(await landedHours(store, new Set(["2026-10-04"]))).toEqual([{ day: "2026-10-04", hour: 9 }]);
});
