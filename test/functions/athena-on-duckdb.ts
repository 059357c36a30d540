import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { gunzipSync } from "node:zlib";
import type { TableInput } from "@aws-sdk/client-glue";
import { type DuckDBConnection, DuckDBInstance } from "@duckdb/node-api";
import { identifier, quote, tableView } from "../../src/local/duckdb-tables.ts";
import { readResult } from "../../src/local/duckdb-values.ts";
import type { ObjectInfo, ObjectStore, QueryResult, SqlValue } from "../../src/ports.ts";
import { queryFile } from "../../src/query/files.ts";
import { viewsInOrder } from "../../src/query/views-in-order.ts";
import { tables } from "../../src/tables/index.ts";
import { json, jsonError, type StubAnswer, type StubRequest } from "../aws/stub-service.ts";

/**
 * Athena and Glue over the loopback, with DuckDB as the engine: tables are read from the bucket where the catalog says they are, UNLOAD writes
 * to the bucket. What it proves is the functions, not the SQL's dialect; that is the Trino run's. It refuses what Athena refuses, and a run that
 * fails leaves what it has written, as Athena's does.
 */
export class AthenaOnDuckDb {
  readonly #store: ObjectStore;
  readonly #others: ReadonlyMap<string, ObjectStore>;
  readonly #catalog = new Map<string, TableInput>();
  readonly #partitions = new Map<string, Map<string, string>>();
  readonly #results = new Map<string, { state: object; result?: QueryResult }>();
  readonly statements: string[] = [];
  /** How many of the next UNLOADs fail after they have written, as retryable failures do. */
  failingUnloads = 0;
  /** Compressed files that are cut off; a statement fails that reads them. */
  readonly #cutOff = new Set<string>();
  /** Statements that never end by themselves, by a part of their text. */
  hanging: string | undefined;
  /** Executions that were stopped, by id. */
  readonly stopped = new Set<string>();
  /** Whose call it is: the role of a function. */
  caller = "";
  /** Tables whose partitions were changed, by caller. */
  readonly swapped = new Map<string, Set<string>>();
  #databaseExists = false;
  #engine: Engine | undefined;
  readonly named = new Map<string, string>();

  /** @param others buckets outside of the stack by name, whose objects a table of the catalog may show */
  constructor(store: ObjectStore, others: Readonly<Record<string, ObjectStore>> = {}) {
    this.#store = store;
    this.#others = new Map(Object.entries(others));
  }

