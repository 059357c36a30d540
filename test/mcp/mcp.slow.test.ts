import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { ROOT } from "../pipeline/run-strata.ts";
import { chargeOf, type Fixture, monthFixture } from "../report/month-fixture.ts";

const ANN = "ann@example.com";
const ARN = `arn:aws:sts::111122223333:assumed-role/Role/${ANN}`;
/** A month whose sums were worked out by hand: platform 6.00 in 4 calls, payments 2.00 in one, 1 unpriced. */
const CALLS = [
  ...["05", "06", "07", "08"].map((day) => ({
    at: `2026-10-${day}T09:00:00Z`,
    person: ANN,
    principal_arn: ARN,
    request_metadata: { user: ANN },
    costs: ["1.00", "0.50", "0", "0"] as const,
    tokens: [100_000, 20_000, 0, 0, 0] as const,
  })),
  {
    at: "2026-10-09T10:00:00Z",
    team: "payments",
    person: "ben@example.com",
    model: "claude-opus-4-8",
    model_tier: "premium",
    costs: ["2.00", "0", "0", "0"] as const,
    status: "error",
    error_code: "ThrottlingException",
    error_class: "throttling",
  },
  { at: "2026-10-09T11:00:00Z", team: "payments", model: "new-model", person: null, costs: null },
];
const CHARGES = [
  chargeOf({ dt: "2026-10-05", status: "allocated", billed_cost: "7.00", team: "platform", person: ANN, principal_arn: ARN }),
  chargeOf({ dt: "2026-10-09", status: "adjustment", reason: "credit", billed_cost: "-1.00", team: "shared" }),
];
const alert = (scope: string, name: string, id: string) => ({
  alert_id: id,
  rule: "spend_daily",
  severity: "warning",
  title: "Spend is high",
  scope,
  scope_name: name,
  team: "platform",
  account_id: null,
  state: "open",
  since: "2026-10-08T00:00:00Z",
  opened_at: "2026-10-08T01:00:00Z",
  escalated_at: null,
  resolved_at: null,
  last_seen: "2026-10-08T23:00:00Z",
  measure: "usd",
  value: 12,
  baseline: 3,
  limit_value: 6,
  dollars: "9.00",
  period: null,
  threshold: null,
  contributors: `${ANN} 98 %`,
  contributing_models: "claude-sonnet-4-6 100 %",
  contributing_teams: "",
  contributing_errors: "",
  facts: { who: ANN },
  grouped_under: null,
  muted: null,
  notices: 1,
  summary: `${ANN} spent much`,
  query: "npx strata-bedrock query anomalies/contributors",
});

let fixture: Fixture;
const open: { close(): Promise<void> }[] = [];
beforeAll(async () => {
  fixture = await monthFixture({
    calls: CALLS,
    charges: CHARGES,
    tables: {
      cur_line_items: [
        {
          period: "2026-10",
          cur_version: "export-1",
          currency_code: "USD",
          line_item_type: "Usage",
          product_code: "AmazonBedrock",
          account_id: "111122223333",
          usage_start: "2026-10-05 00:00:00",
          unblended_cost: "7.00",
        },
      ],
    },
  });
  writeFileSync(join(fixture.folder, "summary.json"), "{}");
  const alerts = [alert("team", "platform", "spend_daily-aaaa"), alert("person", ANN, "spend_daily-bbbb")];
  writeFileSync(join(fixture.folder, "alerts.jsonl"), alerts.map((one) => JSON.stringify(one)).join("\n"));
});
afterAll(async () => {
  for (const one of open) await one.close();
  fixture.close();
});

const content = z.array(z.object({ type: z.literal("text"), text: z.string() })).length(1);

/** The command as a client starts it, and a way to ask it. */
async function session(yaml = "") {
  writeFileSync(join(fixture.folder, "strata.yml"), yaml);
  const transport = new StdioClientTransport({
    command: process.execPath,
    args: [join(ROOT, "bin", "strata.js"), "mcp", "--data", fixture.folder],
    stderr: "ignore",
  });
  const client = new Client({ name: "test", version: "1" });
  await client.connect(transport);
  open.push(client);
  const call = async (name: string, args: Record<string, unknown> = {}) => {
    const told = await client.callTool({ name, arguments: args });
    const [said] = content.parse(told.content);
    return { error: told.isError === true, text: said?.text ?? "" };
  };
  const ask = async (name: string, args: Record<string, unknown> = {}) => {
    const { error, text } = await call(name, args);
    expect(error, text).toBe(false);
    return JSON.parse(text);
  };
  return { client, call, ask };
}

