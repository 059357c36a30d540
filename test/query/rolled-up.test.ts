import { describe, expect, it } from "vitest";
import { ask, at, type Cells } from "./ask.ts";

const usd = (dollars: number): string => dollars.toFixed(12);
/** Rows without what is nothing in them. */
const counted = (rows: readonly Cells[]) =>
  rows.map((row) => Object.fromEntries(Object.entries(row).filter(([, value]) => Number(value) !== 0 || value === false)));
const DAY = { from: "2026-06-10", to: "2026-06-10" };
const same = {
  account_id: "111122223333",
  region: "us-east-1",
  team: "core",
  model: "m1",
  model_tier: "premium",
  principal_arn: "p1",
};
const who = { principal_type: "user", principal_name: "ci", session_name: "s", person: "ann" };

/** The nth call: its figures say which one it is. */
const call = (n: number, time: string, cells: Cells = {}): Cells => ({
  ...{ dt: "2026-06-10", hour: 10, event_time: `2026-06-10 ${time}`, delivered_at: `2026-06-10 ${time}`, request_id: `r${n}` },
  ...{ ...same, ...who, status: "ok", price_status: "priced", estimated_cost: 2 ** (n - 1) },
  ...{
    input_tokens: n,
    cache_read_tokens: 10 * n,
    cache_write_5m_tokens: 100 * n,
    cache_write_1h_tokens: 1000 * n,
    output_tokens: 10_000 * n,
  },
  ...cells,
});
const failed = (error_class: string, error_code?: string): Cells => ({
  status: "error",
  error_class,
  ...(error_code ? { error_code } : {}),
});
const nobody = (cells: Cells): Cells => Object.fromEntries(Object.entries(cells).filter(([name]) => name !== "principal_arn"));

