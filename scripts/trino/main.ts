/**
 * Proves the SQL on Athena's engine: every file under sql/ runs on a real Trino and on DuckDB over the same files, and the rows are compared. So
 * is the statement that stages a bill, with what the local import makes of the same bill, and every query once more over 1,200 days.
 *
 *   npm run test:trino                       all queries
 *   npm run test:trino -- --only anomalies/  those whose name contains the text; several with commas, and a ! before what is left out
 *   npm run test:trino -- --data ./my-data   over a folder that strata analyze wrote
 *
 * Ends with 1 on any difference. Where Java, Maven or the server cannot be had it says so in one line and ends with 0,
 * or with 1 where --required is given.
 */
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { ink } from "../../src/cli/shared/ink.ts";
import { messageOf, StrataError } from "../../src/errors.ts";
import { DuckDbWarehouse } from "../../src/local/duckdb.ts";
import { queryNames } from "../../src/query/files.ts";
import { tables } from "../../src/tables/index.ts";
import { addDays } from "../../src/time.ts";
import { cases, longCases } from "./cases.ts";
import { createTables } from "./create-tables.ts";
import { demoFolder } from "./demo-folder.ts";
import { findJava, JAVA } from "./find-java.ts";
import { installTrino, type TrinoFiles } from "./install-trino.ts";
import { manyDays } from "./many-days.ts";
import { type Proof, proveQuery } from "./prove-query.ts";
import { awkwardBill, billOf, kiroBill, proveStaging } from "./prove-staging.ts";
import { proveStored, proveValues } from "./prove-texts.ts";
import { stageData } from "./stage-data.ts";
import { localCatalog, startTrino } from "./start-trino.ts";
import { TrinoClient } from "./trino-client.ts";

const ROOT = join(import.meta.dirname, "..", "..");
const CACHE = join(ROOT, ".cache", "trino");
const STAGED = join(CACHE, "files", "data");
const YEARS = join(CACHE, "files", "years");

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
  const demo = data === undefined ? demoFolder() : undefined;
  await stageData(demo === undefined ? resolve(data ?? "") : join(demo, "data"), STAGED, tables());
  const server = await startTrino({ java, files, work: join(CACHE, "server"), catalog: localCatalog(join(CACHE, "files")) });
  const interrupted = (): void => process.exit(130);
  process.once("SIGINT", interrupted).once("SIGTERM", interrupted);
  let duckdb: DuckDbWarehouse | undefined;
  try {
    duckdb = await DuckDbWarehouse.open(STAGED);
    const trino = new TrinoClient({ url: server.url, catalog: "strata", schema: "proof" });
    // What an earlier run left in the metastore belongs to other files.
    await trino.run("drop schema if exists proof cascade");
    await createTables(trino, "proof", tables(), () => "local:///data");
    const bills = await proveBills(server.url, demo === undefined ? "" : join(demo, "input/cur"), only);
    const queries = await proveAll(trino, duckdb, only);
    const texts = await proveTexts(trino, only);
    const years = await proveYears(trino, duckdb, only);
    const all = [bills, queries, texts, years];
    console.log(
      `\nTrino and DuckDB. Bills staged: ${bills}. Queries: ${queries}. Saved texts and values: ${texts}. Over years: ${years}.`,
    );
    return all.every(({ wrong }) => wrong === 0) && all.some(({ runs }) => runs > 0) ? 0 : 1;
  } finally {
    duckdb?.close();
    await server.stop();
  }
}

async function proveAll(trino: TrinoClient, duckdb: DuckDbWarehouse, only: string): Promise<Tally> {
  const [covered = {}] = (await duckdb.query("rollups/covered_days")).rows;
  const tally = new Tally();
  const filters = await filtersOf(duckdb);
  for (const one of cases({ first: String(covered.first_day), last: String(covered.last_day), filters })) {
    if (!isWanted(one.query, only)) continue;
    const given = Object.entries(one.params)
      .filter(([name]) => !/^(prev_)?(from|to)$/.test(name))
      .map(([name, value]) => `${name}=${value}`);
    tally.add(one.query, [one.query, ...given].join(" "), await proveQuery(trino, duckdb, one));
  }
  return tally;
}

/** The texts that the Athena console shows, as they are stored, and hostile values. */
async function proveTexts(trino: TrinoClient, only: string): Promise<Tally> {
  const tally = new Tally();
  for (const name of queryNames("saved")) {
    const title = `as stored: ${name}`;
    if (isWanted(title, only)) tally.add(name, title, await proveStored(trino, name));
  }
  const title = "hostile values";
  if (isWanted(title, only)) tally.add(title, title, await proveValues(trino));
  return tally;
}

