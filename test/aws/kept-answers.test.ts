import fc from "fast-check";
import { expect, it } from "vitest";
import { keptAnswers } from "../../src/aws/kept-answers.ts";
import type { MonthAnswers } from "../../src/billing/month-answers.ts";
import type { Warehouse } from "../../src/ports.ts";
import { MemoryStore } from "../anomaly/memory.ts";

const QUESTION = { query: "billing/logged_models", tables: ["hourly_usage"] };
const KEY = "state/answers.json";

/** A log whose days are written anew: each day holds one model, at a place of its own. */
function world() {
  const days = new Map<string, string>();
  const asked: { from: unknown; to: unknown }[] = [];
  let writes = 0;
  const places = new Map<string, string>();
  const answer = (from: string, to: string) =>
    [...days]
      .filter(([day]) => day >= from && day <= to)
      .map(([day, model]) => ({ month: day.slice(0, 7), model }))
      .sort((a, b) => (`${a.month} ${a.model}` < `${b.month} ${b.model}` ? -1 : 1));
  const warehouse: Warehouse = {
    query: async (_name, { from, to } = {}) => {
      asked.push({ from, to });
      return { columns: [], rows: answer(String(from), String(to)) };
    },
    adhoc: async () => ({ columns: [], rows: [] }),
    replaceDays: async () => 0,
  };
  const store = new MemoryStore();
  return {
    store,
    asked,
    write: (day: string, model: string) => {
      writes += 1;
      days.set(day, model);
      places.set(day, `hourly_usage/run=${writes}/dt=${day}/`);
    },
    drop: (day: string) => {
      days.delete(day);
      places.delete(day);
    },
    /** As a run of the function would begin. */
    answers: (joined = ""): MonthAnswers =>
      keptAnswers({ warehouse, places: async () => new Map(places), joined: async () => joined, store, key: KEY }),
    all: () => answer("0000-01-01", "9999-12-31"),
  };
}

it("asks about the months that changed, and about neighbours in one statement", async () => {
  const log = world();
  for (const day of ["2026-01-05", "2026-02-05", "2026-04-05"]) log.write(day, "a");
  expect(await log.answers().rows(QUESTION)).toEqual(log.all());
  expect(log.asked.splice(0)).toEqual([
    { from: "2026-01-01", to: "2026-02-28" },
    { from: "2026-04-01", to: "2026-04-30" },
  ]);
  expect(await log.answers().rows(QUESTION)).toEqual(log.all());
  expect(log.asked).toEqual([]);
  log.write("2026-02-09", "b");
  expect(await log.answers().rows(QUESTION)).toEqual(log.all());
  expect(log.asked.splice(0)).toEqual([{ from: "2026-02-01", to: "2026-02-28" }]);
});

it("asks again where something else changed that the rows hang on", async () => {
  const log = world();
  for (const day of ["2026-01-05", "2026-02-05"]) log.write(day, "a");
  const also = (end: string) => (month: string) => (month < end ? "billed" : "not yet");
  await log.answers().rows({ ...QUESTION, also: also("2026-01") });
  log.asked.length = 0;
  await log.answers().rows({ ...QUESTION, also: also("2026-02") });
  expect(log.asked.splice(0)).toEqual([{ from: "2026-01-01", to: "2026-01-31" }]);
  await log.answers("another order").rows({ ...QUESTION, also: also("2026-02") });
  expect(log.asked).toHaveLength(1);
});

it("gives what asking about everything gives, whatever was written, dropped or forgotten in between", async () => {
  const day = fc.tuple(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 3 })).map(([m, d]) => `2026-0${m}-0${d}`);
  const step = fc.oneof(
    fc.record({ do: fc.constant("write" as const), day, model: fc.constantFrom("a", "b", "c") }),
    fc.record({ do: fc.constant("drop" as const), day }),
    fc.record({ do: fc.constant("lose" as const) }),
    fc.record({ do: fc.constant("damage" as const) }),
    fc.record({ do: fc.constant("ask" as const) }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 20 }), async (steps) => {
      const log = world();
      for (const now of [...steps, { do: "ask" as const }]) {
        if (now.do === "write") log.write(now.day, now.model);
        else if (now.do === "drop") log.drop(now.day);
        else if (now.do === "lose") await log.store.remove(KEY);
        else if (now.do === "damage") await log.store.write(KEY, '{"billing/logged_models":{');
        else expect(await log.answers().rows(QUESTION)).toEqual(log.all());
      }
    }),
  );
});
