import fc from "fast-check";
import { expect, it, vi } from "vitest";
import { parseConfig } from "../../src/config/load.ts";
import { keptCalls } from "../../src/report/kept-calls.ts";
import type { CallAnswers, DatedAnswers } from "../../src/report/load-calls.ts";
import { MemoryStore } from "../anomaly/memory.ts";

const { text } = vi.hoisted(() => ({ text: { more: "" } }));
vi.mock("../../src/query/whole-text.ts", async (original) => {
  const { wholeText }: typeof import("../../src/query/whole-text.ts") = await original();
  return { wholeText: (name: string) => (name === "planning/cache_churn" ? wholeText(name) + text.more : wholeText(name)) };
});

const KEY = "reports/calls.json";
const PLAIN = parseConfig("");

/** Answers that say how often they were asked for. */
const answersOf = (times: number): CallAnswers => ({
  errors: [
    {
      ...{ errorClass: "client", errorCode: "é", model: "m", callers: 1, lostTokens: 0 },
      failed: { invocations: times, unpriced: 0, uncounted: 0, notTokenPriced: 0, estimated: 1_234_567_890_123_456_789n },
    },
  ],
  records: { records: times, duplicates: -1, coerced: 0, contradictions: 0, objects: 3 },
  savings: undefined,
});

function world(store = new MemoryStore()) {
  const places = new Map<string, string>();
  let asked = 0;
  return {
    store,
    /** A day of the month is summed up anew. */
    sum: (month: string, place: string) => places.set(month, place),
    /** The morning of a day: what is said of a month, and how often anybody was asked by then. */
    async morning(day: string, month: string, { closing = false, config = PLAIN } = {}) {
      const now = Date.parse(`${day}T05:30:00Z`);
      const calls = keptCalls({ store, config, answers: { madeFrom: async () => places }, now });
      const { asOf, errors } = await calls(month, closing, async () => answersOf(++asked));
      return [errors[0]?.failed.invocations, asOf];
    },
  };
}

it("asks about the running month daily in its first week, then on the first morning of each ISO week, and says of which day its answers are", async () => {
  const { morning, sum } = world();
  const told: string[] = [];
  // A Thursday; Friday to the second Sunday of a month; a week without its Monday morning; two that have it.
  const days = ["2026-12-31", "2027-01-01", "2027-01-02", "2027-01-02", "2027-01-07", "2027-01-08", "2027-01-10", "2027-01-13"];
  for (const day of [...days, "2027-01-17", "2027-01-18", "2027-01-24", "2027-01-25"]) {
    sum("2027-01", day);
    const [times, asOf] = await morning(day, day.slice(0, 7));
    told.push(`${day}: ${times}, ${asOf}`);
  }
  expect(told).toEqual([
    "2026-12-31: 1, 2026-12-31",
    "2027-01-01: 2, 2027-01-01",
    "2027-01-02: 3, 2027-01-02",
    "2027-01-02: 3, 2027-01-02",
    "2027-01-07: 4, 2027-01-07",
    "2027-01-08: 4, 2027-01-07",
    "2027-01-10: 4, 2027-01-07",
    "2027-01-13: 5, 2027-01-13",
    "2027-01-17: 5, 2027-01-13",
    "2027-01-18: 6, 2027-01-18",
    "2027-01-24: 6, 2027-01-18",
    "2027-01-25: 7, 2027-01-25",
  ]);
});

it("asks about a month that is over once, and again when a day of it was summed up anew", async () => {
  const { morning, sum } = world();
  sum("2026-10", "a");
  expect(await morning("2026-10-28", "2026-10")).toEqual([1, "2026-10-28"]);
  // The same week, but the month was not whole.
  expect(await morning("2026-11-01", "2026-10")).toEqual([2, "2026-11-01"]);
  expect(await morning("2026-11-02", "2026-10")).toEqual([2, "2026-11-01"]);
  sum("2026-10", "b");
  expect(await morning("2026-11-03", "2026-10")).toEqual([3, "2026-11-03"]);
  expect(await morning("2026-11-09", "2026-10")).toEqual([3, "2026-11-03"]);
});

it("always asks where the month closes, and then nothing has a date of its own", async () => {
  const { morning, store } = world();
  await morning("2026-11-02", "2026-10");
  const before = store.text(KEY);
  expect(await morning("2026-11-02", "2026-10", { closing: true })).toEqual([2, undefined]);
  expect(await morning("2026-11-03", "2026-10", { closing: true })).toEqual([3, undefined]);
  expect(store.text(KEY)).toBe(before);
});

it.each([
  ["prices", "prices: { discounts: [{ name: EDP, percent: 5 }] }"],
  ["people", "report: { people: none }"],
  ["pseudonyms", "report: { people: pseudonyms, pseudonym_key: a-long-random-text }"],
  ["savings", "report: { savings: false }"],
])("asks again where strata.yml says otherwise: %s", async (_what, yaml) => {
  const { morning } = world();
  const config = parseConfig(yaml);
  await morning("2026-10-19", "2026-10");
  expect(await morning("2026-10-20", "2026-10", { config })).toEqual([2, "2026-10-20"]);
  expect(await morning("2026-10-21", "2026-10", { config })).toEqual([2, "2026-10-20"]);
});

