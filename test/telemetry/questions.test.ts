import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { strataConfig } from "../../src/config/strata-config.ts";
import { curator } from "../../src/curated/curator.ts";
import { ingestObjects } from "../../src/curated/ingest-objects.ts";
import { encodeParquet } from "../../src/curated/parquet.ts";
import { DuckDbWarehouse } from "../../src/local/duckdb.ts";
import { FolderStore } from "../../src/local/folder-store.ts";
import { matchCalls, traceCalls } from "../../src/pipeline/trace-calls.ts";
import type { Row } from "../../src/ports.ts";
import { queryFile, queryNames } from "../../src/query/files.ts";
import { tables } from "../../src/tables/index.ts";
import { ingestTelemetry } from "../../src/telemetry/ingest-telemetry.ts";
import { keptKeys } from "../../src/telemetry/kept-keys.ts";
import { eventsDocument } from "./client-events.ts";
import { landed, logOf, RECORDINGS } from "./recordings.ts";

// Each answer is worked out from the recording: expected.json counts what the client did, bedrock-truth.jsonl has each call's tokens,
// and Claude Opus 4.8 costs $5, $25, $0.50 and $6.25 a million (global; in, out, cache read, 5-minute write).
async function opened(name: string): Promise<DuckDbWarehouse> {
  const out = mkdtempSync(join(tmpdir(), "strata-questions-"));
  await landed(`${RECORDINGS}claude-code/${name}`, out, { bodies: true });
  const warehouse = await DuckDbWarehouse.open(out);
  await matchCalls(warehouse);
  await traceCalls(warehouse);
  return warehouse;
}

describe("eight calls with tools, one commit, one refusal", () => {
  let warehouse: DuckDbWarehouse;
  const ask = async (name: string, params = {}): Promise<readonly Row[]> => (await warehouse.query(`saved/${name}`, params)).rows;
  beforeAll(async () => {
    warehouse = await opened("tools-delta");
  });
  afterAll(() => warehouse.close());

  test("sums over tools, commits, sessions and prompts are the log's total to the last digit", async () => {
    const [total] = (await warehouse.adhoc("select sum(estimated_cost) as usd from invocations")).rows;
    for (const name of [
      "spend_by_tool",
      "spend_by_commit",
      "spend_by_pull_request",
      "session_spend",
      "spend_by_prompt",
      "spend_by_entrypoint",
      "spend_by_label",
    ]) {
      const rows = await ask(name);
      const sum = rows.reduce((usd, row) => usd + BigInt(String(row["estimated_cost"]).replace(".", "")), 0n);
      expect(sum, name).toBe(BigInt(String(total?.["usd"]).replace(".", "")));
    }
  });

  test("tools: what they cost, what was refused and what failed", async () => {
    const rows = await ask("spend_by_tool");
    expect(rows.map((row) => [row["tool_name"], row["uses"], row["refused"], row["failed"]])).toEqual(
      expect.arrayContaining([
        ["Read", 1, 0, 0],
        ["Bash", 4, 1, 2],
        ["Edit", 1, 0, 0],
        ["Write", 1, 0, 0],
        ["Grep", 1, 0, 0],
        ["(no tool)", 0, 0, 0],
      ]),
    );
    // The first call asked for Read alone: 4 in, 88 out, 14,211 written.
    const read = rows.find((row) => row["tool_name"] === "Read");
    expect(Number(read?.["estimated_cost"])).toBeCloseTo((4 * 5 + 88 * 25 + 14_211 * 6.25) / 1e6, 12);
    expect(await ask("refused_edits")).toMatchObject([{ tool_name: "Bash", decision_source: "config", refused: 1 }]);
    expect(await ask("failed_tools")).toMatchObject([{ tool_name: "Bash", error_type: "ShellError", failed: 2 }]);
  });

  test("the commit of a session that is only counted, and what came after it", async () => {
    const rows = await ask("spend_by_commit");
    expect(rows.map((row) => [row["commit_name"], row["commits"], row["calls"]])).toEqual([
      ["counted", 1, 7],
      ["uncommitted", 0, 2],
    ]);
  });

  test("work done beside its dollars", async () => {
    const rows = await ask("work_done");
    expect(rows).toMatchObject([
      { label_value: "platform", sessions: 1, lines_added: "5.000000000000", lines_removed: "1.000000000000" },
      { label_value: "(none)" },
    ]);
    expect(rows[0]).toMatchObject({
      commits: "1.000000000000",
      pull_requests: "0.000000000000",
      active_seconds: "5.093000000000",
    });
    expect(rows[0]?.["cost_per_pull_request"]).toBeNull();
    expect((await ask("spend_by_language")).map((row) => [row["language"], row["edits"]])).toEqual([
      ["Python", 1],
      ["TypeScript", 1],
    ]);
  });

  test("coverage names the start-up probe that no telemetry sees", async () => {
    expect(await ask("telemetry_coverage")).toMatchObject([
      { seen: "both", match: "request_id", calls: 8, with_request_id: 8 },
      { seen: "log", match: "none", calls: 1 },
    ]);
    expect(await ask("unknown_request_ids")).toEqual([]);
    expect(await ask("telemetry_health")).toMatchObject([
      { client_version: "(unknown)", events: 0, logged_sessions: 1 },
      { client_version: "2.1.332", events: 8, with_request_id: 8, known_request_id: 8, with_session: 8, logged_sessions: 0 },
    ]);
    expect(await ask("spend_by_client_version")).toMatchObject([
      { client_version: "claude-code 2.1.332", calls: 8 },
      { calls: 1 },
    ]);
    expect(await ask("spend_by_subagent")).toMatchObject([{ agent: "main", calls: 9 }]);
  });
});

