import { describe, expect, it } from "vitest";
import type { DimensionWriter } from "../../src/billing/dimensions.ts";
import { askedAnew } from "../../src/billing/month-answers.ts";
import { reconcileMonths } from "../../src/billing/reconcile-months.ts";
import { thirdWitness, witnessDays } from "../../src/billing/third-witness.ts";
import { usageOfMonths } from "../../src/billing/usage-of-months.ts";
import type { BillingApi, QueryParams, Row } from "../../src/ports.ts";
import { FakeWarehouse } from "../anomaly/memory.ts";

/** Bill and log of some months, what was remembered, and everything that is replaced. */
class World extends FakeWarehouse {
  readonly replaced: string[] = [];
  readonly asked: [string, QueryParams][] = [];
  readonly memory: Row[][] = [];
  /** Tables of which a month cannot be replaced. */
  broken: string | undefined;

  constructor(months: readonly string[], log = months) {
    const answers: Record<string, () => Row[]> = {
      "billing/bill_months": () =>
        months.map((month) => ({ period: month, usage_month: month, adjustments: 0, lines: 5, fingerprint: `bill ${month}` })),
      "billing/usage_months": () => log.map((month) => ({ month, to_reconcile: true, fingerprint: `log ${month}` })),
      "billing/settled_months": () => [],
      "billing/reconciled_months": () => this.memory.at(-1) ?? [],
    };
    super(answers);
  }

  override async replaceDays(
    table: string,
    query: string,
    range: { from: string; to: string },
    params: QueryParams = {},
  ): Promise<number> {
    if (`${range.from.slice(0, 7)} ${table}` === this.broken) throw new Error("out of memory");
    this.replaced.push(`${range.from} ${range.to} ${table}`);
    this.asked.push([query, params]);
    return 1;
  }

  readonly dimensions: DimensionWriter = {
    write: async (table: string, rows: readonly Row[]) => {
      if (table === "reconciled_months") this.memory.push([...rows]);
    },
  } as DimensionWriter;

  run(given: { timeLeft?: () => number; toleranceUsd?: string } = {}) {
    const { timeLeft = () => Number.POSITIVE_INFINITY, toleranceUsd = "0.01" } = given;
    return reconcileMonths({
      warehouse: this,
      dimensions: this.dimensions,
      limits: { toleranceUsd, quantityTolerance: "0.001" },
      usage: () => usageOfMonths(askedAnew(this), { ends: [], profiles: [], usageTypes: [] }),
      timeLeft,
    });
  }
}

describe("reconciling month by month", () => {
  it("replaces each table of each month once, whole months, and does nothing the next time", async () => {
    const world = new World(["2026-09", "2026-10"]);
    expect(await world.run()).toEqual({ done: ["2026-10", "2026-09"], waiting: [], failures: [] });
    expect(world.replaced).toHaveLength(2 * 8);
    expect(new Set(world.replaced.map((text) => text.slice(0, 21)))).toEqual(
      new Set(["2026-10-01 2026-10-31", "2026-09-01 2026-09-30"]),
    );
    expect(await world.run()).toEqual({ done: [], waiting: [], failures: [] });
    expect(world.replaced).toHaveLength(16);
  });

  it("gives each query what it is asked with", async () => {
    const world = new World(["2026-10"]);
    await world.run();
    expect(Object.fromEntries(world.asked)).toEqual({
      "billing/charge_groups": { tolerance_usd: "0.01" },
      "billing/bill_matches": {},
      "billing/midnight_matches": {},
      "billing/charge_parts": { quantity_tolerance: "0.001", groups_from: "2026-10-01" },
      "billing/usage_claims": { usage_from: "2026-10-01", usage_to: "2026-10-31" },
      "billing/adjustment_claims": { lines_from: "2026-10-01" },
      "billing/allocated_charges": {},
      "billing/logged_charges": {},
    });
  });

  it("does everything again when a limit is another one", async () => {
    const world = new World(["2026-10"]);
    await world.run();
    expect((await world.run({ toleranceUsd: "0.02" })).done).toEqual(["2026-10"]);
    expect(world.replaced).toHaveLength(16);
  });

  it("leaves to the next run what there is no time for, the newest month first, and says which months wait", async () => {
    const world = new World(["2026-08", "2026-09", "2026-10"]);
    const ends = { timeLeft: () => (world.replaced.length < 9 ? 600_000 : 89_999) };
    const first = await world.run(ends);
    expect(first.waiting).toContain("2026-08");
    expect(world.replaced.some((text) => text.startsWith("2026-10-01") && text.endsWith(" allocated_charges"))).toBe(true);
    const second = await world.run();
    expect(second.waiting).toEqual([]);
    expect(world.replaced).toHaveLength(3 * 8);
    expect(new Set(world.replaced).size).toBe(24);
  });

  it("does not do what hangs on a step that failed, does the rest, and tries again the next time", async () => {
    const world = new World(["2026-08", "2026-10"]);
    world.broken = "2026-10 charge_parts";
    const first = await world.run();
    expect(first).toMatchObject({ done: ["2026-10", "2026-08"], waiting: ["2026-10"] });
    expect(first.failures.map(String)).toEqual(["Error: out of memory"]);
    expect(world.replaced.some((text) => text.startsWith("2026-10") && text.endsWith("allocated_charges"))).toBe(false);
    expect(world.replaced.some((text) => text.startsWith("2026-08") && text.endsWith("allocated_charges"))).toBe(true);
    world.broken = undefined;
    expect(await world.run()).toEqual({ done: ["2026-10"], waiting: [], failures: [] });
    // Where the first step of the only month fails, nothing of it is done.
    const other = new World(["2026-10"]);
    other.broken = "2026-10 charge_groups";
    expect(await other.run()).toMatchObject({ done: [], waiting: ["2026-10"] });
  });

  it("remembers a step as undone while it is replaced: a run that is cut off leaves it to the next", async () => {
    const world = new World(["2026-10"]);
    await world.run();
    const [before] = world.memory;
    expect(before?.map(({ fingerprint }) => fingerprint)).toEqual(Array(5).fill(null));
    expect(world.memory.at(-1)?.every(({ fingerprint }) => typeof fingerprint === "string")).toBe(true);
  });

  it("empties the month that is on the bill and in the log no more, and forgets it", async () => {
    const world = new World(["2026-09", "2026-10"]);
    await world.run();
    const rest = new World(["2026-10"]);
    rest.memory.push(world.memory.at(-1) ?? []);
    expect((await rest.run()).done).toContain("2026-09");
    expect(rest.replaced.filter((text) => text.startsWith("2026-09"))).toHaveLength(8);
    expect(new Set(rest.memory.at(-1)?.map(({ month }) => month))).toEqual(new Set(["2026-10"]));
    rest.replaced.length = 0;
    await rest.run();
    expect(rest.replaced).toEqual([]);
  });
});

