import { describe, expect, it } from "vitest";
import { invocationRecords } from "../../src/tables/invocation-records.ts";
import { ask, at, type Cells } from "./ask.ts";

const [A, B] = ["111122223333", "444455556666"];
const usd = (dollars: number): string => dollars.toFixed(12);

describe("records", () => {
  const call = (n: number, cells: Cells = {}): Cells => ({
    ...{ dt: "2026-06-10", hour: 10, event_time: `2026-06-10 10:0${n}`, status: "ok", price_status: "priced", team: "core" },
    ...{
      input_tokens: n,
      output_tokens: 10 * n,
      cache_read_tokens: 100 * n,
      cache_write_5m_tokens: 1000 * n,
      cache_write_1h_tokens: 10_000 * n,
    },
    ...{ list_cost: n, estimated_cost: 2 * n, estimated_cost_high: 3 * n },
    ...cells,
  });

  it("of all invocations add up to what the summary says", async () => {
    const invocations = [
      call(1, { price_status: "unpriced" }),
      call(2, { price_status: "uncounted", team: "unattributed" }),
      call(3, { price_status: "not_token_priced" }),
      call(4, { price_status: "estimated", status: "error" }),
      call(5, { price_status: "estimated" }),
    ];
    const sums = {
      ...{
        input_tokens: 15,
        output_tokens: 150,
        cache_read_tokens: 1500,
        cache_write_5m_tokens: 15_000,
        cache_write_1h_tokens: 150_000,
      },
      ...{ list_usd: usd(15), estimated_usd: usd(30), estimated_high_usd: usd(45), guessed_usd: usd(18) },
    };
    const counts = {
      invocations: 5,
      unpriced: 1,
      uncounted: 1,
      not_token_priced: 1,
      price_estimated: 2,
      unattributed: 1,
      errors: 1,
    };
    expect(await ask("rollups/invocation_counts", {}, { invocations })).toEqual([
      { ...counts, ...sums, first_event: at("2026-06-10 10:01"), last_event: at("2026-06-10 10:05") },
    ]);
    const nothing = Object.entries({ ...counts, ...sums }).map(([name, value]) => [name, typeof value === "string" ? usd(0) : 0]);
    expect(await ask("rollups/invocation_counts", {}, { invocations: [] })).toEqual([Object.fromEntries(nothing)]);
  });

  it("of an hour are compared with its usage, and named where the two differ in anything", async () => {
    const invocations = [call(1, { status: "error" }), call(2), call(3, { hour: 11 }), call(3, { dt: "2026-06-11" })];
    const of = (changes: Cells = {}): Cells[] => [
      { dt: "2026-06-10", hour: 10, invocations: 1, errors: 1, total_tokens: 11_111, estimated_cost: 2, ...changes },
      { dt: "2026-06-10", hour: 10, invocations: 1, errors: 0, total_tokens: 22_222, estimated_cost: 4 },
      { dt: "2026-06-10", hour: 11, invocations: 7, errors: 7, total_tokens: 7, estimated_cost: 7 },
      { dt: "2026-06-11", hour: 10, invocations: 7, errors: 7, total_tokens: 7, estimated_cost: 7 },
    ];
    const asked = (changes?: Cells) =>
      ask("rollups/recounted_hour", { day: "2026-06-10", hour: 10 }, { invocations, hourly_usage: of(changes) });
    expect(await asked()).toEqual([]);
    const counted = { counted_calls: 2, counted_errors: 1, counted_tokens: 33_333, counted_cost: usd(6) };
    const summed = { summed_calls: 2, summed_errors: 1, summed_tokens: 33_333, summed_cost: usd(6) };
    expect(await asked({ invocations: 2 })).toEqual([{ ...counted, ...summed, summed_calls: 3 }]);
    expect(await asked({ errors: 0 })).toEqual([{ ...counted, ...summed, summed_errors: 0 }]);
    expect(await asked({ total_tokens: 1 })).toEqual([{ ...counted, ...summed, summed_tokens: 22_223 }]);
    expect(await asked({ estimated_cost: 3 })).toEqual([{ ...counted, ...summed, summed_cost: usd(7) }]);
    expect(await ask("rollups/recounted_hour", { day: "2026-06-10", hour: 10 }, { invocations, hourly_usage: [] })).toEqual([
      { ...counted, summed_calls: 0, summed_errors: 0, summed_tokens: 0, summed_cost: usd(0) },
    ]);
    const nothing = { invocations: [], hourly_usage: of() };
    expect(await ask("rollups/recounted_hour", { day: "2026-06-10", hour: 10 }, nothing)).toEqual([
      { ...summed, counted_calls: 0, counted_errors: 0, counted_tokens: 0, counted_cost: usd(0) },
    ]);
  });

  const record = (cells: Cells = {}): Cells => ({
    ...{
      dt: "2026-06-10",
      hour: 10,
      account_id: A,
      region: "us-east-1",
      request_id: "r",
      source_object: "o",
      source_line: 1,
      source_part: 0,
    },
    ...cells,
  });
  const keys = { account_id: B, region: "us-west-2", request_id: "s", source_object: "p", source_line: 2, source_part: 1 };

  it("of a compacted hour keep every column", async () => {
    const table = [...invocationRecords.columns, ...invocationRecords.partitions];
    const values: Readonly<Record<string, (n: number) => string>> = {
      ...{ boolean: () => "true", timestamp: (n) => `2026-06-10 10:${String(n).padStart(2, "0")}`, date: () => "2026-06-10" },
      ...{ "map(varchar,varchar)": (n) => `{k=${n}}`, "array(varchar)": (n) => `[${n}]` },
    };
    const own = { dt: "2026-06-10", hour: "10", copy_rank: "2" };
    const row = {
      ...Object.fromEntries(table.map(({ name, type }, index) => [name, values[type]?.(index) ?? String(index + 1)])),
      ...own,
    };
    const given = { invocation_records: [row] };
    const [found] = await ask("rollups/compacted_hour", { day: "2026-06-10", hour: 10 }, given);
    const text = (value: unknown): string =>
      typeof value === "object" ? JSON.stringify(value).replaceAll(/["']/g, "").replaceAll(":", "=") : String(value);
    const same = Object.entries(found ?? {}).map(([name, value]) => [name, text(value).replace(/\.0+$/, "")]);
    expect(Object.fromEntries(same)).toEqual(
      Object.fromEntries(
        Object.entries(row)
          .filter(([name]) => name !== "dt" && name !== "hour")
          .map(([name, value]) => [name, / 10:/.test(value) ? at(value).replace(/\.0+$/, "") : value]),
      ),
    );
  });

  it("of a compacted hour are there once, in order", async () => {
    const asked = async (...invocation_records: readonly Cells[]) =>
      await ask("rollups/compacted_hour", { day: "2026-06-10", hour: 10 }, { invocation_records });
    expect(
      await asked(
        record({ copy_rank: 2, team: "compacted" }),
        record({ team: "landed" }),
        record({ hour: 11 }),
        record({ dt: "2026-06-11" }),
      ),
    ).toEqual([
      {
        ...{
          account_id: A,
          region: "us-east-1",
          request_id: "r",
          source_object: "o",
          source_line: 1,
          source_part: 0,
          team: "landed",
        },
        copy_rank: 2,
      },
    ]);
    for (const [name, value] of Object.entries(keys))
      expect([name, (await asked(record(), record({ [name]: value }))).length]).toEqual([name, 2]);
    // Sorted by each in turn: later ones go the other way.
    const order = [
      "team",
      "model",
      "principal_arn",
      "event_time",
      "source_object",
      "source_line",
      "source_part",
      "request_id",
      "account_id",
      "region",
    ];
    const text = (name: string, n: number): string => (name === "event_time" ? `2026-06-10 10:0${n}` : String(n));
    for (const [index, name] of order.entries()) {
      const row = (n: number): Cells =>
        record(
          Object.fromEntries(order.map((each, place) => [each, text(each, place < index ? 5 : place === index ? n : 9 - n)])),
        );
      const rows = await asked(row(2), row(1));
      expect([name, rows.map((each) => each[name])]).toEqual([name, (await asked(row(1), row(2))).map((each) => each[name])]);
      expect(String(rows[0]?.[name]) < String(rows[1]?.[name])).toBe(true);
    }
  });

  it("name their principals, beside those that were known before", async () => {
    const invocation_records = ["2026-06-09", "2026-06-10", "2026-06-11"].map((dt) => ({
      dt,
      principal_arn: `p${dt.slice(-2)}`,
    }));
    const principals = [{ principal_arn: "p0" }, { principal_arn: "p10" }];
    const given = { invocation_records: [...invocation_records, { dt: "2026-06-10" }], principals };
    expect(await ask("rollups/principals_seen", { from: "2026-06-10", to: "2026-06-10" }, given)).toEqual([
      { principal_arn: "p0" },
      { principal_arn: "p10" },
    ]);
    expect(await ask("rollups/landed_days", {}, given)).toEqual([
      { first_day: "2026-06-09", last_day: "2026-06-11", records: 4 },
    ]);
  });
});