  get tableNames(): string[] {
    return [...this.#catalog.keys()];
  }

  readonly answer = async ({ operation, body }: StubRequest): Promise<StubAnswer> => {
    const input = JSON.parse(body);
    switch (operation) {
      case "StartQueryExecution":
        return /\?/.test(input.QueryString.replace(/'(?:[^']|'')*'|--[^\n]*/g, "")) || input.ExecutionParameters
          ? jsonError("InvalidRequestException", "Athena documents parameters for WHERE alone; this one takes none")
          : Buffer.byteLength(input.QueryString) > 262_144
            ? jsonError("InvalidRequestException", "the query string is too long")
            : json({ QueryExecutionId: await this.#start(input.QueryString) });
      case "StopQueryExecution":
        this.stopped.add(input.QueryExecutionId);
        return json({});
      case "GetQueryExecution":
        return json({ QueryExecution: this.#results.get(input.QueryExecutionId)?.state });
      case "GetQueryResults":
        return json({ ResultSet: resultSet(this.#results.get(input.QueryExecutionId)?.result) });
      case "GetDatabase":
        return this.#databaseExists
          ? json({ Database: { Name: input.Name } })
          : jsonError("EntityNotFoundException", "no database");
      case "CreateDatabase":
        this.#databaseExists = true;
        return json({});
      case "GetTable":
        return this.#catalog.has(input.Name)
          ? json({ Table: this.#catalog.get(input.Name) })
          : jsonError("EntityNotFoundException", "no table");
      case "CreateTable":
        if (this.#catalog.has(input.TableInput.Name)) return jsonError("AlreadyExistsException", "there is such a table");
        this.#catalog.set(input.TableInput.Name, input.TableInput);
        return json({});
      case "UpdateTable":
        this.#catalog.set(input.TableInput.Name, input.TableInput);
        return json({});
      case "DeleteTable":
        return this.#catalog.delete(input.Name) ? json({}) : jsonError("EntityNotFoundException", "no table");
      case "GetPartitions":
        return json({
          Partitions: [...this.#partitionsOf(input.TableName)].map(([value, Location]) => ({
            Values: [value],
            StorageDescriptor: { Location },
          })),
        });
      case "BatchCreatePartition":
        for (const { Values, StorageDescriptor } of input.PartitionInputList)
          this.#changed(input.TableName).set(Values[0], StorageDescriptor.Location);
        return json({ Errors: [] });
      case "BatchUpdatePartition":
        for (const { PartitionValueList, PartitionInput } of input.Entries)
          this.#changed(input.TableName).set(PartitionValueList[0], PartitionInput.StorageDescriptor.Location);
        return json({ Errors: [] });
      case "BatchDeletePartition":
        for (const { Values } of input.PartitionsToDelete) this.#partitionsOf(input.TableName).delete(Values[0]);
        return json({ Errors: [] });
      // CloudWatch is asked at the same address: as many calls an hour as it takes to see them again.
      case "GetMetricData":
        return json({ MetricDataResults: [{ Id: "invocations", Timestamps: [input.EndTime - 3600], Values: [77] }] });
      case "ListNamedQueries":
        return json({ NamedQueryIds: [] });
      case "CreateNamedQuery":
        this.named.set(input.Name, input.QueryString);
        return json({ NamedQueryId: input.Name });
      default:
        return jsonError("InvalidRequestException", `the test's Athena has no ${operation}`);
    }
  };

  #changed(table: string): Map<string, string> {
    this.swapped.set(this.caller, (this.swapped.get(this.caller) ?? new Set()).add(table));
    return this.#partitionsOf(table);
  }

  #partitionsOf(table: string): Map<string, string> {
    const known = this.#partitions.get(table) ?? new Map<string, string>();
    this.#partitions.set(table, known);
    return known;
  }

  async #start(text: string): Promise<string> {
    const id = `execution-${this.#results.size + 1}`;
    this.statements.push(text);
    try {
      if (this.hanging !== undefined && text.includes(this.hanging)) {
        this.#results.set(id, { state: { Status: { State: "RUNNING" } } });
      } else if (/^create or replace view/.test(text)) {
        this.#results.set(id, { state: { Status: { State: "SUCCEEDED" }, StatementType: "DDL" } });
      } else {
        const unload = /^unload \((select [\s\S]*)\)\nto '([^']+)'\nwith \(.*partitioned_by = array\['(\w+)'\]\)$/.exec(text);
        const result = await this.#withEngine(async (connection) => {
          if ([...this.#cutOff].some((place) => text.includes(quote(place)))) throw new Error("Unexpected end of input stream");
          if (!unload) return readResult(await connection.run(text));
          await this.#unload(connection, unload[1] ?? "", unload[2] ?? "", unload[3] ?? "");
          return undefined;
        });
        if (unload && this.failingUnloads > 0) {
          this.failingUnloads -= 1;
          const Status = { State: "FAILED", StateChangeReason: "internal error", AthenaError: { Retryable: true } };
          this.#results.set(id, { state: { Status } });
          return id;
        }
        this.#results.set(id, {
          state: { Status: { State: "SUCCEEDED" }, StatementType: "DML", Statistics: { DataScannedInBytes: 1_000_000 } },
          ...(result ? { result } : {}),
        });
      }
    } catch (error) {
      this.#results.set(id, { state: { Status: { State: "FAILED", StateChangeReason: String(error) } } });
    }
    return id;
  }

  async #unload(connection: DuckDBConnection, select: string, location: string, key: string): Promise<void> {
    const folder = mkdtempSync(join(tmpdir(), "strata-unload-"));
    const [{ n } = { n: 0 }] = (await readResult(await connection.run(`select count(*) as n from (${select})`))).rows;
    const [{ parts } = { parts: 0 }] = (
      await readResult(await connection.run(`select count(distinct ${key}) as parts from (${select})`))
    ).rows;
    if (Number(parts) > 100) throw new Error("HIVE_TOO_MANY_OPEN_PARTITIONS: Exceeded limit of 100 open writers for partitions");
    if (Number(n) > 0)
      await connection.run(`copy (${select}) to ${quote(join(folder, "out"))} (format parquet, partition_by (${key}))`);
    const below = location.replace(/^s3:\/\/[^/]+\//, "");
    if (Number(n) > 0) {
      for (const path of readdirSync(join(folder, "out"), { recursive: true, encoding: "utf8" }))
        if (path.endsWith(".parquet"))
          await this.#store.write(
            `${below}${path.replace(/\.parquet$/, "")}-${this.#results.size + 1}`,
            readFileSync(join(folder, "out", path)),
          );
    }
    rmSync(folder, { recursive: true });
  }

  /** One engine, brought up to date where bucket or catalog changed: making one takes longer than most queries. */
  async #withEngine<T>(work: (connection: DuckDBConnection) => Promise<T>): Promise<T> {
    const signature = await this.#signature();
    this.#engine ??= await openEngine();
    const engine = this.#engine;
    if (engine.signature !== signature) {
      // Without a signature until it is whole: a file that cannot be read leaves nothing half-made behind.
      engine.signature = "";
      await this.#download(engine);
      for (const table of tables()) {
        if (engine.whole && !engine.changed.has(table.name)) continue;
        await engine.connection.run(tableView(engine.folder, table));
        engine.changed.delete(table.name);
      }
      for (const [name, { StorageDescriptor }] of this.#catalog)
        if (!tables().some((table) => table.name === name))
          await engine.connection.run(await this.#fileView(name, StorageDescriptor, engine.folder));
      if (!engine.whole)
        for (const name of viewsInOrder())
          await engine.connection.run(`create or replace view ${identifier(name.slice(6))} as ${queryFile(name).sql}`);
      engine.whole = true;
      engine.signature = signature;
    }
    return work(engine.connection);
  }

  /** A table over CSV files of somebody else's bucket: every cell text, columns by their place, as OpenCSVSerde reads them. */
  async #fileView(name: string, given: TableInput["StorageDescriptor"], folder: string): Promise<string> {
    const [, bucket = "", prefix = ""] = /^s3:\/\/([^/]+)\/(.*)$/.exec(given?.Location ?? "") ?? [];
    const columns = (given?.Columns ?? []).map((column) => quote(column.Name ?? "")).join(", ");
    const store = this.#others.get(bucket);
    const selects: string[] = [];
    for await (const { key } of store?.list(prefix) ?? []) {
      // A condition on "$path" keeps Athena from reading what lies beside the parts.
      if (!/\.csv(\.gz)?$/.test(key)) continue;
      const path = join(folder, "files", name, key.replace(/\.gz$/, ""));
      mkdirSync(dirname(path), { recursive: true });
      const bytes = (await store?.readAll(key))?.bytes ?? new Uint8Array();
      const text = plainText(key, bytes);
      const place = `s3://${bucket}/${key}`;
      if (text === undefined) this.#cutOff.add(place);
      else this.#cutOff.delete(place);
      if (text === undefined) continue;
      writeFileSync(path, text);
      const rows = `read_csv(${quote(path)}, all_varchar=true, header=true, names=[${columns}], quote='"', escape='"')`;
      selects.push(`select *, ${quote(`s3://${bucket}/${key}`)} as "$path" from ${rows}`);
    }
    return `create or replace view ${identifier(name)} as ${selects.join("\nunion all by name\n")}`;
  }

  /** Rows of any SELECT over what the catalog shows. */
  async select(sql: string): Promise<QueryResult["rows"]> {
    return (await this.#withEngine(async (connection) => readResult(await connection.run(sql)))).rows;
  }

  close(): void {
    this.#engine?.connection.closeSync();
    this.#engine?.instance.closeSync();
    if (this.#engine) rmSync(this.#engine.folder, { recursive: true, force: true });
    this.#engine = undefined;
  }

  async #signature(): Promise<string> {
    const parts: string[] = [];
    for await (const { key, etag } of this.#store.list())
      if (!/^(alerts-state|current|state)\//.test(key)) parts.push(`${key} ${etag}`);
    return JSON.stringify([parts, this.tableNames, [...this.#partitions].map(([table, values]) => [table, [...values]])]);
  }

  /** The bucket as the catalog shows it: of a swapped table only what its partitions point to. */
  async #download({ folder, files, changed }: Engine): Promise<void> {
    const wanted = new Map<string, ObjectInfo>();
    for await (const object of this.#store.list())
      if (!/^\w+\/run=/.test(object.key) && !object.key.startsWith("shadow/")) wanted.set(object.key, object);
    for (const [table, partitions] of this.#partitions) {
      const [{ name } = { name: "dt" }] = tables().find((known) => known.name === table)?.partitions ?? [];
      for (const [value, location] of partitions) {
        const below = location.replace(/^s3:\/\/[^/]+\//, "");
        for await (const object of this.#store.list(below))
          wanted.set(`${table}/${name}=${value}/${object.key.slice(below.length)}.parquet`, object);
      }
    }
    const changes = (path: string): void => void changed.add(path.replace(/[/.].*/, ""));
    for (const path of [...files.keys()])
      if (!wanted.has(path)) {
        changes(path);
        rmSync(join(folder, path), { force: true });
        files.delete(path);
      }
    for (const [path, { key, etag = "" }] of wanted) {
      if (files.get(path) === `${key} ${etag}`) continue;
      changes(path);
      // Another file, also for the engine, which may keep what it knows of one.
      rmSync(join(folder, path), { force: true });
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), (await this.#store.readAll(key))?.bytes ?? "");
      files.set(path, `${key} ${etag}`);
    }
  }
}

interface Engine {
  signature: string;
  readonly folder: string;
  /** What each file in the folder was copied from, by its path. */
  readonly files: Map<string, string>;
  /** Tables in whose folders something changed since their view was made. */
  readonly changed: Set<string>;
  /** Whether every view is there. */
  whole: boolean;
  readonly instance: DuckDBInstance;
  readonly connection: DuckDBConnection;
}

async function openEngine(): Promise<Engine> {
  const folder = mkdtempSync(join(tmpdir(), "strata-athena-"));
  const instance = await DuckDBInstance.create(":memory:", { threads: "1" });
  const connection = await instance.connect();
  await connection.run("set TimeZone='UTC'");
  await connection.run("set disabled_optimizers='statistics_propagation'");
  await connection.run("set enable_external_file_cache=false");
  for (const statement of queryFile("duckdb/macros").sql.split(";\n"))
    if (statement.trim() !== "") await connection.run(statement);
  for (const macro of STAGING_MACROS) await connection.run(macro);
  return { signature: "", folder, files: new Map(), changed: new Set(), whole: false, instance, connection };
}

/** Undefined where compressed text is cut off: Athena refuses it, DuckDB takes what there is. */
function plainText(key: string, bytes: Uint8Array): Uint8Array | undefined {
  try {
    return key.endsWith(".gz") ? gunzipSync(bytes) : bytes;
  } catch {
    return undefined;
  }
}

/** What Trino has, and DuckDB not, that only the staging of a bill uses; its dialect is proved by the Trino run. */
const STAGING_MACROS = [
  "create or replace macro regexp_like(a, b) as regexp_matches(a, b)",
  "create or replace macro json_parse(a) as a::json",
  "create or replace macro try(a) as a",
];

function resultSet(result: QueryResult | undefined): object {
  if (!result) return { ResultSetMetadata: { ColumnInfo: [] }, Rows: [] };
  const columns = result.columns.map(({ name, type }) => {
    const decimal = /^decimal\((\d+),(\d+)\)$/.exec(type);
    if (decimal) return { Name: name, Type: "decimal", Precision: Number(decimal[1]), Scale: Number(decimal[2]) };
    if (type.endsWith("[]")) return { Name: name, Type: "array" };
    return { Name: name, Type: type.startsWith("map") ? "map" : type === "hugeint" ? "bigint" : type };
  });
  const header = { Data: columns.map(({ Name }) => ({ VarCharValue: Name })) };
  const rows = result.rows.map((row) => ({
    Data: columns.map(({ Name, Type }) =>
      row[Name] === null || row[Name] === undefined ? {} : { VarCharValue: textOf(Type, row[Name]) },
    ),
  }));
  return { ResultSetMetadata: { ColumnInfo: columns }, Rows: [header, ...rows] };
}

function textOf(type: string, value: SqlValue): string {
  if (type.startsWith("timestamp"))
    return String(value)
      .replace("T", " ")
      .replace("Z", type === "timestamp" ? "" : " UTC");
  if (Array.isArray(value)) return `[${value.join(", ")}]`;
  if (typeof value === "object" && value !== null)
    return `{${Object.entries(value)
      .map(([key, inner]) => `${key}=${inner}`)
      .join(", ")}}`;
  return String(value);
}
