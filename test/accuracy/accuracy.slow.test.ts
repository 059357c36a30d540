import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { monthShapes } from "../../bench/accuracy/bill/shape.ts";
import { complaints, LIMIT } from "../../bench/accuracy/judge.ts";
import { runMonth } from "../../bench/accuracy/run-month.ts";

const folder = mkdtempSync(join(tmpdir(), "strata-accuracy-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

// Four of the twenty months of bench/accuracy, smaller: they differ in granularity, principals, format, delivery, discount and what is planted. The last is followed
// by a bill that refunds a session with several tag sets.
const shapes = monthShapes(20)
  .filter(({ index }) => [2, 3, 4, 7].includes(index))
  .map((shape) => ({ ...shape, calls: 200 }));

describe("a month whose truth is known", () => {
  it.each(
    shapes.map((shape) => ({
      shape,
      name: `${shape.granularity} ${shape.format}, ${shape.delivery}, principal ${shape.principals}, ${shape.discount}`,
    })),
  )(
    "is explained to a hundredth of a percent: $name",
    async ({ shape }) => {
      const { verdict } = await runMonth(join(folder, `month-${shape.index}`), shape);
      expect(complaints(verdict)).toEqual([]);
      expect(verdict.priceError).toBeLessThanOrEqual(LIMIT);
      expect(verdict.conserved).toBe(true);
      expect(verdict.logConserved).toBe(true);
    },
    300_000,
  );
});