it("asks again where another key makes other pseudonyms, and keeps no key", async () => {
  const { morning, store } = world();
  const keyed = (key: string) => ({ config: parseConfig(`report: { people: pseudonyms, pseudonym_key: ${key} }`) });
  await morning("2026-10-19", "2026-10", keyed("first-long-random-text"));
  expect(await morning("2026-10-20", "2026-10", keyed("second-long-random-text"))).toEqual([2, "2026-10-20"]);
  expect(store.text(KEY)).not.toContain("long-random-text");
});

it("asks again where a query behind the savings is another one", async () => {
  const { morning } = world();
  await morning("2026-10-19", "2026-10");
  text.more = "\n-- of a later release";
  try {
    expect(await morning("2026-10-20", "2026-10")).toEqual([2, "2026-10-20"]);
  } finally {
    text.more = "";
  }
});

it("takes damaged answers for lost, and replaces them", async () => {
  const { morning, store } = world();
  await morning("2026-10-19", "2026-10");
  const whole = store.text(KEY);
  const damaged = [
    "",
    "{",
    "null",
    "[]",
    whole.slice(0, -9),
    whole.replace('"invocations":1', '"invocations":-1'),
    whole.replace("_version", ""),
  ];
  for (const [index, bytes] of damaged.entries()) {
    expect(bytes).not.toBe(whole);
    await store.write(KEY, bytes);
    expect(await morning("2026-10-20", "2026-10"), bytes).toEqual([2 + index, "2026-10-20"]);
    expect(await morning("2026-10-21", "2026-10"), bytes).toEqual([2 + index, "2026-10-20"]);
  }
});

it("keeps nothing over what somebody else wrote meanwhile", async () => {
  const store = new MemoryStore();
  const { morning } = world(store);
  await morning("2026-10-19", "2026-10");
  const forgotten = store.text(KEY).replace("é", "person-1");
  const calls = keptCalls({
    store,
    config: PLAIN,
    answers: { madeFrom: async () => new Map() },
    now: Date.parse("2026-10-26T05:30:00Z"),
  });
  const { errors } = await calls("2026-10", false, async () => {
    await store.write(KEY, forgotten);
    return answersOf(7);
  });
  expect(errors[0]?.failed.invocations).toBe(7);
  expect(store.text(KEY)).toBe(forgotten);
});

it("forgets months that nobody asked about for two months", async () => {
  const { morning, store } = world();
  await morning("2026-08-31", "2026-08");
  await morning("2026-11-01", "2026-11");
  expect(Object.keys(JSON.parse(store.text(KEY)).months)).toEqual(["2026-08", "2026-11"]);
  await morning("2026-11-02", "2026-11");
  expect(Object.keys(JSON.parse(store.text(KEY)).months)).toEqual(["2026-11"]);
});

it("gives the answers back as they were, to the pico-dollar", async () => {
  const count = fc.nat();
  const usd = fc.bigInt({ min: -(10n ** 24n), max: 10n ** 24n });
  const word = fc.string({ unit: "grapheme" });
  const answers: fc.Arbitrary<CallAnswers> = fc.record({
    errors: fc.array(
      fc.record({
        ...{ errorClass: word, errorCode: word, model: word, callers: count, lostTokens: count },
        failed: fc.record({ invocations: count, unpriced: count, uncounted: count, notTokenPriced: count, estimated: usd }),
      }),
    ),
    records: fc.record({ records: count, duplicates: fc.integer(), coerced: count, contradictions: count, objects: count }),
    savings: fc.option(
      fc.record({
        lines: fc.array(
          fc.record({
            ...{ id: word, title: word, next: word, people: count, services: count, perMonth: usd },
            lever: fc.constantFrom("model" as const, "visibility" as const),
            confidence: fc.constantFrom("high" as const, "medium" as const, "low" as const),
            kind: fc.constantFrom("saving" as const, "exposure" as const),
            who: fc.array(word),
            assumptions: fc.array(word),
          }),
        ),
        withoutOverlap: usd,
      }),
      { nil: undefined },
    ),
  });
  await fc.assert(
    fc.asyncProperty(answers, async (given) => {
      const store = new MemoryStore();
      const on = (day: string): Promise<DatedAnswers> =>
        keptCalls({
          store,
          config: PLAIN,
          answers: { madeFrom: async () => new Map() },
          now: Date.parse(`${day}T05:30:00Z`),
        })("2026-10", false, async () => (day === "2026-10-19" ? given : answersOf(9)));
      await on("2026-10-19");
      expect(await on("2026-10-20")).toEqual({ ...given, asOf: "2026-10-19" });
    }),
  );
});