test("a commit that the client names is told by its hash and branch, once", async () => {
  const warehouse = await opened("content-switched-on");
  const { rows } = await warehouse.query("saved/spend_by_commit");
  warehouse.close();
  expect(rows.map((row) => [row["commit_name"], row["git_branch"], row["commits"]])).toEqual([
    ["bf6662f35c6aa24d6f55a09e7c463dc97e12526c", "master", 1],
    ["uncommitted", null, 0],
  ]);
});

test("an edit that a person refused costs the call that asked for it", async () => {
  const warehouse = await opened("interactive-rejected-edit");
  const { rows } = await warehouse.query("saved/refused_edits");
  warehouse.close();
  expect(rows).toMatchObject([
    { tool_name: "Edit", decision_source: "user_reject", refused: 1, estimated_cost: "0.018890500000" },
  ]);
});

test("attempts that were repeated until one went well are in the log, and nobody saw an error", async () => {
  const warehouse = await opened("retries-then-ok");
  const { rows } = await warehouse.query("saved/hidden_retries");
  warehouse.close();
  const sum = (name: string): number => rows.reduce((total, row) => total + Number(row[name]), 0);
  expect([sum("failed_in_log"), sum("errors_seen"), sum("absorbed")]).toEqual([4, 0, 4]);
});

test("a gateway's request ids are told as such", async () => {
  const warehouse = await opened("application-profile-unresolved-and-metadata-header");
  const unknown = (await warehouse.query("saved/unknown_request_ids")).rows;
  const estimates = (await warehouse.query("saved/client_estimates")).rows;
  warehouse.close();
  expect(unknown).toMatchObject([{ scope: "com.anthropic.claude_code.events", calls: 1, known: 0 }]);
  expect(estimates).toMatchObject([{ calls: 1, reason: "unpriced here" }]);
});

test("idle time is what nobody worked between first and last call", async () => {
  const warehouse = await opened("tools-delta");
  const { rows } = await warehouse.query("saved/idle_time");
  const [span] = (
    await warehouse.adhoc(
      "select date_diff('second', min(event_time), max(event_time)) as seconds from traced_calls where session_id is not null",
    )
  ).rows;
  warehouse.close();
  // expected.json: active_time.total/cli 5.093, and no time of a person.
  const elapsed = Math.max(Number(span?.["seconds"]), 5.093);
  expect(rows).toMatchObject([{ label_value: "platform", sessions: 1, person_seconds: 0 }]);
  expect(Number(rows[0]?.["client_seconds"])).toBeCloseTo(5.093, 9);
  expect(Number(rows[0]?.["elapsed_seconds"])).toBeCloseTo(elapsed, 9);
  expect(Number(rows[0]?.["idle_seconds"])).toBeCloseTo(elapsed - 5.093, 9);
});

