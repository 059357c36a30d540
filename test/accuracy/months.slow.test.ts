import { describe, expect, it } from "vitest";
import { billLines } from "../../bench/accuracy/bill/lines.ts";
import { makeCalls } from "../../bench/accuracy/bill/make-calls.ts";
import { laterLines } from "../../bench/accuracy/bill/other-lines.ts";
import { type MonthShape, monthShapes } from "../../bench/accuracy/bill/shape.ts";

const SEEDS = [1, 7, 1129];

/** What a month has, seen in its calls and lines and not in its shape. */
function traits(shape: MonthShape): string[] {
  const calls = makeCalls(shape);
  const lines = billLines(calls, shape);
  const start = Date.parse(`${shape.month}-01T00:00:00Z`);
  const teams = Map.groupBy(
    lines.filter(({ team }) => team !== null),
    ({ principal }) => principal,
  );
  const several = (principal: RegExp): boolean =>
    [...teams].some(([name, own]) => principal.test(name) && new Set(own.map(({ team }) => team)).size > 1);
  return [
    ...(teams.size > 0 ? ["tags on lines"] : []),
    ...(several(/assumed-role/) ? ["several tag sets a session"] : []),
    ...(several(/:user\//) ? ["moving teams"] : []),
    ...(shape.laterRefund && laterLines(lines, shape).some(({ type, start: day }) => type === "Refund" && day >= start)
      ? ["refunds of a later month"]
      : []),
    ...(shape.delivery === "snapshots" ? ["dated snapshots"] : []),
    ...(lines.every((line) => line.type !== "Usage" || line.end - line.start > 27 * 86_400_000) ? ["monthly export"] : []),
    ...(lines.some(({ words, step }) => step === "tokens" && words.usageType.includes("anthropic.claude-opus-4-8-mantle-"))
      ? ["-mantle- names"]
      : []),
  ];
}

describe.each(SEEDS)("the twenty months of seed %i", (seed) => {
  const count = new Map<string, number>();
  for (const shape of monthShapes(20, seed)) for (const trait of traits(shape)) count.set(trait, (count.get(trait) ?? 0) + 1);

  it.each([
    "tags on lines",
    "several tag sets a session",
    "moving teams",
    "refunds of a later month",
    "dated snapshots",
    "monthly export",
    "-mantle- names",
  ])("have in a third at least: %s", (trait) => {
    expect(count.get(trait) ?? 0).toBeGreaterThanOrEqual(Math.ceil(20 / 3));
  });
});
