import { setTimeout } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { StubService } from "../../aws/stub-service.ts";
import { AthenaFront } from "./athena.ts";

const UNLOAD =
  "unload (select a, dt from t)\nto 's3://b/t/run=1/'\nwith (format = 'PARQUET', compression = 'ZSTD', partitioned_by = array['dt'])";

let trino: StubService;
let athena: AthenaFront;
let full: Set<string>;

beforeEach(async () => {
  full = new Set();
  trino = await StubService.start();
  trino.on(({ body }) => {
    const answer = body.includes("broken")
      ? { error: { errorName: "SYNTAX_ERROR", message: "line 1:1: broken" } }
      : { columns: [{ name: "n", type: "decimal(38,12)" }], data: Array.from({ length: 1500 }, (_, n) => [String(n)]) };
    return { status: 200, headers: { "content-type": "application/json" }, body: JSON.stringify(answer) };
  });
  athena = new AthenaFront({
    trino: trino.endpoint,
    catalog: "c",
    scratch: "scratch",
    holdsObjects: async (location) => full.has(location),
  });
});
afterEach(() => trino.stop());

const ask = (operation: string, body: object): { status: number; body: Record<string, unknown> } => {
  const answer = athena.answer(operation, JSON.stringify(body), "rollup");
  return { status: answer?.status ?? 0, body: { ...answer?.body } };
};

async function run(QueryString: string, more: object = {}): Promise<Record<string, unknown>> {
  const { QueryExecutionId } = ask("StartQueryExecution", {
    QueryString,
    QueryExecutionContext: { Database: "db" },
    ...more,
  }).body;
  for (;;) {
    const { QueryExecution } = ask("GetQueryExecution", { QueryExecutionId }).body;
    const found = Object(QueryExecution);
    if (!["QUEUED", "RUNNING"].includes(found.Status.State)) return found;
    await setTimeout(5);
  }
}

describe("Athena before a real engine", () => {
  it("runs a statement and gives its rows by pages of a thousand, names first", async () => {
    const { QueryExecutionId, Status, StatementType } = await run("select n from t");
    expect([Status, StatementType]).toEqual([{ State: "SUCCEEDED" }, "DML"]);
    const first = ask("GetQueryResults", { QueryExecutionId }).body;
    expect(Object(first["ResultSet"]).Rows).toHaveLength(1000);
    expect(Object(first["ResultSet"]).Rows[0]).toEqual({ Data: [{ VarCharValue: "n" }] });
    expect(Object(first["ResultSet"]).ResultSetMetadata.ColumnInfo[0]).toMatchObject({
      Type: "decimal",
      Precision: 38,
      Scale: 12,
    });
    const second = ask("GetQueryResults", { QueryExecutionId, NextToken: first["NextToken"] }).body;
    expect(Object(second["ResultSet"]).Rows).toHaveLength(501);
    expect(second["NextToken"]).toBeUndefined();
    expect(ask("GetQueryResults", { QueryExecutionId, MaxResults: 1001 }).status).toBe(400);
  });

  it("starts nothing twice for the same token, and refuses another text for it", async () => {
    const token = { ClientRequestToken: "x".repeat(64) };
    const [one, two] = [await run("select 1", token), await run("select 1", token)];
    expect(two["QueryExecutionId"]).toBe(one["QueryExecutionId"]);
    expect(ask("StartQueryExecution", { QueryString: "select 2", ...token }).status).toBe(400);
  });

  it("tells the engine's own words", async () => {
    expect(Object((await run("broken"))["Status"])).toMatchObject({
      State: "FAILED",
      StateChangeReason: "SYNTAX_ERROR: line 1:1: broken",
    });
  });

  it("answers nothing for what it refuses or does not know", () => {
    expect(ask("StartQueryExecution", { QueryString: "select ?", ExecutionParameters: ["1"] }).status).toBe(400);
    expect(ask("GetQueryExecution", { QueryExecutionId: "none" }).status).toBe(400);
    expect(athena.answer("ListNamedQueries", "{}", "x")).toBeUndefined();
  });

  it("makes a table of an UNLOAD, and drops it", async () => {
    expect(Object((await run(UNLOAD))["Status"]).State).toBe("SUCCEEDED");
    const [made, dropped] = trino.requests;
    expect(made?.body).toMatch(
      /^create table "scratch"\."unload_\w+" with \(external_location = 's3:\/\/b\/t\/run=1\/', format = 'PARQUET', partitioned_by/,
    );
    expect(made?.headers["x-trino-session"]).toBe("c.compression_codec=ZSTD");
    expect(dropped?.body).toMatch(/^drop table "scratch"\."unload_\w+"$/);
  });

  it("fails an UNLOAD into a folder that holds something, without asking the engine", async () => {
    full.add("s3://b/t/run=1/");
    expect(Object((await run(UNLOAD))["Status"])).toMatchObject({
      State: "FAILED",
      StateChangeReason: expect.stringContaining("HIVE_PATH_ALREADY_EXISTS"),
    });
    expect(trino.requests).toHaveLength(0);
  });

  it("lets an UNLOAD fail after it has written, to be tried again", async () => {
    athena.failUnloads(1);
    const { Status } = await run(UNLOAD);
    expect(Object(Status)).toMatchObject({ State: "FAILED", AthenaError: { Retryable: true } });
    expect(trino.requests).toHaveLength(2);
    expect(Object((await run(UNLOAD))["Status"]).State).toBe("SUCCEEDED");
  });
});
