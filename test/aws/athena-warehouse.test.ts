import { describe, expect, it } from "vitest";
import { athena, metered, plays, rowsOf, sent, servesAthena, slept, succeeded, warehouse } from "./athena-fixture.ts";
import { json, jsonError } from "./stub-service.ts";

servesAthena();

describe("AthenaWarehouse.query", () => {
  it("reads typed rows over several pages", async () => {
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

  it("puts values as literals into the text, which Athena's own parameters are not made for", async () => {
    plays({});
    await warehouse().query("dashboards/teams", { from: "2026-10-01", to: "2026-10-02" });
    const [start] = sent("StartQueryExecution");
    expect(String(start?.["QueryString"]).match(/dt between date '2026-10-01' and date '2026-10-02'/g)).toHaveLength(1);
    expect(start).not.toHaveProperty("ExecutionParameters");
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

  it("gives a query no more than the time that its function has left, and starts none when that is over", async () => {
    plays({ states: [{ Status: { State: "RUNNING" } }] });
    await expect(warehouse(() => 20_000).query("rollups/covered_days")).rejects.toThrow(/was stopped after 20 seconds/);
    expect(slept).toBe(20_000);
    expect(sent("StopQueryExecution")).toHaveLength(1);
    await expect(warehouse(() => 0).query("rollups/covered_days")).rejects.toThrow(
      /was not started: the time of this run is over/,
    );
    expect(sent("StartQueryExecution")).toHaveLength(1);
  });

  it("stops what is still under way when its caller gives up, and nothing that has ended", async () => {
    let asked = 0;
    plays({ states: [succeeded] });
    const own = warehouse();
    await own.query("rollups/covered_days");
    athena.on(({ operation }) => {
      if (operation === "StartQueryExecution") return json({ QueryExecutionId: "cut-off" });
      if (operation === "GetQueryExecution" && ++asked > 1) return jsonError("InternalServerException", "gone", 500);
      return json({ QueryExecution: { Status: { State: "RUNNING" } } });
    });
    await expect(own.query("rollups/covered_days")).rejects.toThrow(/asking for its state failed/);
    await own.stop();
    expect(sent("StopQueryExecution")).toEqual([{ QueryExecutionId: "cut-off" }]);
    await own.stop();
    expect(sent("StopQueryExecution")).toHaveLength(1);
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