/** A session of calls with these prompts (read from the cache) and written tokens, each told by its client for a dollar. */
async function told(
  prompts: readonly (readonly [read: number, written: number])[],
): Promise<{ out: string; warehouse: DuckDbWarehouse }> {
  const out = mkdtempSync(join(tmpdir(), "strata-questions-"));
  const [source, target] = [new FolderStore(`${out}-in`), new FolderStore(out)];
  const at = (n: number): number => Date.parse("2026-11-20T12:00:00Z") + n * 60_000;
  const log = logOf(
    prompts.map(([read, written], n) => ({
      at: new Date(at(n)).toISOString(),
      requestId: `request-${n}`,
      modelId: "global.anthropic.claude-opus-4-8",
      usage: { input_tokens: 10, output_tokens: 100, cache_read_input_tokens: read, cache_creation_input_tokens: written },
    })),
    { bodies: false },
  );
  const events = eventsDocument(
    prompts.map(([read, written], n) => ({
      at: at(n),
      name: "api_request",
      attributes: {
        ...{ "session.id": "one", request_id: `request-${n}`, model: "claude-opus-4-8", input_tokens: 10, output_tokens: 100 },
        ...{
          cache_read_tokens: read,
          cache_creation_tokens: written,
          cache_creation_5m_tokens: written,
          cache_creation_1h_tokens: 0,
        },
        cost_usd: 1.5,
      },
    })),
  );
  const object = (key: string, size: number) => ({ key, size, lastModified: at(0) });
  await source.write("log.jsonl", log);
  await source.write("otel.json", events);
  const curated = curator(strataConfig.parse({}));
  await ingestObjects({ name: "l", objects: [object("log.jsonl", log.length)] }, { source, target, curator: curated });
  await ingestTelemetry({ name: "t", objects: [object("otel.json", events.length)] }, { source, target, keys: keptKeys() });
  const warehouse = await DuckDbWarehouse.open(out);
  await matchCalls(warehouse);
  await traceCalls(warehouse);
  return { out, warehouse };
}

test("a context that shrinks at once is a compaction, and the call that writes it anew costs what it costs", async () => {
  const { warehouse } = await told([
    [0, 60_000],
    [60_000, 40_000],
    [0, 20_000],
    [20_000, 500],
  ]);
  const { rows } = await warehouse.query("saved/compactions");
  warehouse.close();
  expect(rows).toMatchObject([
    {
      client_version: "2.1.332",
      sessions: 1,
      compactions: 1,
      tokens_before: 100_010,
      tokens_after: 20_010,
      written_tokens: 20_000,
    },
  ]);
  // 10 in, 100 out, 20,000 written for five minutes.
  expect(Number(rows[0]?.["estimated_cost"])).toBeCloseTo((10 * 5 + 100 * 25 + 20_000 * 6.25) / 1e6, 12);
});

test("what the client says, what we estimate and what is billed stand side by side", async () => {
  const { out, warehouse } = await told([[0, 1000]]);
  await warehouse.replaceDays("hourly_usage", "rollups/hourly_usage", { from: "2026-11-20", to: "2026-11-20" });
  const estimated = (10 * 5 + 100 * 25 + 1000 * 6.25) / 1e6;
  // The bill has that day's calls at 90 percent of the list price.
  const charges = tables().find(({ name }) => name === "allocated_charges");
  if (charges === undefined) throw new Error("no such table");
  const row = {
    ...{ usage_dt: "2026-11-20", account_id: "111122223333", status: "allocated", model: "claude-opus-4-8" },
    principal_arn: "arn:aws:sts::111122223333:assumed-role/Developers/alice@example.com",
    billed_cost: BigInt(Math.round(estimated * 0.9 * 1e12)),
  };
  const columns = Object.fromEntries(charges.columns.map(({ name }) => [name, null]));
  await new FolderStore(out).write("allocated_charges/dt=2026-11-20/x.parquet", encodeParquet(charges, [{ ...columns, ...row }]));
  await warehouse.refresh();
  const { rows } = await warehouse.query("saved/client_estimates_billed");
  warehouse.close();
  expect(rows).toMatchObject([
    { client_version: "2.1.332", calls: 1, claimed_cost: "1.500000000000", reason: "client prices another model" },
  ]);
  expect(Number(rows[0]?.["estimated_cost"])).toBeCloseTo(estimated, 12);
  expect(Number(rows[0]?.["billed_ratio"])).toBeCloseTo(0.9, 9);
  expect(Number(rows[0]?.["billed_cost"])).toBeCloseTo(estimated * 0.9, 9);
});

test("every question about traced calls is answered above", () => {
  const own = readFileSync(import.meta.filename, "utf8");
  const traced = queryNames("saved").filter((name) =>
    queryFile(name).header.reads.some((read) => ["traced_calls", "tool_costs", "commit_calls"].includes(read)),
  );
  for (const name of traced) expect(own, name).toContain(name.slice("saved/".length));
});
