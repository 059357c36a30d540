import { AthenaClient } from "@aws-sdk/client-athena";
import { GlueClient } from "@aws-sdk/client-glue";
import { S3Client } from "@aws-sdk/client-s3";
import { type FauxqsServer, startFauxqs } from "fauxqs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { QueryMetering } from "../../src/aws/athena-run.ts";
import { AthenaWarehouse } from "../../src/aws/athena-warehouse.ts";
import { glueSwap } from "../../src/aws/glue-swap.ts";
import { S3Store } from "../../src/aws/s3-store.ts";
import { clientFor, json, jsonError, type StubAnswer, type StubRequest, StubService } from "./stub-service.ts";

let athena: StubService;
let glue: StubService;
let s3: FauxqsServer;
let store: S3Store;
let metered: QueryMetering[] = [];
let slept = 0;

beforeAll(async () => {
  athena = await StubService.start();
  glue = await StubService.start();
  s3 = await startFauxqs({ port: 0, logger: false });
  s3.createBucket("curated");
  store = new S3Store("s3://curated", {
    client: new S3Client({ ...clientFor(`http://127.0.0.1:${s3.port}`), forcePathStyle: true }),
  });
});
afterAll(async () => {
  athena.stop();
  glue.stop();
  await s3.stop();
});

let ids = 0;
function warehouse(): AthenaWarehouse {
  metered = [];
  slept = 0;
  let time = 0;
  return new AthenaWarehouse({
    database: "strata_test",
    workgroup: "strata-test",
    data: "s3://curated",
    athena: new AthenaClient({ ...clientFor(athena.endpoint), maxAttempts: 2 }),
    swapPartitions: glueSwap({}, new GlueClient({ ...clientFor(glue.endpoint), maxAttempts: 2 })),
    store,
    timeout: 60_000,
    onQuery: (metering) => metered.push(metering),
    sleep: async (millis) => {
      time += millis;
      slept += millis;
    },
    now: () => time,
    random: () => 0.5,
    newId: () => `id-${++ids}`,
  });
}

interface Script {
  readonly states?: readonly object[];
  readonly results?: (request: StubRequest) => object;
  readonly start?: (count: number) => StubAnswer | undefined;
}
const succeeded = {
  Status: { State: "SUCCEEDED" },
  StatementType: "DML",
  Statistics: { DataScannedInBytes: 20_000_000, TotalExecutionTimeInMillis: 900 },
};

/** Athena as a script: states one after the other, the last one for ever. */
function plays({
  states = [succeeded],
  results = () => ({ ResultSet: { ResultSetMetadata: { ColumnInfo: [] }, Rows: [] } }),
  start = () => undefined,
}: Script): void {
  let starts = 0;
  let asked = 0;
  athena.on((request) => {
    switch (request.operation) {
      case "StartQueryExecution": {
        asked = 0;
        return start(++starts) ?? json({ QueryExecutionId: `run-${starts}` });
      }
      case "GetQueryExecution":
        return json({ QueryExecution: { QueryExecutionId: "run", ...states[Math.min(asked++, states.length - 1)] } });
      case "GetQueryResults":
        return json(results(request));
      default:
        return json({});
    }
  });
}
const sent = (operation: string): Record<string, unknown>[] =>
  athena.requests.filter((request) => request.operation === operation).map(({ body }) => JSON.parse(body));
const rowsOf = (...rows: (string | null)[][]) =>
  rows.map((row) => ({ Data: row.map((cell) => (cell === null ? {} : { VarCharValue: cell })) }));