describe("Cost Explorer beside the bill", () => {
  const asked: string[][] = [];
  const api = (charges: readonly (readonly [dt: string, usd: string])[]): BillingApi => ({
    calls: 1,
    cost: 10_000_000_000n,
    charges: async (from, to) => {
      asked.push([from, to]);
      return charges.map(([dt, usd]) => ({ dt, service: "Amazon Bedrock", usd, estimated: false }));
    },
    forecast: async () => ({ usd: "100", low: "80", high: "130" }),
  });
  const day = (date: string, status: string, billedUsd: string) => ({ day: date, status, billedUsd, estimatedUsd: billedUsd });

  it("is compared up to the last whole day, forecast from today, and disagrees only beyond the limit", async () => {
    const days = [day("2026-10-01", "final", "50"), day("2026-10-02", "billed", "50"), day("2026-10-03", "provisional", "1")];
    const of = (usd: string, limit = 0.02) =>
      thirdWitness(
        api([
          ["2026-10-01", usd],
          ["2026-10-03", "7"],
          ["2026-10-04", "9"],
        ]),
        "2026-10",
        days,
        { limit, today: "2026-10-04" },
      );
    expect(await of("100")).toMatchObject({
      to: "2026-10-02",
      explorerUsd: "100.00",
      billedUsd: "100.00",
      billedGap: 0,
      findings: [],
      forecastUsd: "207.00",
    });
    expect((await of("98")).findings).toEqual([]);
    expect((await of("97.9")).findings).toMatchObject([{ code: "witnesses_disagree", severity: "note" }]);
    expect((await of("103")).findings[0]?.message).toContain(
      "$103.00 up to 2026-10-02 and the CUR $100.00, 2.9 % apart and more than the 2.0 %",
    );
  });

  it("is not forecast for a month that is over, and has no gap of nothing", async () => {
    const over = await thirdWitness(api([]), "2026-09", [day("2026-09-30", "final", "0")], { limit: 0.02, today: "2026-10-04" });
    expect(over).toMatchObject({ forecastUsd: null, forecastLowUsd: null, forecastHighUsd: null, billedGap: null, findings: [] });
    expect(asked.at(-1)).toEqual(["2026-09-01", "2026-09-30"]);
    await thirdWitness(api([]), "2026-10", [], { limit: 0.02, today: "2026-10-01" });
    expect(asked.at(-1)).toEqual(["2026-10-01", "2026-10-01"]);
  });

  it("is asked of the days that the bill has, each with its status", async () => {
    let range: QueryParams = {};
    const warehouse = new FakeWarehouse({
      "billing/witness_days": (params) => {
        range = params;
        return [
          { dt: "2026-10-02", billed_cost: "2", estimated_cost: "3" },
          { dt: "2026-10-09", billed_cost: "1", estimated_cost: "1" },
        ];
      },
    });
    const given = [
      { day: "2026-10-02", status: "final" },
      { day: "2026-10-01", status: "billed" },
    ];
    expect(await witnessDays(warehouse, given)).toEqual([
      { day: "2026-10-02", status: "final", billedUsd: "2", estimatedUsd: "3" },
      { day: "2026-10-09", status: "provisional", billedUsd: "1", estimatedUsd: "1" },
    ]);
    expect(range).toEqual({ from: "2026-10-01", to: "2026-10-02" });
    expect(await witnessDays(warehouse, [])).toEqual([]);
  });
});
