import { copyFileSync, mkdirSync, mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { AthenaClient } from "@aws-sdk/client-athena";
import { GlueClient, type StorageDescriptor } from "@aws-sdk/client-glue";
import { S3Client } from "@aws-sdk/client-s3";
import { DuckDBInstance } from "@duckdb/node-api";
import { type FauxqsServer, startFauxqs } from "fauxqs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { AthenaWarehouse } from "../../src/aws/athena-warehouse.ts";
import { curExpressions } from "../../src/aws/cur-expressions.ts";
import { curFileColumns } from "../../src/aws/cur-file-columns.ts";
import { glueSwap } from "../../src/aws/glue-swap.ts";
import { S3Store } from "../../src/aws/s3-store.ts";
import { stageBill } from "../../src/aws/stage-bill.ts";
import { lineExpressions } from "../../src/local/cur-columns.ts";
import { importCur } from "../../src/local/cur-import.ts";
import { DuckDbWarehouse } from "../../src/local/duckdb.ts";
import { quote, tableView } from "../../src/local/duckdb-tables.ts";
import { readResult } from "../../src/local/duckdb-values.ts";
import { curLineItems } from "../../src/tables/cur-line-items.ts";
import { clientFor, json, jsonError, StubService } from "./stub-service.ts";

const samples = join(import.meta.dirname, "../fixtures/samples/cur2");
const csv = readFileSync(join(samples, "cur2-with-iam-principal.csv"));
const BASE = "exports/bedrock-cur2";
const FILE = `${BASE}/data/BILLING_PERIOD=2026-10/bedrock-cur2-00001.csv.gz`;
const manifest = JSON.stringify({
  executionId: "e1",
  lastUpdatedAt: "2026-10-06T04:29:55Z",
  dataFiles: [`s3://billing/${FILE}`],
  statusCode: "DELIVERY_SUCCESS",
});

let server: FauxqsServer;
let services: StubService;
let bill: S3Store;
let data: S3Store;
let unloads: string[] = [];
let glueCalls: string[] = [];
let tablesMade: StorageDescriptor[] = [];

beforeAll(async () => {
  server = await startFauxqs({ port: 0, logger: false });
  for (const bucket of ["billing", "curated"]) server.createBucket(bucket);
  const client = new S3Client({ ...clientFor(`http://127.0.0.1:${server.port}`), forcePathStyle: true });
  bill = new S3Store("s3://billing", { client });
  data = new S3Store("s3://curated", { client });
  services = await StubService.start();
});
afterAll(async () => {
  services.stop();
  await server.stop();
});

function stage() {
  unloads = [];
  glueCalls = [];
  tablesMade = [];
  services.on(async ({ operation, body }) => {
    const input = JSON.parse(body);
    if (operation === "StartQueryExecution") {
      if (!input.QueryString.startsWith("unload")) return json({ QueryExecutionId: "read" });
      unloads.push(input.QueryString);
      const location = /\nto 's3:\/\/curated\/([^']+)'/.exec(input.QueryString)?.[1] ?? "";
      await data.write(`${location}period=2026-10/part`, "rows");
      return json({ QueryExecutionId: "run" });
    }
    if (operation === "GetQueryExecution")
      return json({ QueryExecution: { Status: { State: "SUCCEEDED" }, StatementType: "DML" } });
    if (operation === "GetQueryResults") return json({ ResultSet: { ResultSetMetadata: { ColumnInfo: [] }, Rows: [] } });
    glueCalls.push(operation);
    if (operation === "CreateTable") tablesMade.push(input.TableInput.StorageDescriptor);
    if (operation === "DeleteTable" && glueCalls.length === 1) return jsonError("EntityNotFoundException", "none");
    if (operation === "GetTable") return json({ Table: { StorageDescriptor: { Columns: [] } } });
    if (operation === "GetPartitions") return json({ Partitions: [] });
    return json({ Errors: [] });
  });
  const glue = new GlueClient({ ...clientFor(services.endpoint), maxAttempts: 1 });
  const warehouse = new AthenaWarehouse({
    database: "strata_test",
    workgroup: "strata-test",
    data: "s3://curated",
    athena: new AthenaClient({ ...clientFor(services.endpoint), maxAttempts: 1 }),
    swapPartitions: glueSwap({}, glue),
    store: data,
    sleep: async () => undefined,
  });
  return stageBill({ warehouse, glue, database: "strata_test", source: bill });
}