describe("AthenaWarehouse.query", () => {
  it("passes parameters as typed literals and reads typed rows over several pages", async () => {
    const columns = [
      { Name: "first_day", Type: "date" },
      { Name: "last_day", Type: "date" },
    ];
    plays({
      states: [{ Status: { State: "QUEUED" } }, { Status: { State: "RUNNING" } }, succeeded],
      results: ({ body }) =>
        body.includes("NextToken")
          ? { ResultSet: { ResultSetMetadata: { ColumnInfo: columns }, Rows: rowsOf(["2026-10-03", null]) } }
          : {
              NextToken: "more",
              ResultSet: {
                ResultSetMetadata: { ColumnInfo: columns },
                Rows: rowsOf(["first_day", "last_day"], ["2026-10-01", "2026-10-02"]),
              },
            },
    });
    const { rows, columns: named } = await warehouse().query("rollups/covered_days");
    expect(rows).toEqual([
      { first_day: "2026-10-01", last_day: "2026-10-02" },
      { first_day: "2026-10-03", last_day: null },
    ]);
    expect(named).toEqual([
      { name: "first_day", type: "date" },
      { name: "last_day", type: "date" },
    ]);
    expect(slept).toBe(450);
    expect(metered).toMatchObject([
      { query: "rollups/covered_days", state: "SUCCEEDED", bytesScanned: 20_000_000, milliseconds: 900, reused: false },
    ]);
  });

  it("gives a parameter once for each use, and a token that a repeated start shares", async () => {
    plays({});
    await warehouse().query("rollups/repeated_deliveries", { from: "2026-10-01", to: "2026-10-02" });
    const [start] = sent("StartQueryExecution");
    expect(start?.["ExecutionParameters"]).toEqual([
      "date '2026-10-01'",
      "date '2026-10-02'",
      "date '2026-10-01'",
      "date '2026-10-02'",
    ]);
    expect(start?.["QueryExecutionContext"]).toEqual({ Database: "strata_test" });
    expect(String(start?.["ClientRequestToken"])).toMatch(/^[0-9a-f]{64}$/);
  });

  it("keeps the token when the start is tried again", async () => {
    plays({ start: (count) => (count === 1 ? jsonError("TooManyRequestsException", "slow down") : undefined) });
    await warehouse().query("rollups/covered_days");
    const tokens = sent("StartQueryExecution").map((start) => start["ClientRequestToken"]);
    expect(tokens).toHaveLength(2);
    expect(new Set(tokens).size).toBe(1);
  });

  it("runs a query again, under a new token, when Athena says that this may help", async () => {
    const failed = {
      Status: {
        State: "FAILED",
        StateChangeReason: "Query exhausted resources at this scale factor",
        AthenaError: { Retryable: true },
      },
    };
    let runs = 0;
    athena.on(({ operation }) => {
      if (operation === "StartQueryExecution") return json({ QueryExecutionId: `run-${++runs}` });
      if (operation === "GetQueryExecution") return json({ QueryExecution: runs < 2 ? failed : succeeded });
      return json({ ResultSet: { Rows: [] } });
    });
    await warehouse().query("rollups/covered_days");
    expect(new Set(sent("StartQueryExecution").map((start) => start["ClientRequestToken"])).size).toBe(2);
    expect(metered.map(({ state, cost }) => [state, cost > 0n])).toEqual([
      ["FAILED", false],
      ["SUCCEEDED", true],
    ]);
  });

  it.each([
    [
      "SYNTAX_ERROR: line 9:3: Column 'teem' cannot be resolved",
      /^athena: rollups\/covered_days failed at line 9: .*Column 'teem'/,
      /of an older version: deploy again/,
    ],
    [
      "TABLE_NOT_FOUND: line 6:6: Table awsdatacatalog.strata_test.hourly_usage does not exist",
      /does not exist/,
      /Deploy the stack/,
    ],
    ["Bytes scanned limit was exceeded", /Bytes scanned limit/, /narrow the range of days/i],
    ["Access Denied when writing to location s3://results/", /Access Denied/, /s3:PutObject on the results/],
  ])("says what to do about: %s", async (reason, message, hint) => {
    plays({ states: [{ Status: { State: "FAILED", StateChangeReason: reason } }] });
    const error = await warehouse()
      .query("rollups/covered_days")
      .catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({
      query: "rollups/covered_days",
      message: expect.stringMatching(message),
      hint: expect.stringMatching(hint),
    });
  });

  it("stops a query whose time is up", async () => {
    plays({ states: [{ Status: { State: "RUNNING" } }] });
    await expect(warehouse().query("rollups/covered_days")).rejects.toThrow(
      /was stopped after 60 seconds \(execution run-1, RUNNING\)/,
    );
    expect(sent("StopQueryExecution")).toEqual([{ QueryExecutionId: "run-1" }]);
  });

  it.each([
    [
      "AccessDeniedException",
      jsonError("AccessDeniedException", "not authorized to perform athena:StartQueryExecution", 400),
      /access is denied.*athena:StartQueryExecution/,
    ],
    ["ExpiredTokenException", jsonError("ExpiredTokenException", "expired", 403), /credentials have expired/],
    ["a lasting 500", jsonError("InternalServerException", "oops", 500), /the service failed/],
    ["a lasting throttle", jsonError("ThrottlingException", "rate", 400), /refused the rate/],
  ])("names the query when the start meets %s", async (_, answer, message) => {
    plays({ start: () => answer });
    const error = await warehouse()
      .query("rollups/covered_days")
      .catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ message: expect.stringMatching(message) });
    expect(String(error)).toContain("athena: rollups/covered_days: starting it failed");
  });

  it("reads maps that Athena's text leaves in doubt by asking again as JSON, in the first order", async () => {
    const columns = [
      { Name: "principal_arn", Type: "varchar" },
      { Name: "tags", Type: "map" },
    ];
    plays({
      results: () => {
        const wrapped = String(sent("StartQueryExecution").at(-1)?.["QueryString"]).includes("json_format");
        return wrapped
          ? {
              ResultSet: {
                ResultSetMetadata: { ColumnInfo: columns },
                Rows: rowsOf(["principal_arn", "tags"], ["b", '{"k":"v"}'], ["a", '{"x":"1, y=2"}']),
              },
            }
          : {
              ResultSet: {
                ResultSetMetadata: { ColumnInfo: columns },
                Rows: rowsOf(["principal_arn", "tags"], ["a", "{x=1, y=2}"], ["b", "{k=v}"]),
              },
            };
      },
    });
    const { rows } = await warehouse().adhoc("select principal_arn, tags from t order by 1;");
    expect(rows).toEqual([
      { principal_arn: "a", tags: { x: "1, y=2" } },
      { principal_arn: "b", tags: { k: "v" } },
    ]);
    expect(metered).toHaveLength(2);
  });
});

