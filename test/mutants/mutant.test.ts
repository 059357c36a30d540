import { describe, expect, it } from "vitest";
import { isSurelyBelow, type Mutant } from "./mutant.ts";

const sample = (noticed: number, survived: number): Mutant[] =>
  [...Array<"noticed">(noticed).fill("noticed"), ...Array<"survived">(survived).fill("survived")].map((state) => ({
    place: "sql/a.sql:1",
    line: "select 1",
    change: "1 → 2",
    state,
  }));

describe("a small sample of changes", () => {
  // Binomial, ten tries, one in ten: four or more 1.28 %, five or more 0.16 %. Nine in ten of twenty: six or more 1.13 %, seven or more 0.24 %.
  it.each([
    [10, 0, false],
    [6, 4, false],
    [5, 5, true],
    [14, 6, false],
    [13, 7, true],
    [0, 1, false],
    [0, 0, false],
  ])("of which %i are noticed and %i are not is surely below nine in ten: %s", (noticed, survived, below) => {
    expect(isSurelyBelow(sample(noticed, survived), 90)).toBe(below);
  });

  it("does not count what cannot be noticed", () => {
    const equivalent = sample(0, 8).map((mutant): Mutant => ({ ...mutant, state: "equivalent" }));
    expect(isSurelyBelow([...sample(8, 2), ...equivalent], 90)).toBe(false);
  });
});
