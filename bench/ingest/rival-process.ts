/** A rival in a process of its own: does the work once for every message, and says how long it took. */
import { peakMegabytes } from "./peak-megabytes.ts";
import { RIVALS, type Totals, type Work } from "./rivals.ts";

export interface Time {
  /** Processor time of all threads. */
  readonly seconds: number;
  /** By the clock on the wall. */
  readonly wallSeconds: number;
}

export interface Answer extends Time {
  readonly totals: Totals | null;
  /** Of this process so far; null when the work is done in another one. */
  readonly peakMegabytes: number | null;
}

const rival = RIVALS.find(({ name }) => name === process.argv[2]);

process.on("message", async (work: Work) => {
  if (rival === undefined) throw new RangeError(`rival-process: nobody is called ${process.argv[2]}`);
  const start = performance.now();
  const before = process.cpuUsage();
  const { totals, otherSeconds } = await rival.run(work);
  const { user, system } = process.cpuUsage(before);
  process.send?.({
    seconds: (user + system) / 1e6 + (otherSeconds ?? 0),
    wallSeconds: (performance.now() - start) / 1000,
    totals: totals ?? null,
    peakMegabytes: otherSeconds === undefined ? peakMegabytes() : null,
  } satisfies Answer);
});
