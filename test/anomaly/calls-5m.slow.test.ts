import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { queryFile, queryNames } from "../../src/query/files.ts";
import { HOUR, MINUTE, START, USD } from "./factories.ts";
import { dataOf, type FakeCall } from "./fake-data.ts";

describe("calls by five minutes", () => {
  it("are all that a detector reads of calls: none opens records, however often it runs", () => {
    const reading = queryNames("anomalies").filter((name) =>
      queryFile(name).header.reads.some((table) => ["invocations", "invocation_records"].includes(table)),
    );
    expect(reading).toEqual([]);
  });

  const call = fc.record({
    at: fc.integer({ min: 0, max: 4 * 60 }).map((minute) => START + 9 * HOUR + minute * MINUTE + 7_000),
    person: fc.constantFrom("ann@example.com", "bo@example.com"),
    team: fc.constantFrom("core", "search"),
    model: fc.constantFrom("claude-sonnet-4-6", "nova-lite"),
    tokens: fc.integer({ min: 1, max: 5_000 }),
    cost: fc.option(fc.bigInt({ min: 0n, max: 2n * USD })),
    guessed: fc.boolean(),
    error: fc.option(fc.constantFrom("throttling", "client", "server", "model"), { nil: undefined }),
  });

  it("sum to the records, to the call, the token and the pico-dollar", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(call, { minLength: 1, maxLength: 120 }), async (given) => {
        const data = await dataOf(given.map(({ error, ...rest }): FakeCall => ({ ...rest, ...(error ? { error } : {}) })));
        const sums = async (from: string): Promise<unknown> => (await data.warehouse.adhoc(from)).rows;
        const byCalls = await sums(
          `select team, model, person, cast(sum(invocations) as bigint) as n, cast(sum(errors) as bigint) as failed, cast(sum(total_tokens) as bigint) as tokens,
             sum(estimated_cost) as cost, sum(error_cost) as wasted, sum(guessed_cost) as guessed, cast(sum(throttles + client_errors + server_errors + model_errors) as bigint) as classed,
             min(bucket) <= min(bucket) as ordered
           from calls_5m group by all order by all`,
        );
        const byRecords = await sums(
          `select team, model, person, count(*) as n, count(*) filter (where status = 'error') as failed,
             cast(sum(input_tokens + output_tokens + cache_read_tokens + cache_write_5m_tokens + cache_write_1h_tokens) as bigint) as tokens,
             cast(coalesce(sum(estimated_cost), 0) as decimal(38,12)) as cost, cast(coalesce(sum(estimated_cost) filter (where status = 'error'), 0) as decimal(38,12)) as wasted,
             cast(coalesce(sum(estimated_cost) filter (where price_status = 'estimated'), 0) as decimal(38,12)) as guessed,
             count(*) filter (where error_class in ('throttling', 'client', 'server', 'model')) as classed, true as ordered
           from invocations group by all order by all`,
        );
        expect(byCalls).toEqual(byRecords);
        const quarters = await data.warehouse.adhoc(
          "select count(*) as n from (select principal_arn, dt, hour, sum(first_calls) as f, sum(last_calls) as l, sum(invocations) as n from calls_5m group by all) where f < l or f > ceil(n / 4)",
        );
        expect(quarters.rows).toEqual([{ n: 0 }]);
        data.close();
      }),
      { numRuns: 12 },
    );
  });

  it("name the errors of failed calls, the commonest first, and of no others", async () => {
    const at = START + 9 * HOUR;
    const failed = (error: "server" | "throttling", errorCode?: string): FakeCall => ({
      at,
      error,
      ...(errorCode === undefined ? {} : { errorCode }),
    });
    const data = await dataOf([
      ...Array.from({ length: 6 }, () => failed("server", "ServiceUnavailableException")),
      ...Array.from({ length: 3 }, () => failed("throttling", "ThrottlingException")),
      failed("server"),
      ...Array.from({ length: 50 }, () => ({ at })),
    ]);
    const { rows } = await data.warehouse.query("anomalies/contributors", {
      from: new Date(at).toISOString(),
      to: new Date(at + 5 * MINUTE).toISOString(),
      measure: "errors",
    });
    data.close();
    expect(
      rows.flatMap((row) => (row["dimension"] === "error_code" ? [[row["name"], row["amount"], row["whole"]]] : [])),
    ).toEqual([
      ["ServiceUnavailableException", 6, 10],
      ["ThrottlingException", 3, 10],
      ["unknown", 1, 10],
    ]);
  });
});
