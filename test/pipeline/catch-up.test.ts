import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { strataConfig } from "../../src/config/strata-config.ts";
import { workWithin } from "../../src/pipeline/bounded-work.ts";
import { catchUp, rollUpRecent } from "../../src/pipeline/roll-up.ts";
import { markStaleDays, staleDays } from "../../src/pipeline/stale-days.ts";
import type { Warehouse } from "../../src/ports.ts";
import { addDays, parseInstant } from "../../src/time.ts";
import { MemoryStore } from "../anomaly/memory.ts";

const NOW = parseInstant("2026-10-05T14:00:00Z") ?? 0;
const config = strataConfig.parse({});

/** A warehouse on which each day takes its time. */
class SlowWarehouse implements Pick<Warehouse, "query" | "replaceDays"> {
  readonly replaced: string[] = [];
  /** Days that cannot be rolled up. */
  readonly broken = new Set<string>();
  left: number;
  readonly #cost: number;

  constructor(seconds: number, cost: number) {
    this.left = seconds * 1000;
    this.#cost = cost * 1000;
  }

  async query() {
    return { columns: [], rows: [] };
  }

  async adhoc() {
    return { columns: [], rows: [] };
  }

  async replaceDays(table: string, _name: string, { from, to }: { from: string; to: string }): Promise<number> {
    if (table !== "hourly_usage") return 1;
    this.left -= this.#cost;
    if (this.left < 0) throw new Error("the function was killed");
    if (this.broken.has(from)) throw new Error(`${from} cannot be read`);
    this.replaced.push(`${from}..${to}`);
    return 1;
  }
}

/** One function's run of the given time. @returns how many days still wait */
async function run(data: MemoryStore, seconds: number, cost: number, broken: readonly string[] = []) {
  const warehouse = new SlowWarehouse(seconds, cost);
  for (const day of broken) warehouse.broken.add(day);
  const input = { warehouse, data, config, now: NOW };
  await rollUpRecent(input);
  const { backlog, failures } = await catchUp({ ...input, timeLeft: () => warehouse.left });
  return { backlog, failures, replaced: warehouse.replaced };
}

describe("the rollup after one object with lines on a hundred scattered days", () => {
  const days = Array.from({ length: 100 }, (_, index) => addDays("2023-10-01", index * 10));

  it("does today first, stops before its time is over, and goes on where it was", async () => {
    const data = new MemoryStore();
    await markStaleDays(data, "batch", days, NOW);
    const seen: string[] = [];
    let waiting = days.length;
    let runs = 0;
    for (; waiting > 0 && runs < 20; runs++) {
      const { backlog, replaced, failures } = await run(data, 600, 15);
      expect(failures).toEqual([]);
      expect(replaced[0]).toBe("2026-10-04..2026-10-05");
      expect(backlog).toBeLessThan(waiting);
      expect((await staleDays(data)).length).toBe(backlog);
      waiting = backlog;
      seen.push(...replaced.slice(1));
    }
    // 600 s hold 36 pieces of 15 s beside today's, less the time that is kept back.
    expect(runs).toBe(3);
    // Each day once, the newest first.
    expect(seen).toEqual(days.toReversed().map((day) => `${day}..${day}`));
  });

  it("keeps a day that cannot be rolled up from holding up the others, and keeps its mark", async () => {
    const data = new MemoryStore();
    await markStaleDays(data, "batch", ["2024-01-01", "2025-01-01", "2026-01-01"], NOW);
    const { backlog, failures } = await run(data, 600, 15, ["2026-01-01"]);
    expect(failures.map(String)).toEqual(["Error: 2026-01-01 cannot be read"]);
    expect(backlog).toBe(1);
    expect((await staleDays(data)).map(({ day }) => day)).toEqual(["2026-01-01"]);
  });

  it("leaves marks alone that appear meanwhile", async () => {
    const data = new MemoryStore();
    await markStaleDays(data, "batch", ["2026-09-01"], NOW);
    const warehouse = new SlowWarehouse(600, 1);
    const { replaceDays } = SlowWarehouse.prototype;
    warehouse.replaceDays = async (...given) => {
      await markStaleDays(data, "later", ["2026-09-01"], NOW);
      return replaceDays.apply(warehouse, given);
    };
    await catchUp({ warehouse, data, config, now: NOW, timeLeft: () => warehouse.left });
    expect((await staleDays(data)).map(({ key }) => key)).toEqual(["stale/dt=2026-09-01/later"]);
  });
});

describe("work within a time", () => {
  it("begins nothing that would not end, for any pieces", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 1, max: 50 })), fc.integer({ min: 0, max: 500 }), async (costs, time) => {
        let left = time;
        const done: number[] = [];
        const { left: waiting, failed } = await workWithin({
          pieces: costs.map((cost, index) => ({ cost, index })),
          least: 50,
          timeLeft: () => left,
          work: async ({ cost, index }) => {
            left -= cost;
            done.push(index);
          },
        });
        expect(left).toBeGreaterThanOrEqual(0);
        expect(failed).toEqual([]);
        expect([...done, ...waiting.map(({ index }) => index)]).toEqual(costs.map((_, index) => index));
      }),
    );
  });

  it("does all of it where nobody set a limit", async () => {
    const { left } = await workWithin({ pieces: [1, 2, 3], least: 1, timeLeft: () => Infinity, work: async () => undefined });
    expect(left).toEqual([]);
  });
});