describe("calls of five minutes", () => {
  const invocations = [
    call(1, "10:00:00", failed("throttling", "Throttling")),
    // Two minutes after a failed one, with a short prompt and answer.
    call(2, "10:02:00"),
    call(3, "10:04:59"),
    call(4, "10:05:00", failed("client", "AccessDeniedException")),
    call(5, "10:06:00", failed("server", "Internal")),
    call(6, "10:06:00", { ...failed("model"), model: "m2", price_status: "estimated" }),
    // A second too late for a retry.
    nobody(call(7, "10:08:01", { price_status: "unpriced", principal_arn: "p1" })),
    call(8, "10:09:59", { status: "blocked", price_status: "estimated", delivered_at: "2026-06-10 10:14:59" }),
    call(1, "10:00:00", { dt: "2026-06-09" }),
    call(1, "10:00:00", { dt: "2026-06-11" }),
  ].map((row, index) => {
    const { estimated_cost: _, ...unpriced } = row;
    return index === 6 ? { ...unpriced, principal_arn: "p1" } : row;
  });
  const five = (bucket: string, cells: Cells): Cells => ({
    ...{
      dt: "2026-06-10",
      hour: 10,
      bucket: at(`2026-06-10 ${bucket}`),
      arrival: at(`2026-06-10 ${bucket}`),
      ...same,
      ...who,
      invocations: 1,
    },
    ...cells,
  });

  it("are summed by bucket, delivery, caller, model and error; retries and quarters of the hour are the caller's", async () => {
    const rows = await ask("rollups/calls_5m", { ...DAY, prompt_limit: 2222, output_limit: 20_000 }, { invocations });
    expect(counted(rows as Cells[])).toEqual([
      five("10:00", {
        ...{
          error_code: "Throttling",
          errors: 1,
          throttles: 1,
          total_tokens: 11_111,
          estimated_cost: usd(1),
          error_cost: usd(1),
        },
        ...{ first_calls: 1, first_prompt_tokens: 1111 },
      }),
      five("10:00", {
        ...{
          invocations: 2,
          total_tokens: 55_555,
          estimated_cost: usd(6),
          answered_cost: usd(6),
          short_calls: 1,
          short_cost: usd(2),
        },
        ...{ retries: 1, retries_answered: 1, retry_cost: usd(2), first_calls: 1, first_prompt_tokens: 2222 },
      }),
      five("10:05", {
        ...{ error_code: "AccessDeniedException", errors: 1, client_errors: 1, denied: 1, total_tokens: 44_444 },
        ...{ estimated_cost: usd(8), error_cost: usd(8), denied_cost: usd(8) },
      }),
      five("10:05", {
        ...{
          error_code: "Internal",
          errors: 1,
          server_errors: 1,
          total_tokens: 55_555,
          estimated_cost: usd(16),
          error_cost: usd(16),
        },
        ...{ retries: 1, retry_cost: usd(16) },
      }),
      five("10:05", { unpriced: 1, total_tokens: 77_777, last_calls: 1, last_prompt_tokens: 7777 }),
      five("10:05", {
        ...{ model: "m2", errors: 1, model_errors: 1, total_tokens: 66_666, estimated_cost: usd(32), error_cost: usd(32) },
        ...{ guessed_cost: usd(32), guessed_error_cost: usd(32) },
      }),
      five("10:05", {
        ...{ arrival: at("2026-06-10 10:10"), total_tokens: 88_888, estimated_cost: usd(128), guessed_cost: usd(128) },
        ...{ last_calls: 1, last_prompt_tokens: 8888 },
      }),
    ]);
  });

  const short = async (cells: Cells) => {
    const [row] = await ask(
      "rollups/calls_5m",
      { ...DAY, prompt_limit: 2222, output_limit: 20_000 },
      { invocations: [call(2, "10:00:00", cells)] },
    );
    return [row?.["short_calls"], row?.["short_cost"]];
  };
  it.each([
    [{}, true],
    [{ input_tokens: 3 }, false],
    [{ output_tokens: 20_001 }, false],
    [{ model_tier: "fast" }, false],
    [{ status: "error" }, false],
  ])("are short with %j: %s", async (cells, is) => expect(await short(cells as Cells)).toEqual([is ? 1 : 0, usd(is ? 2 : 0)]));

  const retries = async (...calls: readonly Cells[]) => {
    const rows = await ask("rollups/calls_5m", DAY, { invocations: calls });
    return rows.reduce((sum, row) => sum + Number(row["retries"]), 0);
  };
  it("follow a failed one of the same principal and model within the hour, whoever else calls", async () => {
    const first = call(1, "10:00:00", failed("server"));
    expect(await retries(first, call(2, "10:00:00"))).toBe(1);
    expect(await retries(call(2, "10:00:00", failed("server")), call(1, "10:00:00"))).toBe(0);
    expect(await retries(first, call(2, "10:01:00", { model: "m2" }), call(3, "10:01:30"))).toBe(1);
    expect(await retries(first, call(2, "10:01:00", { principal_arn: "p2" }))).toBe(0);
    expect(await retries(first, call(2, "10:00:30", { hour: 11 }))).toBe(0);
    expect(await retries(nobody(first), nobody(call(2, "10:01:00")))).toBe(0);
    // Of two at one moment the first is not the other's, which came five minutes after the failed one as well.
    expect(await retries(call(3, "10:05:00"), call(2, "10:05:00"), first)).toBe(0);
    expect(await retries(call(2, "10:05:00"), call(3, "10:05:00"), first)).toBe(0);
    const late = { delivered_at: "2026-06-10 10:03" };
    expect(await retries({ ...first, ...late }, call(2, "10:00:30"))).toBe(1);
    expect(await retries(call(1, "10:00:00", { status: "blocked" }), call(2, "10:01:00"))).toBe(0);
  });

  it.each([
    [failed("client", "AccessDeniedException"), { error_cost: usd(3), denied_cost: usd(3), client_errors: 2, denied: 2 }],
    [
      { ...failed("server"), price_status: "estimated" },
      { error_cost: usd(3), guessed_cost: usd(3), guessed_error_cost: usd(3), server_errors: 2 },
    ],
    [failed("throttling"), { errors: 2, throttles: 2 }],
    [failed("model"), { errors: 2, model_errors: 2 }],
    [{ price_status: "unpriced" }, { unpriced: 2, answered_cost: usd(3), short_calls: 2, short_cost: usd(3), errors: 0 }],
  ])("add up where they are alike: %j", async (cells, sums) => {
    const invocations = [call(1, "10:00:00", cells), call(2, "10:01:00", cells)];
    expect(await ask("rollups/calls_5m", { ...DAY, prompt_limit: 2222, output_limit: 20_000 }, { invocations })).toMatchObject([
      { invocations: 2, estimated_cost: usd(3), total_tokens: 33_333, ...sums },
    ]);
  });

  it("are of the first or last quarter by their own time, not by that of their delivery", async () => {
    const invocations = [1, 2, 3, 4, 5, 6, 7, 8].map((n) =>
      call(n, `10:00:0${n}`, { delivered_at: `2026-06-10 10:00:0${9 - n}` }),
    );
    expect(await ask("rollups/calls_5m", DAY, { invocations })).toMatchObject([
      { first_calls: 2, first_prompt_tokens: 3333, last_calls: 2, last_prompt_tokens: 16_665 },
    ]);
  });

  it.each(Object.keys({ ...same, ...who }))("are apart where they differ in %s", async (name) => {
    const rows = await ask("rollups/calls_5m", DAY, {
      invocations: [call(1, "10:00:00"), call(2, "10:00:00", { [name]: "another" })],
    });
    expect(rows.map((row) => row[name]).sort()).toEqual([{ ...same, ...who }[name as "team"], "another"].sort());
  });
});

