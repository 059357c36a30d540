import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { DuckDbWarehouse } from "../../src/local/duckdb.ts";
import { matchCalls, traceCalls } from "../../src/pipeline/trace-calls.ts";
import type { SqlValue } from "../../src/ports.ts";
import { foldersOf, landed, RECORDINGS, telemetryObjects } from "./recordings.ts";

interface Tokens {
  readonly input: number;
  readonly output: number;
  readonly cacheRead: number;
  readonly cacheCreation: number;
}
interface Expected {
  readonly "api_request events": number;
  readonly "with request_id": number;
  readonly "request_id found among the answered calls": number;
  readonly "tokens in events": Tokens;
  readonly "tokens in metrics": Tokens;
  readonly "cost_usd in events": string;
}

const expected: Readonly<Record<string, Expected>> = JSON.parse(readFileSync(`${RECORDINGS}claude-code/expected.json`, "utf8"));

const number = (value: SqlValue | undefined): number => Number(value ?? 0);

describe.each(Object.entries(expected))("Claude Code, %s", (name, wanted) => {
  test("has the totals that another reader found, and joins by request id exactly the calls that were answered under theirs", async () => {
    const out = mkdtempSync(join(tmpdir(), "strata-telemetry-"));
    await landed(`${RECORDINGS}claude-code/${name}`, out);
    const warehouse = await DuckDbWarehouse.open(out);
    try {
      const [events] = (
        await warehouse.adhoc(`
          select count(*) as n, count(request_id) as ids, sum(claimed_input_tokens) as input, sum(claimed_output_tokens) as output,
            sum(claimed_cache_read_tokens) as cache_read, sum(claimed_cache_write_tokens) as cache_write, sum(claimed_cost) as cost
          from client_calls where signal = 'event' and status = 'ok'`)
      ).rows;
      expect(number(events?.["n"])).toBe(wanted["api_request events"]);
      expect(number(events?.["ids"])).toBe(wanted["with request_id"]);
      const tokens = wanted["tokens in events"];
      expect([events?.["input"], events?.["output"], events?.["cache_read"], events?.["cache_write"]].map(number)).toEqual([
        tokens.input,
        tokens.output,
        tokens.cacheRead,
        tokens.cacheCreation,
      ]);
      expect(number(events?.["cost"])).toBeCloseTo(Number(wanted["cost_usd in events"]), 9);

      const metrics = (
        await warehouse.adhoc(
          "select type, sum(value) as value from client_counts where metric = 'claude_code.token.usage' group by type",
        )
      ).rows;
      const counted = new Map(metrics.map((row) => [row["type"], number(row["value"])]));
      const meant = wanted["tokens in metrics"];
      expect({ ...Object.fromEntries(counted) }).toEqual(
        Object.fromEntries(Object.entries(meant).filter(([type]) => counted.has(type))),
      );
      expect(Object.values(meant).reduce((a, b) => a + b, 0)).toBe([...counted.values()].reduce((a, b) => a + b, 0));

      await matchCalls(warehouse);
      await traceCalls(warehouse);
      const [joined] = (
        await warehouse.adhoc("select count(*) as n from traced_calls where match = 'request_id' and client_status = 'ok'")
      ).rows;
      expect(number(joined?.["n"])).toBe(wanted["request_id found among the answered calls"]);
    } finally {
      warehouse.close();
    }
  });
});

test("no marked text of any recording is in any table", async () => {
  const sent = foldersOf("claude-code")
    .flatMap((name) =>
      telemetryObjects(`${RECORDINGS}claude-code/${name}`).map(({ key }) => `${RECORDINGS}claude-code/${name}/${key}`),
    )
    .filter((file) => readFileSync(file).includes("SECRET"));
  expect(sent.length).toBeGreaterThan(1);
  const out = mkdtempSync(join(tmpdir(), "strata-telemetry-"));
  const name = "content-switched-on";
  await landed(`${RECORDINGS}claude-code/${name}`, out, { bodies: true });
  const warehouse = await DuckDbWarehouse.open(out);
  try {
    await matchCalls(warehouse);
    await traceCalls(warehouse);
    for (const table of [
      "client_call_records",
      "client_tool_records",
      "client_points",
      "telemetry_objects",
      "call_matches",
      "traced_calls",
      "invocations",
    ]) {
      const { rows } = await warehouse.adhoc(`select * from ${table}`);
      expect(rows.length, table).toBeGreaterThan(0);
      expect(JSON.stringify(rows), table).not.toContain("SECRET");
    }
    const { rows } = await warehouse.adhoc(
      "select git_commit_id, git_branch, command from client_tools where git_commit_id is not null",
    );
    expect(rows.length).toBeGreaterThan(0);
    expect(rows.every((row) => row["command"] === "git")).toBe(true);
  } finally {
    warehouse.close();
  }
});
