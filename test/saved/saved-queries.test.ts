import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { queryFile, queryNames } from "../../src/query/files.ts";
import type { Fixture } from "../report/month-fixture.ts";
import { twoWeeks } from "./two-weeks.ts";

let month: Fixture;
beforeAll(async () => {
  month = await twoWeeks();
});
afterAll(() => month.close());

/** Query, parameters, and the rows it must return: each expected row holds the columns worth stating. */
const ANSWERS: readonly (readonly [
  name: string,
  params: Record<string, string | number>,
  rows: readonly Record<string, unknown>[],
])[] = [
  [
    "top_spenders",
    { top: 2 },
    [
      { person: "ben@example.com", team: "payments", invocations: 3, active_days: 2, estimated_cost: "10.300000000000" },
      { person: "Nightly", team: "search", invocations: 3, estimated_cost: "6.000000000000" },
    ],
  ],
  [
    "movers",
    { to: "2026-10-13", top: 1 },
    [
      { dimension: "model", name: "claude-sonnet-4-6", before_cost: "1.800000000000", now_cost: "6.000000000000" },
      { dimension: "person", name: "(no person)", change: "6.000000000000" },
      { dimension: "team", name: "search", change: "6.000000000000" },
    ],
  ],
  [
    "spend_by_team",
    {},
    [
      { team: "payments", invocations: 3, people: 1, estimated_cost: "10.300000000000", known: "complete" },
      { team: "search" },
      { team: "platform", total_tokens: 5550 },
      { team: "unattributed", invocations: 1, estimated_cost: null, known: "unknown" },
    ],
  ],
  [
    "spend_by_environment",
    {},
    [
      { environment: "(none)", estimated_cost: "16.300000000000" },
      { environment: "prod", estimated_cost: "1.800000000000" },
    ],
  ],
  ["spend_by_feature", {}, [{ feature: "(none)" }, { feature: "chat", invocations: 3 }]],
  ["spend_by_cost_center", {}, [{ cost_center: "unassigned", estimated_cost: "18.100000000000" }]],
  ["spend_by_account", {}, [{ account_id: "111122223333", invocations: 10 }]],
  [
    "spend_by_metadata",
    {},
    [
      { label: "ledger", invocations: 3, estimated_cost: "10.300000000000" },
      { label: "(not sent)", invocations: 7 },
    ],
  ],
  [
    "unit_costs",
    {},
    [
      { model: "claude-opus-4-8", cost_per_1000_calls: 10_300 / 3 },
      { model: "claude-sonnet-4-6", cost_per_1000_calls: 1300 },
      { model: "mystery-1", estimated_cost: null, cost_per_1000_calls: null, known: "unknown" },
    ],
  ],
  [
    "model_mix",
    {},
    [
      { week: "2026-10-05", model_tier: "premium", invocations: 3, call_share: 0.5, cost_share: 10.3 / 12.1 },
      { week: "2026-10-05", model_tier: "standard", call_share: 0.5 },
      { week: "2026-10-12", model_tier: "standard", invocations: 3, cost_share: 1 },
      { week: "2026-10-12", model_tier: "other", invocations: 1, cost_share: 0 },
    ],
  ],
  [
    "cache_efficiency",
    {},
    [
      { team: "search", hit_rate: 0, reads_per_write: null },
      { team: "payments", model: "claude-opus-4-8", hit_rate: 0, reads_per_write: 0, write_cost: "4.000000000000" },
      { team: "platform", hit_rate: 3900 / 5400, reads_per_write: 3.25, miss_cost: "0.300000000000", saved: "2.200000000000" },
      { team: "unattributed" },
    ],
  ],
  [
    "cache_ttl_economics",
    {},
    [
      { model: "claude-opus-4-8", ttl: "1h", calls: 1, write_tokens: 1000, cost_per_million_written: 4000 },
      { model: "claude-sonnet-4-6", ttl: "5m", calls: 2, write_tokens: 1200, read_tokens: 1000, write_cost: "0.650000000000" },
    ],
  ],
  ["error_rate_by_caller", { min_calls: 1 }, [{ team: "payments", invocations: 3, errors: 1, throttles: 1, error_rate: 1 / 3 }]],
  [
    "failure_waste",
    {},
    [{ error_class: "throttling", error_code: "ThrottlingException", calls: 1, tokens: 0, wasted: "0.000000000000" }],
  ],
  ["retries", {}, [{ model: "claude-opus-4-8", failures: 1, retried: 1, recovered: 1, retry_cost: "7.000000000000" }]],
  [
    "session_costs",
    {},
    [
      { team: "payments", sessions: 2, calls_per_session: 1.5, mean_cost: 5.15 },
      { team: "search", sessions: 1, estimated_cost: "6.000000000000" },
      { team: "platform", sessions: 1, calls_per_session: 3, p50_cost: 1.8 },
      { team: "unattributed", sessions: 1 },
    ],
  ],
  [
    "long_running_agents",
    { min_hours: 0.3 },
    [
      {
        person: "ana@example.com",
        calls: 3,
        hours: 1 / 3,
        started: "2026-10-05T09:00:00.000Z",
        ended: "2026-10-05T09:20:00.000Z",
      },
    ],
  ],
  [
    "context_growth",
    { min_calls: 3 },
    [
      { team: "platform", first_prompt: 1100, last_prompt: 3000, largest_prompt: 3000, growth: 3000 / 1100 },
      { team: "search", growth: 1 },
    ],
  ],
  ["output_heavy_work", { min_cost: 5 }, [{ caller: "Nightly", output_share: 0.5, output_per_call: 10 }]],
  [
    "premium_on_routine_work",
    { max_prompt: 1000, max_output: 100 },
    [{ caller: "ben@example.com", model: "claude-opus-4-8", calls: 1, share: 0.5, estimated_cost: "3.300000000000" }],
  ],
  [
    "batchable_work",
    { min_calls: 3 },
    [
      {
        principal_name: "Nightly",
        calls: 3,
        active_hours: 1,
        estimated_cost: "6.000000000000",
        possible_saving: "3.000000000000",
      },
    ],
  ],
  ["routing_premium", {}, [{ model: "claude-opus-4-8", routing: "geo", calls: 1, global_calls: 2, premium: "0.300000000000" }]],
  [
    "new_principals",
    { since: "2026-10-06" },
    [
      { principal_arn: "(none)", first_day: "2026-10-13" },
      { first_day: "2026-10-12", calls: 3 },
      { first_day: "2026-10-06", calls: 3 },
    ],
  ],
  [
    "idle_principals",
    { days: 3 },
    [
      { last_day: "2026-10-05", idle_days: 8, calls: 3 },
      { last_day: "2026-10-10", idle_days: 3 },
    ],
  ],
  [
    "off_hours_use",
    {},
    [
      { caller: "ben@example.com", off_hours_calls: 3, share: 1 },
      { caller: "Nightly", off_hours_calls: 3, off_hours_cost: "6.000000000000" },
    ],
  ],
  ["latency_percentiles", {}, [{ model: "claude-sonnet-4-6", calls: 4, p50_ms: 16_500, first_token_p50_ms: 300 }]],
  [
    "tokens_per_minute",
    { quota: 10_000 },
    [
      { model: "claude-sonnet-4-6", minutes: 4, peak_tokens: 3030, peak_minute: "2026-10-12T02:00:00.000Z", peak_share: 0.303 },
      { model: "claude-opus-4-8", minutes: 2, peak_tokens: 1600 },
      { model: "mystery-1", peak_tokens: 77 },
    ],
  ],
  [
    "concurrency_peaks",
    {},
    [{ model: "claude-sonnet-4-6", calls: 5, peak_concurrency: 3, peak_time: "2026-10-12T02:00:20.000Z" }],
  ],
  [
    "provisioned_break_even",
    { hourly_usd: 5 },
    [
      {
        model: "claude-opus-4-8",
        hours_in_use: 2,
        hours_above: 1,
        on_demand_cost: "10.300000000000",
        provisioned_cost: 5 * 89,
        cheaper: "on-demand",
      },
      { model: "claude-sonnet-4-6", hours_in_use: 2, hours_above: 1 },
      { model: "mystery-1", hours_in_use: 1, provisioned_cost: 5 },
    ],
  ],
  ["unattributed_spend", {}, [{ principal_arn: "(none)", calls: 1, estimated_cost: null, first_day: "2026-10-13" }]],
  [
    "untagged_calls",
    {},
    [
      { principal_name: "Nightly", calls: 3, untagged: 3, untagged_cost: "6.000000000000" },
      { principal_name: "Role", calls: 6, untagged: 3, untagged_share: 0.5 },
      { principal_name: "(none)", untagged: 1 },
    ],
  ],
  [
    "unpriced_usage",
    {},
    [{ model: "mystery-1", model_id: "newvendor.mystery-1", unpriced: 1, input_tokens: 70, output_tokens: 7 }],
  ],
  [
    "unlogged_spend",
    {},
    [{ model: "claude-opus-4-8", endpoint: "mantle", reason: "mantle", billed_tokens: 1000, billed_cost: "5.000000000000" }],
  ],
  [
    "billed_by_status",
    {},
    [
      { status: "allocated", lines: 2, billed_cost: "11.900000000000", share: 11.9 / 15 },
      { status: "billed_not_logged" },
      { status: "adjustment", billed_cost: "-1.900000000000" },
    ],
  ],
  [
    "billed_by_usage_month",
    {},
    [
      { usage_month: "2026-09", period: "2026-10", billed_cost: "-1.900000000000", correction: true },
      { usage_month: "2026-10", period: "2026-10", billed_cost: "16.900000000000", correction: false },
    ],
  ],
  [
    "estimated_vs_billed",
    {},
    [
      {
        model: "claude-opus-4-8",
        estimated_cost: "10.300000000000",
        allocated_cost: "10.300000000000",
        billed_cost: "15.300000000000",
        difference: "0.000000000000",
      },
      { model: "claude-sonnet-4-6", estimated_cost: "7.800000000000", difference: "-6.200000000000" },
      { model: "mystery-1", billed_cost: "0.000000000000" },
      { model: "(no model)", billed_cost: "-1.900000000000" },
    ],
  ],
  [
    "log_completeness",
    { to: "2026-10-06" },
    [
      { dt: "2026-10-05", logged: 3, counted: 4, undelivered: 1, complete: 0.75 },
      { dt: "2026-10-06", logged: 1, counted: null },
    ],
  ],
  [
    "incomplete_hours",
    { from: "2026-10-05", to: "2026-10-05" },
    [{ hour: 9, ingested: 3, counted: 4, undelivered: 1, share: 0.75, status: "short" }],
  ],
  ["duplicate_deliveries", {}, [{ source_object: "log-2.json.gz", duplicates: 1, first_day: "2026-10-13" }]],
  ["quarantined_lines", {}, [{ reason: "not_json", source_object: "log-1.json.gz", source_line: 7 }]],
  [
    "user_segments",
    { moderate_from: 1, heavy_from: 10 },
    [
      { segment: "heavy", people: 1, share: 0.5, expected_share: 0.1, cost_per_person: 10.3 },
      { segment: "moderate", people: 1, expected_share: 0.3 },
    ],
  ],
  [
    "busy_hours",
    { to: "2026-10-06" },
    [
      { weekday: 1, hour: 9, invocations: 3 },
      { weekday: 2, hour: 20, invocations: 2, estimated_cost: "7.000000000000" },
    ],
  ],
  ["guardrail_interventions", {}, [{ team: "search", invocations: 3, blocked: 1, blocked_rate: 1 / 3 }]],
];

