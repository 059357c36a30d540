import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { workWithin } from "../src/bounded-work.ts";

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