/** Every query over three years and more of days, with a record at each absurd time beside them. */
async function proveYears(trino: TrinoClient, month: DuckDbWarehouse, only: string): Promise<Tally> {
  const tally = new Tally();
  const [{ last_day: last } = {}] = (await month.query("rollups/covered_days")).rows;
  const covered = { first: addDays(String(last), -1199), last: String(last), filters: await filtersOf(month) };
  const wanted = longCases(covered).filter(({ query }) => isWanted(`years: ${query}`, only));
  if (wanted.length === 0) return tally;
  await manyDays(STAGED, YEARS, tables(), { months: 40, every: 1 });
  const duckdb = await DuckDbWarehouse.open(YEARS);
  try {
    await trino.run("drop schema if exists years cascade");
    const own = new TrinoClient({ url: trino.url, catalog: "strata", schema: "years" });
    await createTables(own, "years", tables(), () => "local:///years");
    for (const one of wanted) {
      const title = ["years:", one.query, ...(one.params.from ? [`from ${one.params.from}`] : [])].join(" ");
      tally.add(one.query, title, await proveQuery(own, duckdb, one, counted));
    }
  } finally {
    duckdb.close();
  }
  return tally;
}

/** A view of years is not carried over the wire: it is read whole and counted. */
const counted = (view: string): string =>
  view === "log_hours"
    ? "select account_id, region, has_records, count(*) as n, sum(records) as records, min(at_hour) as first_hour, max(at_hour) as last_hour from log_hours group by 1, 2, 3"
    : `select count(*) as n from ${view}`;

async function filtersOf(duckdb: DuckDbWarehouse) {
  const [busiest = {}] = (await duckdb.adhoc(BUSIEST)).rows;
  const { account, team, model, person } = busiest;
  return { account: String(account), team: String(team), model: String(model), person: String(person) };
}

/** Values of the filters that leave rows. */
const BUSIEST = `
  select account_id as account, team, model, person
  from hourly_usage
  where person is not null
  group by 1, 2, 3, 4
  order by sum(invocations) desc, 1, 2, 3, 4
  limit 1`;

/** The one statement that no file holds: staging a bill, whose columns depend on the export's. @param demo the invented company's bill */
async function proveBills(url: string, demo: string, only: string): Promise<Tally> {
  const tally = new Tally();
  const trino = new TrinoClient({ url, catalog: "strata", schema: "bills" });
  const made = mkdtempSync(join(tmpdir(), "strata-bill-"));
  const sample = join(ROOT, "test/fixtures/samples/cur2/cur2-with-iam-principal.csv");
  const form = (name: string): string => join(ROOT, "test/fixtures/bill-forms", name);
  const none = { costs: 0, times: 0 };
  const focus = "focus/data/BILLING_PERIOD=2026-10/focus-00001";
  for (const { kind, bill, lost, kiro } of [
    { kind: "Parquet", bill: demo, lost: none },
    { kind: "Kiro's lines, Parquet", bill: demo, lost: none, kiro: true },
    { kind: "Kiro's lines, CSV", bill: kiroBill(sample, join(made, "kiro")), lost: none, kiro: true },
    { kind: "CSV", bill: awkwardBill(sample, join(made, "awkward")), lost: { costs: 1, times: 1 } },
    {
      kind: "legacy CSV",
      bill: await billOf(form("legacy.csv"), join(made, "legacy"), "costs/20260901-20261001/costs-00001.csv"),
      lost: none,
    },
    { kind: "FOCUS CSV", bill: await billOf(form("focus.csv"), join(made, "focus-text"), `${focus}.csv`), lost: none },
    { kind: "FOCUS Parquet", bill: await billOf(form("focus.csv"), join(made, "focus-parquet"), `${focus}.parquet`), lost: none },
  ]) {
    const name = `staging a bill (${kind})`;
    if (isWanted(name, only) && existsSync(bill))
      tally.add(name, name, await proveStaging({ trino, schema: "bills", bill, lost, kiro, root: join(CACHE, "files") }));
  }
  rmSync(made, { recursive: true });
  return tally;
}

function isWanted(name: string, only: string): boolean {
  const parts = Map.groupBy(only.split(","), (part) => part.startsWith("!"));
  const unwanted = (parts.get(true) ?? []).some((part) => name.includes(part.slice(1)));
  return !unwanted && (parts.get(false) ?? [""]).some((part) => name.includes(part));
}

/** What was proved, printed as it comes. */
class Tally {
  readonly names = new Set<string>();
  runs = 0;
  wrong = 0;
  empty = 0;

  add(name: string, title: string, proof: Proof): void {
    this.names.add(name);
    this.runs++;
    if (proof.outcome === "same") {
      if (proof.rows === 0) this.empty++;
      console.log(`${ink.green("same")}     ${title} (${proof.rows} rows)`);
    } else {
      this.wrong++;
      console.log(`${ink.red(proof.outcome.padEnd(8))} ${title}\n         ${proof.why}`);
    }
  }

  toString(): string {
    return `${this.names.size} in ${this.runs} runs: ${this.runs - this.wrong} the same (${this.empty} of them without rows), ${this.wrong} not`;
  }
}

function install(): TrinoFiles | undefined {
  try {
    return installTrino(CACHE);
  } catch (error) {
    console.log(`skipped: ${messageOf(error)}`);
    return undefined;
  }
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