/** What client telemetry fills. */
const TRACED: ReadonlySet<string> = new Set(["traced_calls", "tool_costs", "commit_calls"]);
/** What CloudTrail, batch inference and Kiro fill. */
const BESIDE: ReadonlySet<string> = new Set([
  ...["api_calls", "call_clients", "call_identities", "batch_jobs", "kiro_days", "kiro_charges", "kiro_usage"],
]);

describe("saved queries", () => {
  test("every saved query has a known answer here, in test/telemetry/questions.test.ts, or in test/sources", () => {
    const told = queryNames("saved").filter((name) =>
      queryFile(name).header.reads.some((read) => TRACED.has(read) || BESIDE.has(read)),
    );
    expect(told.length).toBeGreaterThan(10);
    expect([...ANSWERS.map(([name]) => `saved/${name}`), ...told].sort()).toEqual(queryNames("saved"));
    expect(queryNames("saved").length).toBeGreaterThanOrEqual(30);
  });

  test.each(ANSWERS)("%s returns the rows worked out by hand", async (name, params, expected) => {
    const { rows } = await month.warehouse.query(`saved/${name}`, params);
    expect(rows).toHaveLength(expected.length);
    expected.forEach((want, index) => {
      const got = rows[index] ?? {};
      for (const [column, value] of Object.entries(want)) {
        if (typeof value === "number") expect(got[column], `${name} row ${index} ${column}`).toBeCloseTo(value, 9);
        else expect(got[column], `${name} row ${index} ${column}`).toEqual(value);
      }
    });
  });

  test.each(queryNames("saved"))(
    "%s yields the columns and types that its header promises, asks a question, and runs without parameters",
    async (name) => {
      const { header } = queryFile(name);
      const { columns } = await month.warehouse.query(name);
      expect(columns.map((column) => `${column.name} ${column.type.replace(/^timestamp.*/, "timestamp")}`)).toEqual(
        header.columns.map((column) => `${column.name} ${column.type}`),
      );
      expect(header.purpose).toMatch(/\?$/);
    },
  );

  test.each(queryNames("saved"))("%s keeps to what Trino also accepts", (name) => {
    const { sql } = queryFile(name);
    const body = sql.replace(/^--.*$/gm, "");
    expect(body).not.toMatch(/::|\bexclude\b|\bqualify\b|group by all|hugeint|\bilike\b|\blimit\b|,\s*\n\s*from\b/i);
    expect(body).toBe(body.replace(/\b(SELECT|FROM|WHERE|GROUP|ORDER|JOIN)\b/g, (word) => word.toLowerCase()));
  });
});