describe("AthenaWarehouse.adhoc", () => {
  it.each([
    "insert into t values (1)",
    "drop table t",
    "-- select\ndelete from t",
    "/* select */ create table x as select 1",
    "",
    "msck repair table t",
  ])("refuses %j", async (text) => {
    await expect(warehouse().adhoc(text)).rejects.toThrow(/only statements that read/);
  });
  it.each([
    "select 1",
    "with a as (select 1) select * from a",
    "(select 1)",
    "-- hello\nselect 1",
    "explain select 1",
    "VALUES 1",
  ])("runs %j", async (text) => {
    plays({});
    await warehouse().adhoc(text);
    expect(sent("StartQueryExecution")).toHaveLength(1);
  });
});

describe("AthenaWarehouse.replaceDays", () => {
  /** Glue with some partitions; keeps what was asked. */
  function catalog(present: Readonly<Record<string, string>>, faults: Readonly<Record<string, StubAnswer>> = {}): void {
    glue.on(({ operation }) => {
      const fault = faults[operation];
      if (fault) return fault;
      if (operation === "GetTable")
        return json({
          Table: { Name: "hourly_usage", StorageDescriptor: { Columns: [], Location: "s3://curated/hourly_usage/" } },
        });
      if (operation === "GetPartitions")
        return json({
          Partitions: Object.entries(present).map(([day, Location]) => ({ Values: [day], StorageDescriptor: { Location } })),
        });
      return json({ Errors: [] });
    });
  }
  const asked = (operation: string) =>
    glue.requests.filter((request) => request.operation === operation).map(({ body }) => JSON.parse(body));
  const counted = {
    results: () => ({
      ResultSet: { ResultSetMetadata: { ColumnInfo: [{ Name: "n", Type: "bigint" }] }, Rows: rowsOf(["n"], ["3"]) },
    }),
  };

  it("unloads to a new place, swaps days that have rows, drops days that have none, and marks what was replaced", async () => {
    ids = 100;
    await store.write("hourly_usage/run=old/dt=2026-10-01/part", "old rows");
    await store.write("hourly_usage/run=id-101/dt=2026-10-01/part", "x");
    await store.write("hourly_usage/run=id-101/dt=2026-10-02/part", "x");
    catalog({
      "2026-10-01": "s3://curated/hourly_usage/run=old/dt=2026-10-01/",
      "2026-10-03": "s3://curated/hourly_usage/run=old/dt=2026-10-03/",
    });
    plays(counted);
    expect(await warehouse().replaceDays("hourly_usage", "rollups/hourly_usage", { from: "2026-10-01", to: "2026-10-03" })).toBe(
      3,
    );
    const [unload] = sent("StartQueryExecution");
    expect(String(unload?.["QueryString"])).toMatch(/^unload \(select cast\("hour" as integer\) as "hour", .*, "dt" from \(/);
    expect(String(unload?.["QueryString"])).toContain("to 's3://curated/hourly_usage/run=id-101/'");
    expect(asked("BatchCreatePartition")[0].PartitionInputList).toMatchObject([
      { Values: ["2026-10-02"], StorageDescriptor: { Location: "s3://curated/hourly_usage/run=id-101/dt=2026-10-02/" } },
    ]);
    expect(asked("BatchUpdatePartition")[0].Entries).toMatchObject([{ PartitionValueList: ["2026-10-01"] }]);
    expect(asked("BatchDeletePartition")[0].PartitionsToDelete).toEqual([{ Values: ["2026-10-03"] }]);
  });

  it("updates a partition that somebody else made in the meantime", async () => {
    ids = 200;
    await store.write("hourly_usage/run=id-201/dt=2026-10-01/part", "x");
    catalog(
      {},
      {
        BatchCreatePartition: json({
          Errors: [{ PartitionValues: ["2026-10-01"], ErrorDetail: { ErrorCode: "AlreadyExistsException" } }],
        }),
      },
    );
    plays(counted);
    await warehouse().replaceDays("hourly_usage", "rollups/hourly_usage", { from: "2026-10-01", to: "2026-10-01" });
    expect(asked("BatchUpdatePartition")).toHaveLength(1);
  });

  it("names the day that Glue did not change", async () => {
    ids = 300;
    await store.write("hourly_usage/run=id-301/dt=2026-10-01/part", "x");
    catalog(
      {},
      {
        BatchCreatePartition: json({
          Errors: [
            { PartitionValues: ["2026-10-01"], ErrorDetail: { ErrorCode: "InternalServiceException", ErrorMessage: "again" } },
          ],
        }),
      },
    );
    plays(counted);
    await expect(
      warehouse().replaceDays("hourly_usage", "rollups/hourly_usage", { from: "2026-10-01", to: "2026-10-01" }),
    ).rejects.toThrow(/1 partitions of hourly_usage were not changed; the first is dt=2026-10-01/);
  });

  it("changes nothing when the unload fails", async () => {
    catalog({});
    plays({ states: [{ Status: { State: "FAILED", StateChangeReason: "line 12:1: mismatched input" } }] });
    await expect(
      warehouse().replaceDays("hourly_usage", "rollups/hourly_usage", { from: "2026-10-01", to: "2026-10-01" }),
    ).rejects.toThrow(/failed at line 11/);
    expect(glue.requests).toEqual([]);
  });

  it("splits a range that one statement cannot write", async () => {
    catalog({});
    plays(counted);
    await warehouse().replaceDays("hourly_usage", "rollups/hourly_usage", { from: "2026-01-01", to: "2026-04-30" });
    const ranges = sent("StartQueryExecution")
      .filter((start) => String(start["QueryString"]).startsWith("unload"))
      .map((start) => start["ExecutionParameters"]);
    expect(ranges).toEqual([
      ["date '2026-01-01'", "date '2026-03-31'"],
      ["date '2026-04-01'", "date '2026-04-30'"],
    ]);
  });

  it("refuses a table that is not replaced by days", async () => {
    await expect(
      warehouse().replaceDays("principals", "rollups/hourly_usage", { from: "2026-01-01", to: "2026-01-01" }),
    ).rejects.toThrow(/not a table that is replaced by days/);
  });
});
