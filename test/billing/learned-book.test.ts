import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  addLearned,
  type LearnedBook,
  learnedBookOverrides,
  readLearned,
  rememberLearned,
} from "../../src/billing/learned-book.ts";
import { type StrataConfig, strataConfig } from "../../src/config/strata-config.ts";
import { createPricer } from "../../src/pricing/create-pricer.ts";
import { dayOf } from "../../src/time.ts";
import { MemoryStore } from "../anomaly/memory.ts";

type Override = StrataConfig["prices"]["overrides"][number];
const rate = (usd: string, model = "nova-lite"): Override => ({
  name: "learned:2026-10-01",
  model,
  routing: "in-region",
  region: "us-east-1",
  account: "111122223333",
  service_tier: "on-demand",
  net: true,
  rates: { input: usd },
});
const HOUR = 3_600_000;
const at = (text: string): number => Date.parse(text);

describe("rates learned from the bill", () => {
  it("hold from the next midnight that is an hour away, each until the next ones", () => {
    const first = addLearned([], [rate("0.05")], at("2026-10-03T22:59:00Z"));
    const second = addLearned(first, [rate("0.04")], at("2026-10-04T23:30:00Z"));
    expect(second.map(({ from }) => from)).toEqual(["2026-10-04", "2026-10-06"]);
    expect(learnedBookOverrides(second, []).map(({ from, to, rates }) => [from, to, rates.input])).toEqual([
      ["2026-10-04", "2026-10-05", "0.05"],
      ["2026-10-06", undefined, "0.04"],
    ]);
  });

  it("are the same book when no rate moved by a thousandth, and when there are none", () => {
    const book = addLearned([], [rate("0.05")], at("2026-10-03T10:00:00Z"));
    expect(addLearned(book, [rate("0.050000000001")], at("2026-10-05T10:00:00Z"))).toBe(book);
    expect(addLearned([], [], at("2026-10-05T10:00:00Z"))).toEqual([]);
  });

  it("are another book when any one of them moved, came, went, or is for other calls", () => {
    const both: Override = { ...rate("0.05"), rates: { input: "0.05", output: "0.2" } };
    const book = addLearned([], [both], at("2026-10-03T10:00:00Z"));
    const changes: Partial<Override>[] = [
      { rates: { input: "0.05", output: "0.21" } },
      { rates: { input: "0.06", output: "0.2" } },
      { rates: { input: "0.05" } },
      { rates: { input: "0.05", cache_read: "0.2" } },
      { rates: { input: "0.05", output: "0.2", cache_read: "0.01" } },
      { model: "nova-pro" },
      { routing: "geo" },
      { region: "us-west-2" },
      { account: "444455556666" },
      { service_tier: "flex" },
    ];
    for (const change of changes)
      expect(addLearned(book, [{ ...both, ...change }], at("2026-10-05T10:00:00Z")), JSON.stringify(change)).toHaveLength(2);
    expect(addLearned(book, [{ ...both, name: "learned:2026-10-04" }], at("2026-10-05T10:00:00Z"))).toBe(book);
  });

  it("that ended 400 days ago are kept no longer; those that held since are", () => {
    const old = [rate("0.01"), rate("0.02"), rate("0.03")].map((override, index) => ({
      from: ["2025-01-01", "2025-06-01", "2025-09-10"][index] ?? "",
      overrides: [override],
    }));
    // 400 days before 2026-10-06 are 2025-09-01: the second set held until 2025-09-09.
    const book = addLearned(old, [rate("0.04")], at("2026-10-05T10:00:00Z"));
    expect(book.map(({ from }) => from)).toEqual(["2025-06-01", "2025-09-10", "2026-10-06"]);
  });

  it("end when nothing is known any more, and give way to a rate of strata.yml", () => {
    const book = addLearned([{ from: "2026-10-02", overrides: [rate("0.05")] }], [], at("2026-10-05T10:00:00Z"));
    expect(learnedBookOverrides(book, [])).toMatchObject([{ from: "2026-10-02", to: "2026-10-05" }]);
    expect(learnedBookOverrides(book, [{ model: "amazon.nova-lite-v1:0", net: false, rates: { input: "1" } }])).toEqual([]);
  });

  it("replace those of the same delivery day before they begin", () => {
    const early = addLearned([], [rate("0.05")], at("2026-10-03T04:00:00Z"));
    const late = addLearned(early, [rate("0.04"), rate("1", "nova-pro")], at("2026-10-03T12:00:00Z"));
    expect(late).toEqual([{ from: "2026-10-04", overrides: [rate("0.04"), rate("1", "nova-pro")] }]);
    expect(
      addLearned([{ from: "2026-10-01", overrides: [rate("0.05")] }, ...late], [rate("0.05")], at("2026-10-03T20:00:00Z")),
    ).toEqual([{ from: "2026-10-01", overrides: [rate("0.05")] }]);
  });

  it("never change what a call of a day that has begun costs, whatever is learned later", () => {
    const start = at("2026-10-01T00:00:00Z");
    const runs = fc.array(
      fc.record({
        after: fc.integer({ min: 1, max: 40 }),
        rates: fc.subarray([rate("0.05"), rate("0.04", "nova-pro"), rate("0.9", "nova-micro")]),
        usd: fc.constantFrom("0.05", "0.06"),
      }),
      { minLength: 2, maxLength: 12 },
    );
    fc.assert(
      fc.property(runs, (steps) => {
        let now = start;
        let book: LearnedBook = [];
        const seen = new Map<string, string>();
        for (const { after, rates, usd } of steps) {
          now += after * HOUR;
          const changed = rates.map((each) => ({ ...each, rates: { input: usd } }));
          book = addLearned(book, changed, now);
          // Every day that has begun, as a reader sees it now.
          for (let day = start; day <= now; day += 24 * HOUR) {
            const text = JSON.stringify(
              learnedBookOverrides(book, [])
                .filter(({ from = "", to = "9999-12-31" }) => from <= dayOf(day) && dayOf(day) <= to)
                .map(({ model, rates: known }) => [model, known.input]),
            );
            expect(seen.get(dayOf(day)) ?? text).toBe(text);
            seen.set(dayOf(day), text);
          }
        }
        // And the prices never contradict each other.
        createPricer({ overrides: learnedBookOverrides(book, []), discounts: [] });
      }),
    );
  });

  it("are kept in one object that is written on a change only", async () => {
    const store = new MemoryStore();
    expect(await rememberLearned(store, [rate("0.05")], at("2026-10-03T04:00:00Z"))).toBe(1);
    const { etag, book } = await readLearned(store);
    expect(book).toHaveLength(1);
    await rememberLearned(store, [rate("0.05")], at("2026-10-05T04:00:00Z"));
    expect((await readLearned(store)).etag).toBe(etag);
    expect(strataConfig.parse({ prices: { overrides: learnedBookOverrides(book, []) } }).prices.overrides).toHaveLength(1);
  });
});
