import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { tables } from "../../src/tables/index.ts";
import { DAY, HOUR, START, USD } from "../anomaly/factories.ts";
import { dataOf, type FakeCall, type FakeData } from "../anomaly/fake-data.ts";

/** What the first version knew, recorded from its commit: a stack that is rolled back reads today's bucket with it. */
const RECORDED = join(import.meta.dirname, "../fixtures/first-release");
const fields = z.array(z.tuple([z.string(), z.string()]));
const { tables: known } = z
  .object({ tables: z.array(z.object({ name: z.string(), format: z.string(), partitions: fields, columns: fields })) })
  .parse(JSON.parse(readFileSync(join(RECORDED, "tables.json"), "utf8")));

/** Tables that a stack never had: between steps on one machine, made anew by each run. */
const STEPS = ["charge_groups", "bill_matches", "midnight_matches", "logged_charges"];

describe("tables of the first version", () => {
  it.each(known.filter(({ name }) => !STEPS.includes(name)))(
    "$name is there, with every column, its type and its partitions",
    ({ name, format, partitions, columns }) => {
      const now = tables().find((table) => table.name === name);
      expect(now?.format).toBe(format);
      expect(now?.partitions.map((column) => [column.name, column.type])).toEqual(partitions);
      const types = new Map(now?.columns.map((column) => [column.name, column.type]));
      for (const [column, type] of columns) expect(types.get(column), column).toBe(type);
    },
  );

  it("records every table that there was", () => {
    expect(known.map(({ name }) => name)).toEqual(
      expect.arrayContaining(["invocation_records", "hourly_usage", "ingested_objects"]),
    );
  });
});

describe("the first version's view of calls", () => {
  let data: FakeData;
  const calls = Array.from(
    { length: 60 },
    (_, index): FakeCall => ({
      at: START + DAY + (index % 30) * HOUR,
      cost: (USD * BigInt(index + 1)) / 100n,
      ...(index % 7 === 0 ? { error: "throttling" as const } : {}),
    }),
  );
  beforeAll(async () => {
    data = await dataOf(calls);
  });
  afterAll(() => data.close());

  it("gives the same calls and dollars over today's records as today's view", async () => {
    const earlier = readFileSync(join(RECORDED, "invocations.sql"), "utf8");
    const of = (source: string): string =>
      `select count(*) as calls, count(distinct request_id) as ids, sum(estimated_cost) as usd, count(error_class) as failed from ${source}`;
    const [before] = (await data.warehouse.adhoc(of(`(${earlier})`))).rows;
    const [now] = (await data.warehouse.adhoc(of("invocations"))).rows;
    expect(before).toEqual(now);
    expect(Number(now?.["calls"])).toBe(calls.length);
  });
});
