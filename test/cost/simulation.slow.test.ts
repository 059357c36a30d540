import { beforeAll, describe, expect, it, vi } from "vitest";
import type { MonthOf } from "../../bench/cost/month.ts";
import { type Simulation, simulate } from "../../bench/cost/simulate.ts";
import { VOLUMES } from "../../bench/cost/traffic.ts";
import { dollars, plus, usageOf } from "../../bench/cost/usage.ts";
import { packaged } from "../functions/packaged.ts";

vi.setConfig({ hookTimeout: 3_600_000 });

/** A short run of `npm run sim:cost`, as with --quick. */
describe("what a stack costs in a month", () => {
  const [million] = VOLUMES;
  let done: Simulation;
  beforeAll(async () => {
    done = await simulate(await packaged(), { objects: 20 });
  });

  it.each(VOLUMES.map(({ calls, goal }, at) => [calls, goal, at] as const))(
    "is at %i calls at most $%i, in the first month and with 400 days kept",
    (calls, goal, at) => {
      for (const month of [done.first[at], done.later[at]]) {
        expect(month?.volume.calls).toBe(calls);
        expect(month?.dollars).toBeLessThanOrEqual(goal);
      }
    },
  );

  it("does not grow with the days that are kept, but for what is stored", () => {
    const running = (month: MonthOf | undefined): number =>
      dollars(plus(...(month?.parts ?? []).filter(({ name }) => name !== "storage").map(({ usage }) => usage)));
    expect(running(done.first[0])).toBeGreaterThan(1);
    expect(running(done.later[0]) - running(done.first[0])).toBeLessThanOrEqual(0.4);
  });

  it("is at most $6 for what is there without traffic: metrics, alarms, key and its requests, logs", () => {
    const fixed =
      done.later[0]?.parts.filter(({ name }) => ["metrics, alarms", "key", "key requests", "logs"].includes(name)) ?? [];
    expect(fixed).toHaveLength(4);
    expect(dollars(plus(...fixed.map(({ usage }) => usage)))).toBeLessThanOrEqual(6);
  });

  it("counts requests of every part that makes some", () => {
    const of = (name: string) => done.later[0]?.parts.find((part) => part.name === name)?.usage ?? {};
    // A file and a ledger entry for each log object, and one reading of it.
    const objects = (million?.calls ?? 0) / (million?.records ?? 1);
    expect(of("ingest").s3_write).toBeGreaterThanOrEqual(2 * objects);
    expect(of("ingest").s3_read).toBeGreaterThanOrEqual(objects);
    expect(of("detect").s3_write).toBeGreaterThan(8_640);
    for (const job of ["reconcile", "report"]) expect(of(job).athena_mib, job).toBeGreaterThan(0);
    for (const name of ["ingest", "detect", "compact", "reconcile", "report"])
      expect(of(name).lambda_gb_second, name).toBeGreaterThan(0);
  });

  it("opens fewer than 2,000 files for a question over a month", () => {
    expect(done.later[0]?.monthFiles).toBeLessThan(2_000);
  });
});

describe("prices", () => {
  it("are those of one list", () => {
    expect(dollars({ s3_write: 1_000_000, s3_read: 1_000_000, athena_mib: 1024 * 1024 })).toBeCloseTo(5 + 0.4 + 5, 9);
  });

  it("refuse a service that nobody priced", () => {
    const request = { caller: "detect", service: "dynamodb", operation: "GetItem", place: "" };
    expect(() => usageOf(request, 10)).toThrow("sim:cost: no price for requests to dynamodb (GetItem)");
  });
});
