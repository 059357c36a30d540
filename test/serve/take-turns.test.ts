import { expect, test } from "vitest";
import type { Warehouse } from "../../src/ports.ts";
import { takeTurns } from "../../src/serve/take-turns.ts";

/** A warehouse that notes when a query begins and ends; one that runs twice at once would be seen. */
function noted(): { warehouse: Warehouse; notes: string[] } {
  const notes: string[] = [];
  const query = async (name: string) => {
    notes.push(`${name} begins`);
    await new Promise((resolve) => setImmediate(resolve));
    notes.push(`${name} ends`);
    return { columns: [], rows: [] };
  };
  return { warehouse: { query, adhoc: query, replaceDays: async () => 0 }, notes };
}

test("a page comes in between the single queries of what takes long, and nothing runs at the same time", async () => {
  const { warehouse, notes } = noted();
  const { whole, piecemeal } = takeTurns(warehouse);
  const long = (async () => {
    for (const name of ["long 1", "long 2"]) await piecemeal.query(name);
  })();
  const page = whole(async () => {
    for (const name of ["page 1", "page 2"]) await warehouse.query(name);
  });
  await Promise.all([long, page]);
  expect(notes.filter((note) => note.endsWith("begins")).map((note) => note.slice(0, -7))).toEqual([
    "long 1",
    "page 1",
    "page 2",
    "long 2",
  ]);
  expect(notes.every((note, index) => index % 2 === 0 || note === notes[index - 1]?.replace("begins", "ends"))).toBe(true);
});

test("a failure is the asker's own: the next one has its turn", async () => {
  const { whole } = takeTurns(noted().warehouse);
  const broken = whole(async () => {
    throw new Error("no");
  });
  const next = whole(async () => "answer");
  await expect(broken).rejects.toThrow("no");
  expect(await next).toBe("answer");
});