describe("usage of an hour", () => {
  const dimensions = {
    ...{
      ...same,
      ...who,
      inference_region: "us-west-2",
      routing: "geo",
      operation: "Converse",
      model_id: "us.m1",
      inference_profile: "us.m1",
    },
    ...{
      vendor: "anthropic",
      model_family: "claude",
      service_tier: "on-demand",
      cost_center: "4711",
      environment: "prod",
      feature: "chat",
    },
    ...{ attribution_source: "rule:x", person_source: "sso" },
  };
  /** Its costs are n dollars of each kind: 1, 10, 100… of them. */
  const priced = (n: number, cells: Cells = {}): Cells => ({
    ...call(n, "10:00:00", dimensions),
    ...{ input_cost: n, output_cost: 10 * n, cache_read_cost: 100 * n, cache_write_cost: 1000 * n, list_cost: 10_000 * n },
    ...{
      estimated_cost: 2 * n,
      estimated_cost_high: 3 * n,
      uncached_cost: 4 * n,
      latency_ms: 5 * n,
      image_count: n,
      video_seconds: 0.5 * n,
    },
    ...cells,
  });
  const unknown = (row: Cells, ...names: string[]): Cells =>
    Object.fromEntries(Object.entries(row).filter(([name]) => !names.includes(name)));

  it("is the sum and count of its calls", async () => {
    const invocations = [
      priced(1, { ...failed("throttling"), price_status: "estimated" }),
      priced(2, { ...failed("client", "AccessDeniedException"), price_status: "uncounted" }),
      unknown(priced(3, { ...failed("server"), price_status: "not_token_priced" }), "latency_ms", "image_count", "video_seconds"),
      priced(4, { ...failed("model"), price_status: "priced" }),
      unknown(priced(5, { status: "blocked", price_status: "unpriced" }), "estimated_cost", "input_cost"),
      priced(9, { dt: "2026-06-09" }),
      priced(9, { dt: "2026-06-11" }),
    ];
    const rows = await ask("rollups/hourly_usage", DAY, { invocations });
    expect(counted(rows as Cells[])).toEqual([
      {
        ...{
          dt: "2026-06-10",
          hour: 10,
          ...dimensions,
          invocations: 5,
          errors: 4,
          throttles: 1,
          client_errors: 1,
          server_errors: 1,
        },
        ...{ model_errors: 1, blocked: 1, unpriced: 1, uncounted: 1, not_token_priced: 1, price_estimated: 1, denied: 1 },
        ...{
          input_tokens: 15,
          cache_read_tokens: 150,
          cache_write_5m_tokens: 1500,
          cache_write_1h_tokens: 15_000,
          output_tokens: 150_000,
        },
        ...{
          total_tokens: 166_665,
          image_count: 12,
          video_seconds: 6,
          input_cost: usd(10),
          output_cost: usd(150),
          cache_read_cost: usd(1500),
        },
        ...{ cache_write_cost: usd(15_000), list_cost: usd(150_000), estimated_cost: usd(20), estimated_cost_high: usd(45) },
        ...{ uncached_cost: usd(60), error_cost: usd(20), latency_ms_sum: 60, latency_calls: 4, guessed_cost: usd(2) },
      },
    ]);
  });

  it("of which nothing is known is nothing, and not unknown", async () => {
    const costs = [
      "input_cost",
      "output_cost",
      "cache_read_cost",
      "cache_write_cost",
      "list_cost",
      "estimated_cost",
      "estimated_cost_high",
      "uncached_cost",
    ];
    const [row] = await ask("rollups/hourly_usage", DAY, {
      invocations: [unknown(priced(1), ...costs, "latency_ms", "image_count", "video_seconds")],
    });
    expect(costs.map((name) => row?.[name])).toEqual(costs.map(() => usd(0)));
    expect(row).toMatchObject({
      latency_ms_sum: 0,
      latency_calls: 0,
      image_count: 0,
      video_seconds: 0,
      guessed_cost: usd(0),
      error_cost: usd(0),
    });
  });

  it.each(Object.keys(dimensions))("is apart where calls differ in %s", async (name) => {
    const rows = await ask("rollups/hourly_usage", DAY, { invocations: [priced(1), priced(2, { [name]: "another" })] });
    expect(rows.map((row) => row[name]).sort()).toEqual([{ ...dimensions }[name as "team"], "another"].sort());
  });

  it("by request metadata is of the keys that budgets are for", async () => {
    const tagged = (n: number, metadata: string, cells: Cells = {}): Cells => priced(n, { request_metadata: metadata, ...cells });
    const invocations = [
      tagged(1, "{tenant=acme, app=chat}", { price_status: "estimated" }),
      tagged(2, "{tenant=acme}"),
      tagged(3, "{tenant=other, job=x}"),
      unknown(tagged(4, "{tenant=other}", { team: "web" }), "estimated_cost"),
      priced(5),
      tagged(6, "{tenant=acme}", { dt: "2026-06-11" }),
    ];
    const rows = await ask("rollups/metadata_usage", { ...DAY, keys: "tenant\u001fapp", key_count: 2 }, { invocations });
    const row = { dt: "2026-06-10", hour: 10, account_id: same.account_id, team: "core" };
    expect(rows).toEqual([
      { ...row, metadata_key: "app", metadata_value: "chat", invocations: 1, estimated_cost: usd(2), guessed_cost: usd(2) },
      { ...row, metadata_key: "tenant", metadata_value: "acme", invocations: 2, estimated_cost: usd(6), guessed_cost: usd(2) },
      { ...row, metadata_key: "tenant", metadata_value: "other", invocations: 1, estimated_cost: usd(6), guessed_cost: usd(0) },
      {
        ...row,
        metadata_key: "tenant",
        metadata_value: "other",
        team: "web",
        invocations: 1,
        estimated_cost: usd(0),
        guessed_cost: usd(0),
      },
    ]);
    expect(await ask("rollups/metadata_usage", { ...DAY, keys: "", key_count: 0 }, { invocations })).toEqual([]);
  });
});
