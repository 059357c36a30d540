import { expect, it } from "vitest";
import { Timings, timingsText, type Used } from "../../src/cli/analyze/timings.ts";

/** A process that has used so much, one reading after the other. */
const readings = (...used: readonly (readonly [clock: number, processor: number, memory: number])[]): (() => Used) => {
  let at = 0;
  return () => {
    const [clock, processor, memory] = used[at] ?? [Number.NaN, Number.NaN, Number.NaN];
    at += 1;
    return { clock, processor, memory };
  };
};

it("a phase takes what the process used from its beginning to that of the next; what lies before the first is the start", () => {
  const timings = new Timings(readings([300, 250_000, 80_000], [1300, 2_150_000, 90_000], [1800, 2_550_000, 200_000]));
  timings.begin("reading logs");
  timings.begin("reports");
  timings.begin("reports");
  expect(timings.all()).toEqual([
    { phase: "start", seconds: 0.3, processor_seconds: 0.25, most_memory_mb: 82 },
    { phase: "reading logs", seconds: 1, processor_seconds: 1.9, most_memory_mb: 92 },
    { phase: "reports", seconds: 0.5, processor_seconds: 0.4, most_memory_mb: 205 },
    { phase: "whole", seconds: 1.8, processor_seconds: 2.55, most_memory_mb: 205 },
  ]);
});

it("a phase that comes again goes on, so that the phases sum to the whole", () => {
  const timings = new Timings(readings([100, 1000, 1], [300, 3000, 2], [600, 6000, 3], [1000, 9000, 4]));
  for (const phase of ["the bill", "alerts", "the bill"]) timings.begin(phase);
  const phases = timings.all();
  expect(phases.map(({ phase, seconds }) => [phase, seconds])).toEqual([
    ["start", 0.1],
    ["the bill", 0.6],
    ["alerts", 0.3],
    ["whole", 1],
  ]);
});

it("is a line for each phase, for people", () => {
  const phase = { phase: "reading logs", seconds: 61.25, processor_seconds: 118.349, most_memory_mb: 2393 };
  expect(timingsText([phase])).toContain("  reading logs            61.3 s     118.3 s      2393 MB");
});

it("counts this process from its beginning", () => {
  const [start, whole] = new Timings().all();
  expect(whole?.seconds).toBe(start?.seconds);
  expect(start?.processor_seconds).toBeGreaterThan(0.05);
  expect(start?.most_memory_mb).toBeGreaterThan(20);
});
