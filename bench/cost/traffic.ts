import { gzipSync } from "node:zlib";
import { monthOf, workday } from "../../src/generate/calendar.ts";
import type { Call } from "../../src/generate/call.ts";
import { staff } from "../../src/generate/directory.ts";
import { schedule } from "../../src/generate/incidents.ts";
import { pack } from "../../src/generate/log-objects.ts";
import { createPlanner } from "../../src/generate/plan.ts";
import { createRandom, type Random } from "../../src/generate/random.ts";

export interface Volume {
  /** Calls a month. */
  readonly calls: number;
  /** Records in a log object: Bedrock decides, and documents nothing; the one figure of the simulation that comes from nowhere but a guess. */
  readonly records: number;
  /** Size of the invented company: how many people and services call. */
  readonly company: number;
  /** Dollars a month that it may cost. */
  readonly goal: number;
}

export const VOLUMES: readonly Volume[] = [
  { calls: 1_000_000, records: 20, company: 1, goal: 10 },
  { calls: 10_000_000, records: 50, company: 2, goal: 12 },
  { calls: 100_000_000, records: 200, company: 4, goal: 25 },
  { calls: 1_000_000_000, records: 1000, company: 4, goal: 80 },
];

export const objectsOf = ({ calls, records }: Volume): number => calls / records;

const SEED = 7;
/** A delivery holds what was called in so long. Milliseconds. */
export const SPAN_MS = 60_000;

export interface LogFile {
  readonly key: string;
  readonly bytes: Buffer;
}

/** Log objects of the invented company's ordinary calls, as many records in each as wanted. */
export class Traffic {
  readonly #places: readonly (readonly Call[])[];
  readonly #random: Random;
  readonly #next = new Map<readonly Call[], number>();

  constructor(company: number) {
    const month = monthOf("2026-10");
    const planner = createPlanner(SEED, company, month, staff(SEED, company), schedule(month));
    const { calls } = planner.plan(workday(month, 0));
    const ordinary = calls.filter(({ incident, oddity }) => incident === undefined && oddity !== "offloaded");
    this.#places = [...Map.groupBy(ordinary, ({ target }) => `${target.accountId} ${target.region}`).values()];
    this.#random = createRandom(SEED, "sim-objects", company);
  }

  /** @param at when the last of them is delivered, milliseconds */
  objects(count: number, records: number, at: number): LogFile[] {
    return Array.from({ length: count }, () => {
      // Places by how much is called there.
      const all = this.#places.flatMap((calls) => Array<readonly Call[]>(Math.ceil(calls.length / 200)).fill(calls));
      const calls = this.#random.pick(all);
      const taken = Array.from({ length: records }, (_, index) => {
        const from = this.#next.get(calls) ?? 0;
        this.#next.set(calls, from + 1);
        const call = calls[from % calls.length];
        if (call === undefined) throw new RangeError("sim:cost: a place without calls");
        const time = Math.floor((at - 2 * SPAN_MS + (index * SPAN_MS) / records) / 1000) * 1000;
        return { call: { ...call, time }, requestId: this.#random.uuid() };
      });
      const { key, lines } = pack(taken, this.#random, SPAN_MS);
      return { key, bytes: gzipSync(lines.join("\n"), { level: 1 }) };
    });
  }
}
