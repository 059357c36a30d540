import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { lookAtData } from "../../src/cli/doctor/doctor-data.ts";
import { telemetryChecks } from "../../src/doctor/checks/telemetry.ts";
import { DuckDbWarehouse } from "../../src/local/duckdb.ts";
import { matchCalls, traceCalls } from "../../src/pipeline/trace-calls.ts";
import { landed, RECORDINGS } from "../telemetry/recordings.ts";

/** A data folder of one recording, as strata analyze leaves it. */
async function folderOf(name: string, only?: "metrics"): Promise<string> {
  const out = mkdtempSync(join(tmpdir(), "strata-doctor-"));
  const target = await landed(`${RECORDINGS}claude-code/${name}`, out);
  const warehouse = await DuckDbWarehouse.open(out);
  if (only === "metrics") for await (const { key } of target.list("client_call_records/")) await target.remove(key);
  await warehouse.refresh();
  await matchCalls(warehouse);
  await traceCalls(warehouse);
  warehouse.close();
  await target.write("summary.json", "{}");
  return out;
}

const found = async (folder: string): Promise<string[]> =>
  (await lookAtData(folder)).map(({ id, status, found }) => `${status} ${id}: ${found}`);

test("a recent client that sends everything is in order", async () => {
  expect(await found(await folderOf("tools-delta"))).toEqual([
    "ok telemetry/events: 8 calls are told of",
    "ok telemetry/request-ids: every event has one",
    "ok telemetry/sessions: every event names one",
    "ok telemetry/known-ids: 8 of 8 are",
  ]);
});

test.each([
  ["old-2.1.71", "warn telemetry/request-ids: 1 events have none; too old for it: 2.1.71"],
  ["labels-switched-off", "warn telemetry/sessions: 1 of 1 events name no session"],
  [
    "application-profile-unresolved-and-metadata-header",
    "warn telemetry/known-ids: only 0 of 1 are: logs of those calls are missing, or a gateway gives ids of its own",
  ],
])("%s: the missing piece is named", async (name, line) => {
  expect(await found(await folderOf(name))).toContain(line);
});

test("metrics without events", async () => {
  const lines = await found(await folderOf("plain", "metrics"));
  expect(lines).toHaveLength(1);
  expect(lines[0]).toMatch(/^warn telemetry\/events: \d+ metric points and no event/);
});

test("no events: sessions of bodies are enough, and nothing at all is not", () => {
  const none = {
    version: "2.1.332",
    events: 0,
    withRequestId: 0,
    knownRequestId: 0,
    withSession: 0,
    loggedSessions: 0,
    points: 0,
  };
  expect(telemetryChecks([{ ...none, loggedSessions: 3 }])).toMatchObject([{ status: "ok" }]);
  expect(telemetryChecks([])).toMatchObject([{ status: "warn", fix: [expect.stringContaining("Log request bodies")] }]);
});