describe("strata mcp", () => {
  it("answers twenty questions with what is known, each with units, how far the data reaches and the command behind it", async () => {
    const { ask } = await session();
    const rows = async (text: string) => (await ask("sql", { text })).result.rows;
    const saved = async (name: string, params = {}) => (await ask("run_query", { name, params })).result.rows;

    const [platform] = await saved("spend_by_team");
    expect(platform).toMatchObject({ team: "platform", estimated_cost: "6.000000000000" });
    expect(await saved("spend_by_account")).toMatchObject([{ account_id: "111122223333" }]);
    expect((await saved("top_spenders"))[0]).toMatchObject({ person: ANN, estimated_cost: "6.000000000000" });
    expect(await saved("unpriced_usage")).toMatchObject([{ model: "new-model" }]);
    expect(await saved("spend_by_team", { from: "2026-10-09", to: "2026-10-09" })).toMatchObject([{ team: "payments" }]);
    expect((await saved("model_mix")).length).toBeGreaterThan(1);

    expect(await rows("select count(*) as n from invocations")).toEqual([{ n: 6 }]);
    expect(await rows("select team, sum(estimated_cost) as usd from hourly_usage group by team order by usd desc")).toMatchObject(
      [
        { team: "platform", usd: "6.000000000000" },
        { team: "payments", usd: "2.000000000000" },
      ],
    );
    expect(await rows("select sum(billed_cost) as usd from allocated_charges")).toMatchObject([{ usd: "6.000000000000" }]);
    expect(await rows("select status from allocated_charges order by status")).toMatchObject([
      { status: "adjustment" },
      { status: "allocated" },
    ]);
    expect(await rows("with o as (select * from invocations where status = 'error') select count(*) as n from o;")).toEqual([
      { n: 1 },
    ]);
    expect(await rows("select max(dt) as day from hourly_usage")).toEqual([{ day: "2026-10-09" }]);

    expect((await ask("list_alerts")).result).toMatchObject({ count: 2 });
    expect((await ask("explain_alert", { id: "spend_daily-a" })).result).toMatchObject({
      Who: `${ANN} 98 %`,
      "Cost in all": "$9.00",
    });
    const price = await ask("price", { model: "claude-sonnet-4-6", at: "2026-10-01" });
    expect(price.result.rows).toEqual(
      expect.arrayContaining([expect.objectContaining({ kind: "input", rate: "3", unit: "1M tokens" })]),
    );
    expect(await ask("price", { model: "no-such-model" })).toMatchObject({ left_out: expect.stringContaining("not as free") });
    expect((await ask("forecast", { month: "2026-10", as_of: "2026-10-09" })).result.rows).toMatchObject([
      { scope: "organisation", spent: "8.00" },
    ]);
    // 400,000 tokens in at 3.30 and 80,000 out at 16.50 dollars a million in the region itself, against 1.10 and 5.50.
    const swap = await ask("what_if", {
      model: "claude-sonnet-4-6",
      other: "claude-haiku-4-5",
      from: "2026-10-05",
      to: "2026-10-08",
    });
    expect(swap.result).toMatchObject({ calls: 4, before_usd: "2.64", after_usd: "0.88", saving_usd: "1.76" });
    expect((await ask("reconcile", { month: "2026-10" })).result.summary).toMatchObject({ billed_usd: "6.00" });
    expect((await ask("list_queries")).result.length).toBeGreaterThan(40);
    expect((await ask("describe_tables", { name: "hourly_usage" })).result.columns).toContainEqual(
      expect.objectContaining({ name: "team" }),
    );

    const whole = await ask("run_query", { name: "spend_by_team", params: {} });
    expect(whole).toMatchObject({
      units: expect.stringContaining("US dollars"),
      data: { first_day: "2026-10-05", last_day: "2026-10-09", missing_hours: 0 },
      query: `npx strata-bedrock query spend_by_team --data ${fixture.folder} --param from=2026-10-05 --param to=2026-10-09`,
    });
  });

  it("refuses what is hostile or makes no sense, and goes on", async () => {
    const { call, ask } = await session();
    const file = join(fixture.folder, "alerts.jsonl");
    for (const text of [
      "drop table hourly_usage",
      "select 1; select 2",
      "copy (select 1) to '/tmp/x'",
      `select * from '${file}'`,
      `select * from read_json('${file}')`,
      `select * from read_text('/etc/passwd')`,
      `select * from "${file}"`,
      "select * from main.principals",
      "select * from information_schema.tables",
      "select * from duckdb_views()",
      "select * from query('select 1')",
      "select (select count(*) from main.invocations)",
      'with "a.parquet" as (select 1) select * from "a.parquet"',
      "from hourly_usage) limit 1; drop view x; --",
      "set search_path='main'",
      "explain analyze select 1",
      "describe hourly_usage",
      "attach '/tmp/other.db'",
      "install httpfs",
      "pragma database_list",
    ])
      expect(await call("sql", { text }), text).toMatchObject({ error: true });
    for (const [name, args] of [
      ["run_query", { name: "../../etc/passwd" }],
      ["run_query", { name: "rollups/covered_days" }],
      ["run_query", { name: "spend_by_team", params: { nothing: "1" } }],
      ["run_query", { name: "spend_by_team", params: { from: "2026-10-01' or 1=1 --" } }],
      ["run_query", { name: "spend_by_team", params: {}, limit: 100_000 }],
      ["run_query", { name: "spend_by_team", other: 1 }],
      ["explain_alert", { id: "nobody" }],
      ["price", { model: "x", region: "nowhere" }],
      ["reconcile", { month: "2026-13" }],
      ["reconcile", { month: "2020-01" }],
      ["describe_tables", { name: "nothing_like_it" }],
      ["what_if", { model: "no-such-model", other: "haiku" }],
    ] as const) {
      const refused = await call(name, args).catch((error: unknown) => ({ error: true, text: String(error) }));
      expect(refused, JSON.stringify(args)).toMatchObject({ error: true });
      expect(refused.text.length).toBeGreaterThan(10);
    }
    expect((await ask("run_query", { name: "spend_by_team" })).result.rows).toHaveLength(2);
  });

  it("bounds rows and bytes, and says what is left out", async () => {
    const { ask } = await session();
    const few = await ask("sql", { text: "select request_id from invocations", limit: 2 });
    expect(few.result.rows).toHaveLength(2);
    expect(few.left_out).toContain("4 more rows");
    const many = await ask("sql", { text: "select repeat('x', 1000) as x from range(2000)", limit: 1000 });
    expect(many.result.rows.length).toBeLessThan(61);
    expect(many.left_out).toContain("more rows");
  });

  it.each(["none", "pseudonyms"])("with people: %s no answer holds a name, and sums are the same", async (people) => {
    const { ask, call } = await session(`report: { people: ${people}, pseudonym_key: 0123456789abcdef0123456789abcdef }`);
    const told: string[] = [];
    const see = async (name: string, args: Record<string, unknown> = {}) => {
      const { text } = await call(name, args);
      told.push(text);
      return text;
    };
    const { result } = await ask("list_queries");
    for (const { name } of result) await see("run_query", { name });
    const { result: relations } = await ask("describe_tables");
    for (const { name } of relations) await see("sql", { text: `select * from ${name}` });
    await see("sql", { text: "select person as x, upper(person), principal_arn || 'x', request_metadata from invocations" });
    await see("sql", { text: "select * from principals" });
    await see("sql", { text: "select cast(person as integer) from hourly_usage" });
    for (const tool of ["list_alerts", "forecast", "savings"]) await see(tool);
    await see("explain_alert", { id: "spend_daily-a" });
    await see("explain_alert", { id: "spend_daily-b" });
    expect(told.join("\n").match(/ann@|ben@|ANN@|assumed-role/g)).toBeNull();
    expect(
      JSON.parse(
        await see("sql", {
          text: "select person, sum(estimated_cost) as usd from hourly_usage group by person order by usd desc",
        }),
      ).result.rows[0],
    ).toMatchObject({
      person: expect.stringMatching(/^id-[0-9a-f]{10}$/),
      usd: "6.000000000000",
    });
    expect(JSON.parse(await see("run_query", { name: "spend_by_team" })).result.rows[0]).toMatchObject({ team: "platform" });
  });
});
