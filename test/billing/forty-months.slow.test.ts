import { describe, expect, it } from "vitest";
import { reconcileMonths } from "../../src/billing/reconcile-months.ts";
import type { Row } from "../../src/ports.ts";

const MONTHS = Array.from({ length: 40 }, (_, index) => new Date(Date.UTC(2023, 7 + index, 1)).toISOString().slice(0, 7));

/** A warehouse of 40 months whose every table takes so long to replace, and the time of one run. */
function years(secondsEach: number, changed: () => string = () => "") {
  const remembered = new Map<string, readonly Row[]>();
  const replaced: { table: string; month: string; run: number }[] = [];
  const broken = new Set<string>();
  let [left, run] = [0, 0];
  const answers: Readonly<Record<string, () => readonly Row[]>> = {
    "billing/bill_months": () =>
      MONTHS.map((month) => ({
        period: month,
        usage_month: month,
        adjustments: 0,
        lines: 1,
        fingerprint: month === changed() ? "B" : "A",
      })),
    "billing/settled_months": () => [...new Set(replaced.map(({ month }) => month))].map((month) => ({ month })),
    "billing/reconciled_months": () => remembered.get("reconciled_months") ?? [],
  };
  const next = async (milliseconds: number) => {
    left = milliseconds;
    run += 1;
    return reconcileMonths({
      warehouse: {
        query: async (name) => ({ columns: [], rows: answers[name]?.() ?? [] }),
        adhoc: async () => ({ columns: [], rows: [] }),
        replaceDays: async (table, _name, { from }) => {
          const month = from.slice(0, 7);
          if (broken.has(`${table} ${month}`)) throw new Error(`${table} of ${month} fails`);
          left -= secondsEach * 1000;
          expect(left, "a step is cut off").toBeGreaterThan(0);
          replaced.push({ table, month, run });
          return 0;
        },
      },
      dimensions: { write: async (name, rows) => void remembered.set(name, rows) },
      limits: { toleranceUsd: "0", quantityTolerance: "0" },
      usage: async () => MONTHS.map((month) => ({ month, toReconcile: true, fingerprint: "A" })),
      timeLeft: () => left,
    });
  };
  return { next, replaced, broken, runs: () => run };
}

const chargesOf = (replaced: readonly { table: string; month: string }[]): string[] =>
  replaced.filter(({ table }) => table === "allocated_charges").map(({ month }) => month);

describe("forty months of bills and fifteen minutes at a time", () => {
  it.each([5, 20, 60])(
    "at %i seconds a table are done newest first over several runs, each once, none cut off",
    async (seconds) => {
      const world = years(seconds);
      const waiting: number[] = [];
      do waiting.push((await world.next(885_000)).waiting.length);
      while ((waiting.at(-1) ?? 0) > 0 && waiting.length < 100);
      expect(chargesOf(world.replaced)).toEqual(MONTHS.toReversed());
      expect(world.replaced).toHaveLength(40 * 8);
      expect(waiting).toEqual(waiting.toSorted((a, b) => b - a));
      // The tables that fit into a run, less what is kept back for the last.
      expect(waiting.length).toBeLessThanOrEqual(Math.ceil((320 * seconds) / (885 - 90 - 4 * seconds)) + 1);
      const before = world.replaced.length;
      expect(await world.next(885_000)).toEqual({ done: [], waiting: [], failures: [] });
      expect(world.replaced).toHaveLength(before);
    },
  );

  it("a change of one month is that month, its neighbours' edges and nothing else", async () => {
    let changed = "";
    const world = years(1, () => changed);
    await world.next(Number.POSITIVE_INFINITY);
    changed = "2025-06";
    const before = world.replaced.length;
    expect((await world.next(885_000)).done).toEqual(["2025-07", "2025-06", "2025-05"]);
    expect(world.replaced.slice(before)).toHaveLength(8 + 6 + 1);
  });

  it("a month that fails keeps no other from being done, and what is made from it waits with it", async () => {
    const world = years(1);
    world.broken.add("charge_groups 2025-06");
    const done = await world.next(Number.POSITIVE_INFINITY);
    expect(done.failures.map(String)).toEqual(["Error: charge_groups of 2025-06 fails"]);
    expect(done.waiting).toEqual(["2025-07", "2025-06", "2025-05"]);
    world.broken.clear();
    expect(await world.next(Number.POSITIVE_INFINITY)).toMatchObject({ done: ["2025-07", "2025-06", "2025-05"], waiting: [] });
    expect(world.replaced).toHaveLength(40 * 8);
  });
});
