/**
 * Counts what a real engine opens: every query that Athena is asked runs on Trino over objects, and the service that holds them counts each GET.
 *
 *   npm run test:gets                       all queries
 *   npm run test:gets -- --only saved/      those whose name contains the text
 *
 * Ends with 1 where a file of a table is asked for more often than the query's plan says (test/query/plan-scans.ts), or a file of the records more than once by what is
 * saved or scheduled. Then ten saved queries over a month, as its log objects landed and compacted. Skipped, and 0, where Java, Maven or the server cannot be had.
 */
import { mkdirSync, readdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { DuckDBInstance } from "@duckdb/node-api";
import { TEN_QUESTIONS } from "../../bench/cost/ten-questions.ts";
import { messageOf, StrataError } from "../../src/errors.ts";
import { DuckDbWarehouse } from "../../src/local/duckdb.ts";
import { quote } from "../../src/local/duckdb-tables.ts";
import { tables } from "../../src/tables/index.ts";
import { askedAs, inFunction, planner, scansOf, timesByTable } from "../../test/query/plan-scans.ts";
import { type Case, cases } from "./cases.ts";
import { createTables } from "./create-tables.ts";
import { demoFolder } from "./demo-folder.ts";
import { findJava, JAVA } from "./find-java.ts";
import { installTrino } from "./install-trino.ts";
import { ObjectService } from "./object-service.ts";
import { stageData } from "./stage-data.ts";
import { startTrino, type TrinoServer } from "./start-trino.ts";
import { TrinoClient } from "./trino-client.ts";

const CACHE = join(import.meta.dirname, "..", "..", ".cache", "trino");
const OBJECTS = join(CACHE, "objects");
/** Log objects an hour that are played; each lands as a file. */
const OBJECTS_AN_HOUR = 20;
const NOBODY = { account: "none", team: "none", model: "none", person: "none" };

async function main(only: string): Promise<number> {
  const java = findJava();
  if (java === undefined) {
    console.log(`skipped: Trino needs Java ${JAVA} or later; there is none in JAVA_HOME, on the path or in /usr/lib/jvm.`);
    return 0;
  }
  const files = install();
  if (files === undefined) return 0;
  rmSync(OBJECTS, { recursive: true, force: true });
  await stageData(join(demoFolder(), "data"), join(OBJECTS, "compacted"), tables());
  await asLanded(join(OBJECTS, "compacted"), join(OBJECTS, "landed"));
  mkdirSync(join(CACHE, "files"), { recursive: true });
  const objects = new ObjectService(OBJECTS);
  const endpoint = await objects.start();
  let server: TrinoServer | undefined;
  try {
    server = await startTrino({ java, files, work: join(CACHE, "server"), catalog: catalogOf(endpoint) });
    const trino = clientOf(server, "compacted");
    await remake(server, "compacted");
    const days = await coveredDays();
    const wrong = await askAll(trino, objects, days, only);
    await remake(server, "landed", "invocation_records");
    console.log(`\n| saved query | files as they landed | GETs | files compacted | GETs |\n| --- | ---: | ---: | ---: | ---: |`);
    for (const name of TEN_QUESTIONS) {
      const one = cases({ ...days, filters: NOBODY }).find(({ query }) => query === `saved/${name}`);
      if (one === undefined) throw new StrataError(`gets: there is no saved query ${name}`);
      const cells = [];
      for (const schema of ["landed", "compacted"]) {
        const opened = await getsOf(clientOf(server, schema), objects, one);
        const records = [...opened.values()].filter(({ table }) => table === "invocation_records");
        cells.push(
          records.length,
          records.reduce((sum, { gets }) => sum + gets, 0),
        );
      }
      console.log(`| \`${name}\` | ${cells.map((cell) => cell.toLocaleString("en-US")).join(" | ")} |`);
    }
    return wrong === 0 ? 0 : 1;
  } finally {
    await server?.stop();
    objects.stop();
  }
}

/** @returns how many queries open a file more often than they should */
async function askAll(trino: TrinoClient, objects: ObjectService, days: Days, only: string): Promise<number> {
  const plans = await planner();
  let [asked, gets, wrong] = [0, 0, 0];
  const seen = new Set<string>();
  for (const one of cases({ ...days, filters: NOBODY })) {
    if (inFunction(one.query) || seen.has(one.query) || !one.query.includes(only)) continue;
    seen.add(one.query);
    const planned = timesByTable(await scansOf(plans.connection, askedAs(one)));
    const opened = [...(await getsOf(trino, objects, one)).values()];
    asked++;
    process.stderr.write(process.stderr.isTTY ? `\r${asked} queries asked` : "");
    gets += opened.reduce((sum, file) => sum + file.gets, 0);
    for (const [table, found] of Map.groupBy(opened, (file) => file.table)) {
      const most = Math.max(...found.map((file) => file.gets));
      if (
        most <= (planned.get(table) ?? 0) &&
        (table !== "invocation_records" || most <= 1 || one.query === "attribution/senders")
      )
        continue;
      wrong++;
      console.log(
        `${one.query}: a file of ${table} is asked for ${most} times, its plan reads the table ${planned.get(table) ?? 0} times`,
      );
    }
  }
  plans.close();
  console.log(
    `${asked} queries, ${gets.toLocaleString("en-US")} GETs: ${wrong === 0 ? "none opens" : `${wrong} times opens one`} a file more often than planned.`,
  );
  return wrong;
}

interface Opened {
  readonly table: string;
  readonly gets: number;
}

/** Files that a statement opened, by bucket and key. */
async function getsOf(trino: TrinoClient, objects: ObjectService, one: Case): Promise<ReadonlyMap<string, Opened>> {
  objects.reset();
  await trino.run(askedAs(one));
  return new Map([...objects.gets].map(([path, gets]) => [path, { table: path.split("/")[1] ?? "", gets }]));
}

interface Days {
  readonly first: string;
  readonly last: string;
}

async function coveredDays(): Promise<Days> {
  const duckdb = await DuckDbWarehouse.open(join(OBJECTS, "compacted"));
  const [covered = {}] = (await duckdb.query("rollups/covered_days")).rows;
  duckdb.close();
  return { first: String(covered.first_day), last: String(covered.last_day) };
}

/** The same month before it was compacted: each hour's records in twenty files. */
async function asLanded(from: string, into: string): Promise<void> {
  const records = join(into, "invocation_records");
  const pieces = join(OBJECTS, ".pieces");
  mkdirSync(records, { recursive: true });
  const connection = await (await DuckDBInstance.create(":memory:")).connect();
  await connection.run("set partitioned_write_max_open_files=2000");
  await connection.run(`
    copy (
      select *, (row_number() over (partition by dt, hour order by request_id)) % ${OBJECTS_AN_HOUR} as piece
      from read_parquet(${quote(join(from, "invocation_records", "**", "*.parquet"))}, hive_partitioning=true, hive_types={'dt': date, 'hour': integer})
      order by dt, hour, piece
    ) to ${quote(pieces)} (format parquet, compression zstd, partition_by (dt, hour, piece))`);
  connection.closeSync();
  for (const entry of readdirSync(pieces, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const [piece = "", hour = "", day = ""] = entry.parentPath.split("/").reverse();
    const folder = join(records, day, hour);
    mkdirSync(folder, { recursive: true });
    renameSync(join(entry.parentPath, entry.name), join(folder, `${piece.replace("=", "-")}-${entry.name}`));
  }
  rmSync(pieces, { recursive: true });
}

/** The Hive connector over S3, its metastore in a folder. */
const catalogOf = (endpoint: string) => ({
  name: "strata",
  properties: {
    "hive.metastore": "file",
    "hive.metastore.catalog.dir": "local:///metastore",
    "fs.native-local.enabled": "true",
    "local.location": join(CACHE, "files"),
    "fs.native-s3.enabled": "true",
    "s3.endpoint": endpoint,
    "s3.region": "us-east-1",
    "s3.path-style-access": "true",
    "s3.aws-access-key": "test",
    "s3.aws-secret-key": "test",
  },
});

const clientOf = (server: TrinoServer, schema: string): TrinoClient =>
  new TrinoClient({ url: server.url, catalog: "strata", schema });

/** Tables and views over a bucket; @param alone the table that it has of its own: the others are those of the compacted bucket */
async function remake(server: TrinoServer, bucket: string, alone?: string): Promise<void> {
  const trino = clientOf(server, bucket);
  await trino.run(`drop schema if exists ${bucket} cascade`);
  await createTables(trino, bucket, tables(), (table) => `s3://${alone === undefined || table === alone ? bucket : "compacted"}`);
}

function install(): ReturnType<typeof installTrino> | undefined {
  try {
    return installTrino(CACHE);
  } catch (error) {
    console.log(`skipped: ${messageOf(error)}`);
    return undefined;
  }
}

const { values } = parseArgs({ options: { only: { type: "string", default: "" } } });
try {
  process.exitCode = await main(values.only);
} catch (error) {
  console.error(messageOf(error));
  process.exitCode = 1;
}
