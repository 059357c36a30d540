/**
 * Proves the SQL on Athena's engine: every file under sql/ runs on a real Trino and on DuckDB over the same files, and the rows are compared.
 *
 *   npm run test:trino                       all queries
 *   npm run test:trino -- --only anomalies/  those whose name contains the text; several with commas
 *   npm run test:trino -- --data ./my-data   over a folder that strata analyze wrote
 *
 * Ends with 1 on any difference. Where Java, Maven or the server cannot be had it says so in one line and ends with 0,
 * or with 1 where --required is given.
 */
import { spawnSync } from "node:child_process";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import pc from "picocolors";
import { messageOf, StrataError } from "../../src/errors.ts";
import { DuckDbWarehouse } from "../../src/local/duckdb.ts";
import { tables } from "../../src/tables/index.ts";
import { cases } from "./cases.ts";
import { createTables } from "./create-tables.ts";
import { findJava, JAVA } from "./find-java.ts";
import { installTrino, type TrinoFiles } from "./install-trino.ts";
import { proveQuery } from "./prove-query.ts";
import { stageData } from "./stage-data.ts";
import { startTrino } from "./start-trino.ts";
import { TrinoClient } from "./trino-client.ts";

const ROOT = join(import.meta.dirname, "..", "..");
const CACHE = join(ROOT, ".cache", "trino");
const STAGED = join(CACHE, "files", "data");

interface Options {
  readonly only: string;
  readonly data: string | undefined;
  readonly required: boolean;
}

/** @returns the exit code */
async function main({ only, data, required }: Options): Promise<number> {
  const java = findJava();
  const files = java === undefined ? undefined : install();
  if (java === undefined || files === undefined) {
    if (java === undefined)
      console.log(`skipped: Trino needs Java ${JAVA} or later; there is none in JAVA_HOME, on the path or in /usr/lib/jvm.`);
    return required ? 1 : 0;
  }
  await stageData(data === undefined ? demoData() : resolve(data), STAGED, tables());
  const server = await startTrino({ java, files, work: join(CACHE, "server"), root: join(CACHE, "files") });
  const interrupted = (): void => process.exit(130);
  process.once("SIGINT", interrupted).once("SIGTERM", interrupted);
  const duckdb = await DuckDbWarehouse.open(STAGED);
  try {
    const trino = new TrinoClient({ url: server.url, catalog: "strata", schema: "proof" });
    // What an earlier run left in the metastore belongs to other files.
    await trino.run("drop schema if exists proof cascade");
    await createTables(trino, "proof", tables(), "local:///data");
    return await proveAll(trino, duckdb, only);
  } finally {
    duckdb.close();
    await server.stop();
  }
}

async function proveAll(trino: TrinoClient, duckdb: DuckDbWarehouse, only: string): Promise<number> {
  const [covered = {}] = (await duckdb.query("rollups/covered_days")).rows;
  const wanted = cases({ first: String(covered.first_day), last: String(covered.last_day) }).filter(({ query }) =>
    only.split(",").some((part) => query.includes(part)),
  );
  let wrong = 0;
  let empty = 0;
  for (const one of wanted) {
    const proof = await proveQuery(trino, duckdb, one);
    const given = Object.entries(one.params)
      .filter(([name]) => !/^(prev_)?(from|to)$/.test(name))
      .map(([name, value]) => `${name}=${value}`);
    const name = [one.query, ...given].join(" ");
    if (proof.outcome === "same") {
      if (proof.rows === 0) empty++;
      console.log(`${pc.green("same")}     ${name} (${proof.rows} rows)`);
    } else {
      wrong++;
      console.log(`${pc.red(proof.outcome.padEnd(8))} ${name}\n         ${proof.why}`);
    }
  }
  const queries = new Set(wanted.map(({ query }) => query)).size;
  console.log(
    `\n${queries} queries in ${wanted.length} runs on Trino and DuckDB: ${wanted.length - wrong} the same (${empty} of them without rows), ${wrong} not.`,
  );
  return wrong === 0 && wanted.length > 0 ? 0 : 1;
}

function install(): TrinoFiles | undefined {
  try {
    return installTrino(CACHE);
  } catch (error) {
    console.log(`skipped: ${messageOf(error)}`);
    return undefined;
  }
}

/** A twentieth of the invented company, analysed by this very source. */
function demoData(): string {
  const folder = join(ROOT, ".cache", "trino-demo");
  const { status, stderr } = spawnSync(
    process.execPath,
    [join(ROOT, "bin", "strata.js"), "demo", "--scale", "0.05", "--dir", folder, "--json"],
    { encoding: "utf8" },
  );
  // 1 says that a planted case was not found, which other tests judge; the data is there.
  if (status !== 0 && status !== 1) throw new StrataError(`trino: strata demo ended with ${status}: ${stderr.slice(-500)}`);
  return join(folder, "data");
}

const { values } = parseArgs({
  options: { only: { type: "string", default: "" }, data: { type: "string" }, required: { type: "boolean", default: false } },
});
try {
  process.exitCode = await main({ only: values.only, data: values.data, required: values.required });
} catch (error) {
  console.error(messageOf(error));
  if (error instanceof StrataError && error.hint) console.error(error.hint);
  process.exitCode = 1;
}