describe("stageBill", () => {
  it("stages the newest delivery of a period: a table over its files, one UNLOAD, one swap, and the table is gone again", async () => {
    await bill.write(FILE, gzipSync(csv));
    await bill.write(`${BASE}/metadata/BILLING_PERIOD=2026-10/bedrock-cur2-Manifest.json`, manifest);
    const { periods, findings } = await stage();
    expect(periods).toEqual(["2026-10"]);
    expect(findings).toEqual([]);
    expect(unloads).toHaveLength(1);
    expect(unloads[0]).toContain(`where "$path" in ('s3://billing/${FILE}')`);
    expect(tablesMade.map(({ SerdeInfo }) => SerdeInfo?.Parameters)).toEqual([
      { separatorChar: ",", quoteChar: '"', escapeChar: "\u0001" },
    ]);
    expect(glueCalls).toEqual(["DeleteTable", "CreateTable", "GetTable", "GetPartitions", "BatchCreatePartition", "DeleteTable"]);
  });

  it("takes the same lines and dollars from a bill as the local import", async () => {
    await bill.write(FILE, gzipSync(csv));
    await stage();
    // The statement of Athena on DuckDB: what the engines name differently is defined here; the dialect itself is proved on Trino.
    const instance = await DuckDBInstance.create(":memory:");
    const connection = await instance.connect();
    await connection.run("set TimeZone='UTC'");
    await connection.run("create macro regexp_like(a, b) as regexp_matches(a, b)");
    await connection.run("create macro json_parse(a) as a::json");
    await connection.run("create macro try(a) as a");
    await connection.run("create macro element_at(m, k) as map_extract_value(m, k)");
    await connection.run(tableView(join(tmpdir(), "strata-nothing-staged"), curLineItems));
    const text = unloads[0] ?? "";
    const table = /from "(staging_\w+)"/.exec(text)?.[1] ?? "";
    await connection.run(
      `create view ${table} as select *, 's3://billing/${FILE}' as "$path" from read_csv(${quote(join(samples, "cur2-with-iam-principal.csv"))}, all_varchar=true, header=true, quote='"', escape='"')`,
    );
    const select = /^unload \((select [\s\S]*)\)\nto /.exec(text)?.[1] ?? "";
    const columns =
      "count(*) as n, sum(unblended_cost) as usd, sum(usage_amount) as amount, count(iam_principal) as principals, count(distinct usage_start) as hours, max(product['product_name']) as product, count(tags) as tags";
    const { rows: staged } = await readResult(await connection.run(`select ${columns} from (${select})`));
    connection.closeSync();

    const folder = mkdtempSync(join(tmpdir(), "strata-bill-"));
    mkdirSync(join(folder, "cur/data/BILLING_PERIOD=2026-10"), { recursive: true });
    copyFileSync(join(samples, "cur2-with-iam-principal.csv"), join(folder, "cur/data/BILLING_PERIOD=2026-10/part.csv"));
    await importCur({ paths: [join(folder, "cur")], folder: join(folder, "data") });
    const local = await DuckDbWarehouse.open(join(folder, "data"));
    const { rows: imported } = await local.adhoc(`select ${columns} from cur_line_items`);
    local.close();
    expect(staged).toEqual(imported);
  });

  it("leaves out a period whose files lack a column, and says which", async () => {
    await bill.write(FILE, gzipSync("identity_line_item_id,line_item_usage_type\na,b\n"));
    const { periods, findings } = await stage();
    expect(periods).toEqual([]);
    expect(findings[0]).toMatchObject({
      code: "missing_column",
      severity: "error",
      message: expect.stringContaining("line_item_usage_account_id"),
    });
  });

  it("leaves out a delivery of which a file is missing", async () => {
    await bill.remove(FILE);
    const { periods, findings } = await stage();
    expect(periods).toEqual([]);
    expect(findings.map(({ code }) => code)).toContain("half_written_delivery");
  });
});

describe("columns of a bill", () => {
  it("are the same list as the local import's", () => {
    const all = new Map(["line_item_iam_principal"].map((name) => [name, "string"]));
    const own = new Set(curExpressions(all).keys());
    const wanted = curLineItems.columns
      .map(({ name }) => name)
      .filter((name) => !["cur_version", "source_file", "delivered_at", "incomplete"].includes(name));
    expect([...own].sort()).toEqual([...wanted].sort());
    for (const name of own) expect(lineExpressions(new Map()).has(name), name).toBe(true);
  });

  it("are read from the header of a compressed CSV", async () => {
    await bill.write("one.csv.gz", gzipSync(csv));
    const columns = await curFileColumns(bill, "one.csv.gz");
    expect(columns.get("line_item_iam_principal")).toBe("string");
    expect(columns.size).toBeGreaterThan(10);
  });

  it("are read from the footer of a Parquet file, with their types", async () => {
    const instance = await DuckDBInstance.create(":memory:");
    const connection = await instance.connect();
    const file = join(mkdtempSync(join(tmpdir(), "strata-parquet-")), "bill.parquet");
    await connection.run(
      `copy (select 'a' as line_item_usage_type, 1.5::double as line_item_unblended_cost, timestamp '2026-10-05 00:00:00' as line_item_usage_start_date, map {'k': 'v'} as tags, 1::decimal(18,4) as d, true as b, date '2026-10-05' as day, 1::bigint as n) to ${quote(file)} (format parquet)`,
    );
    connection.closeSync();
    await bill.write("bill.parquet", readFileSync(file));
    expect(Object.fromEntries(await curFileColumns(bill, "bill.parquet"))).toEqual({
      line_item_usage_type: "string",
      line_item_unblended_cost: "double",
      line_item_usage_start_date: "timestamp",
      tags: "map<string,string>",
      d: "decimal(18,4)",
      b: "boolean",
      day: "date",
      n: "bigint",
    });
  });
});
