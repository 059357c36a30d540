import { describe, expect, it } from "vitest";
import { countFrom, glue, plays, rowsOf, sent, servesAthena, store, warehouse } from "./athena-fixture.ts";
import { json, type StubAnswer } from "./stub-service.ts";

servesAthena();

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
    countFrom(100);
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
    countFrom(200);
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
    countFrom(300);
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
      .map((start) => String(start["QueryString"]).match(/date '[^']*'/g));
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
