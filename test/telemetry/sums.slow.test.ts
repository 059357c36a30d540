import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { strataConfig } from "../../src/config/strata-config.ts";
import { curator } from "../../src/curated/curator.ts";
import { ingestObjects } from "../../src/curated/ingest-objects.ts";
import { DuckDbWarehouse } from "../../src/local/duckdb.ts";
import { FolderStore } from "../../src/local/folder-store.ts";
import { matchCalls, traceCalls } from "../../src/pipeline/trace-calls.ts";
import { ingestTelemetry } from "../../src/telemetry/ingest-telemetry.ts";
import { keptKeys } from "../../src/telemetry/kept-keys.ts";
import { type ClientEvent, eventsDocument } from "./client-events.ts";
import { logOf } from "./recordings.ts";

// Whatever clients tell or keep to themselves, a dollar of the log is in each sum once.

const BEGIN = Date.parse("2026-11-20T22:00:00Z");
const SESSIONS = ["s-1", "s-2", "s-3"];
const TOOLS = ["Read", "Bash", "Edit"];

/** What happens next: a call that was logged, told by its client, or both; a tool, that belongs to a call or to none; a commit. */
const happening = fc.oneof(
  { weight: 5, arbitrary: fc.record({ what: fc.constant("call" as const), ...callParts() }) },
  {
    weight: 4,
    arbitrary: fc.record({
      what: fc.constant("tool" as const),
      session: fc.nat(2),
      tool: fc.nat(2),
      lost: fc.boolean(),
      decision: fc.constantFrom("accept", "reject"),
      commit: fc.constantFrom(null, null, "aaaa111", "bbbb222"),
    }),
  },
);

function callParts() {
  return {
    session: fc.nat(2),
    seen: fc.constantFrom("both", "both", "log", "client"),
    input: fc.integer({ min: 1, max: 90_000 }),
    output: fc.integer({ min: 0, max: 9000 }),
    /** Seconds since the one before: the last ones fall into the next day. */
    after: fc.integer({ min: 0, max: 900 }),
    failed: fc.constantFrom(false, false, false, true),
    bodies: fc.boolean(),
  };
}
type Happening = typeof happening extends fc.Arbitrary<infer Value> ? Value : never;

async function told(happenings: readonly Happening[]): Promise<DuckDbWarehouse> {
  const out = mkdtempSync(join(tmpdir(), "strata-sums-"));
  const source = new FolderStore(`${out}-in`);
  const target = new FolderStore(out);
  const events: ClientEvent[] = [];
  const logged: { readonly line: string }[] = [];
  const newest = new Map<number, string>();
  let at = BEGIN;
  for (const [n, each] of happenings.entries()) {
    const session = { "session.id": SESSIONS[each.session] ?? "" };
    if (each.what === "call") {
      at += each.after * 1000;
      const requestId = `request-${n}`;
      newest.set(each.session, requestId);
      if (each.seen !== "client")
        logged.push({
          line: logOf(
            [
              {
                at: new Date(at).toISOString(),
                requestId,
                modelId: "global.anthropic.claude-opus-4-8",
                ...(each.failed ? { status: 500, error: "ModelStreamErrorException" } : {}),
                bodyUserId: JSON.stringify({ device_id: "d".repeat(64), session_id: SESSIONS[each.session] }),
                usage: {
                  input_tokens: each.input,
                  output_tokens: each.output,
                  cache_read_input_tokens: 0,
                  cache_creation_input_tokens: 0,
                },
              },
            ],
            { bodies: each.bodies },
          ),
        });
      if (each.seen !== "log")
        events.push({
          at,
          name: "api_request",
          attributes: {
            ...session,
            request_id: requestId,
            model: "claude-opus-4-8",
            input_tokens: each.input,
            output_tokens: each.output,
            cache_read_tokens: 0,
            cache_creation_tokens: 0,
            cost_usd: 0.5,
          },
        });
    } else {
      at += 1000;
      const asked: Record<string, string> = each.lost ? {} : { request_id: newest.get(each.session) ?? "request-of-nobody" };
      const tool = { ...session, ...asked, tool_use_id: `tool-${n}`, tool_name: TOOLS[each.tool] ?? "" };
      events.push({ at, name: "tool_decision", attributes: { ...tool, decision: each.decision } });
      if (each.decision === "accept")
        events.push({
          at: at + 500,
          name: "tool_result",
          attributes: {
            ...tool,
            success: "true",
            ...(each.commit === null ? {} : { tool_parameters: JSON.stringify({ git_commit_id: each.commit }) }),
          },
        });
    }
  }
  const land = async (key: string, text: string) => {
    await source.write(key, text);
    return { key, size: text.length, lastModified: at };
  };
  const log = await land("log.jsonl", logged.map(({ line }) => line).join(""));
  await ingestObjects({ name: "l", objects: [log] }, { source, target, curator: curator(strataConfig.parse({})) });
  const otel = await land("otel.json", eventsDocument(events));
  await ingestTelemetry({ name: "t", objects: [otel] }, { source, target, keys: keptKeys() });
  const warehouse = await DuckDbWarehouse.open(out);
  await matchCalls(warehouse);
  await traceCalls(warehouse);
  return warehouse;
}

test("sums over tools, commits, sessions and what has none are the log's total to the last digit, whatever clients tell", async () => {
  let [dollars, rest] = [0n, 0n];
  await fc.assert(
    fc.asyncProperty(fc.array(happening, { minLength: 12, maxLength: 60 }), async (happenings) => {
      const warehouse = await told(happenings);
      try {
        const range = { from: "2026-11-20", to: "2026-11-22" };
        const sum = (rows: readonly Record<string, unknown>[]): bigint =>
          rows.reduce((usd, row) => usd + BigInt(String(row["estimated_cost"] ?? "0.000000000000").replace(".", "")), 0n);
        const view = async (name: string): Promise<bigint> =>
          sum((await warehouse.adhoc(`select estimated_cost from ${name}`)).rows);
        const total = await view("invocations");
        const coverage = (await warehouse.query("saved/telemetry_coverage", range)).rows;
        const untraced = sum(coverage.filter(({ scope }) => scope === "(no session)"));
        expect(sum(coverage), "telemetry_coverage").toBe(total);
        for (const name of ["traced_calls", "tool_costs", "commit_calls"]) expect(await view(name), name).toBe(total - untraced);
        for (const name of ["spend_by_tool", "spend_by_commit", "spend_by_pull_request", "session_spend", "spend_by_prompt"])
          expect(sum((await warehouse.query(`saved/${name}`, range)).rows), name).toBe(total - untraced);
        const [calls] = (await warehouse.adhoc("select cast(count(*) as integer) as n from invocations")).rows;
        const logged = coverage.filter(({ seen }) => seen !== "client");
        expect(logged.reduce((n, row) => n + Number(row["calls"]), 0)).toBe(Number(calls?.["n"]));
        dollars += total;
        rest += untraced;
      } finally {
        warehouse.close();
      }
    }),
    { numRuns: 6, seed: 3, endOnFailure: true },
  );
  expect(dollars > rest && rest > 0n).toBe(true);
}, 300_000);
