import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createRandom } from "../../src/generate/random.ts";

describe("createRandom", () => {
  it("gives the same sequence for the same parts and another for others", () => {
    const take = (...parts: (string | number)[]): number[] => {
      const random = createRandom(...parts);
      return Array.from({ length: 20 }, () => random.next());
    };
    expect(take(1, "a")).toEqual(take(1, "a"));
    expect(take(1, "a")).not.toEqual(take(2, "a"));
    expect(take(1, "a")).not.toEqual(take(1, "b"));
    expect(take("1", "2")).not.toEqual(take("12"));
  });

  it("stays within the bounds it is given", () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: -1000, max: 1000 }), fc.nat(1000), (seed, low, width) => {
        const value = createRandom(seed).int(low, low + width);
        return Number.isInteger(value) && value >= low && value <= low + width;
      }),
    );
  });

  it("spreads evenly", () => {
    const random = createRandom(7);
    const buckets = Array.from({ length: 10 }, () => 0);
    for (let index = 0; index < 20_000; index += 1) {
      const bucket = Math.floor(random.next() * 10);
      buckets[bucket] = (buckets[bucket] ?? 0) + 1;
    }
    for (const count of buckets) expect(Math.abs(count - 2_000)).toBeLessThan(200);
  });

  it("makes version 4 UUIDs that do not repeat", () => {
    const random = createRandom(3);
    const ids = Array.from({ length: 5_000 }, () => random.uuid());
    expect(new Set(ids).size).toBe(ids.length);
    for (const id of ids) expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  });

  it("refuses to pick from nothing", () => {
    expect(() => createRandom(1).pick([])).toThrow("generate: cannot pick from an empty list");
  });
});
