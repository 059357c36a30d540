import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import readWorkbook from "read-excel-file/node";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { forgetPerson } from "../../src/cli/forget/forget-person.ts";
import { lockFolder } from "../../src/local/folder-lock.ts";
import { FolderStore } from "../../src/local/folder-store.ts";
import { replaceNames } from "../../src/principal/name-token.ts";
import { sha256 } from "../../src/report/report-file.ts";
import { writeWorkbook } from "../../src/report/workbook/write-workbook.ts";
import { strataHere } from "../pipeline/strata-here.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "strata-forget-test-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const ANN = "ann@example.com";
const ROLE = "arn:aws:sts::111122223333:assumed-role/Dev";

async function sql<T>(statement: string): Promise<T[]> {
  const connection = await (await DuckDBInstance.create(":memory:")).connect();
  const reader = await connection.runAndReadAll(statement);
  connection.closeSync();
  return JSON.parse(JSON.stringify(reader.getRowObjectsJson()));
}
const table = (name: string): string => join(folder, name);
async function world(): Promise<void> {
  for (const name of [
    "invocation_records/dt=2026-10-05/hour=14",
    "hourly_usage/dt=2026-10-05",
    "principals",
    "reports/month=2026-10",
  ])
    mkdirSync(table(name), { recursive: true });
  const rows = [
    [`'${ANN}'`, `'${ROLE}/${ANN}'`, "'Dev'", `'${ANN}'`, `map {'user': '${ANN}', 'team': 'search'}`, "'logs/a.json.gz'"],
    [`'${ANN}'`, "'arn:aws:iam::111122223333:user/ann'", "'ann'", "null", "null", "'logs/b.json.gz'"],
    ["'joann@example.com'", `'${ROLE}/shared'`, "'Dev'", "'shared'", "map {'note': 'annual'}", "'logs/c.json.gz'"],
    [`'${ANN}'`, `'${ROLE}/shared'`, "'Dev'", "'shared'", "null", "'logs/c.json.gz'"],
  ];
  const values = rows.map((row) => `(${row.join(", ")}, 0.000000000123::decimal(18,12), 7::bigint)`).join(", ");
  const columns = "(person, principal_arn, principal_name, session_name, request_metadata, source_object, cost, tokens)";
  await sql(
    `copy (select * from (values ${values}) t${columns}) to '${table("invocation_records/dt=2026-10-05/hour=14/a.parquet")}' (format parquet)`,
  );
  await sql(
    `copy (select person, principal_arn, principal_name, session_name, sum(cost) as cost from '${table("invocation_records/dt=2026-10-05/hour=14/a.parquet")}' group by all) to '${table("hourly_usage/dt=2026-10-05/p.parquet")}' (format parquet)`,
  );
  await sql(
    `copy (select 'arn:aws:iam::111122223333:user/ann' as principal_arn, 'search' as team) to '${table("principals/principals.parquet")}' (format parquet)`,
  );
  writeFileSync(table("alerts.jsonl"), `{"scope":"person","name":"${ANN}"}\n{"scope":"person","name":"joann@example.com"}\n`);
  writeFileSync(table("reports/month=2026-10/people.csv"), `person,usd\n${ANN},1.50\n`);
  writeFileSync(table("reports/month=2026-10/statement.xlsx"), "PK");
}
const forget = (rest: object = {}) =>
  forgetPerson({ stores: [new FolderStore(folder)], person: ANN, pseudonym: "person-1", now: Date.UTC(2026, 10, 29), ...rest });
const RECORDS = "invocation_records/dt=2026-10-05/hour=14/a.parquet";

describe("strata forget", () => {
  it("waits for nobody and meets nobody: a folder that is being written is refused untouched, looking is allowed", async () => {
    await world();
    const before = readFileSync(table("alerts.jsonl"), "utf8");
    const unlock = lockFolder(folder);
    const refused = await strataHere(["forget", ANN, "--data", folder]);
    expect([refused.code, refused.stderr]).toEqual([2, expect.stringContaining("is being written by process")]);
    expect((await strataHere(["forget", ANN, "--data", folder, "--dry-run"])).stdout).toContain("would be rewritten");
    expect(readFileSync(table("alerts.jsonl"), "utf8")).toBe(before);
    unlock();
    expect((await strataHere(["forget", ANN, "--data", folder])).stdout).toContain("rewritten");
    expect(readFileSync(table("alerts.jsonl"), "utf8")).not.toBe(before);
    expect(existsSync(table(".lock"))).toBe(false);
  });

  it("puts a pseudonym into tables, reports and alerts, leaves sums and neighbours, and lists raw objects", async () => {
    await world();
    const before = await sql(`select sum(cost) as cost, sum(tokens) as tokens, count(*) as n from '${table(RECORDS)}'`);
    const record = await forget();
    expect(record.raw).toEqual(["logs/a.json.gz", "logs/b.json.gz", "logs/c.json.gz"]);
    expect(record.remaining.map((key) => key.slice(-14))).toEqual(["statement.xlsx"]);
    expect(await sql(`select sum(cost) as cost, sum(tokens) as tokens, count(*) as n from '${table(RECORDS)}'`)).toEqual(before);
    expect(
      await sql(
        `select * exclude (cost, tokens, source_object) from read_parquet('${table(RECORDS)}', hive_partitioning = false)`,
      ),
    ).toEqual([
      {
        person: "person-1",
        principal_arn: `${ROLE}/person-1`,
        principal_name: "Dev",
        session_name: "person-1",
        request_metadata: [
          { key: "user", value: "person-1" },
          { key: "team", value: "search" },
        ],
      },
      {
        person: "person-1",
        principal_arn: "arn:aws:iam::111122223333:user/person-1",
        principal_name: "person-1",
        session_name: null,
        request_metadata: null,
      },
      {
        person: "joann@example.com",
        principal_arn: `${ROLE}/shared`,
        principal_name: "Dev",
        session_name: "shared",
        request_metadata: [{ key: "note", value: "annual" }],
      },
      {
        person: "person-1",
        principal_arn: `${ROLE}/shared`,
        principal_name: "Dev",
        session_name: "person-1",
        request_metadata: null,
      },
    ]);
    expect(await sql(`select principal_arn from '${table("principals/principals.parquet")}'`)).toEqual([
      { principal_arn: "arn:aws:iam::111122223333:user/person-1" },
    ]);
    expect(readFileSync(table("alerts.jsonl"), "utf8")).toBe(
      '{"scope":"person","name":"person-1"}\n{"scope":"person","name":"joann@example.com"}\n',
    );
    expect(readFileSync(table("reports/month=2026-10/people.csv"), "utf8")).toContain("person-1,1.50");
  });

  it("keeps the types of columns, writes an audit record without the name, and finds nothing the second time", async () => {
    await world();
    const types = `select column_name, column_type from (describe select * from '${table(RECORDS)}')`;
    const before = await sql(types);
    await forget();
    expect(await sql(types)).toEqual(before);
    const audit = readFileSync(table("audit/forget/2026-11-29T00-00-00-000Z-person-1.json"), "utf8");
    expect(audit).not.toContain("ann");
    expect(JSON.parse(audit).objects.map(({ key }: { key: string }) => key)).toContain(RECORDS);
    const again = await forget({ now: Date.UTC(2026, 10, 30) });
    expect(again.objects).toEqual([]);
  });

  it("rewrites workbooks so that another reader opens them, and renews size and hash in the statement's manifest", async () => {
    await world();
    const sheet = {
      name: "People",
      header: ["person", "usd"],
      rows: [ANN, "joann@example.com", "a & b"].map((text) => [
        { kind: "text" as const, text },
        { kind: "usd" as const, text: "1.5" },
      ]),
    };
    const workbook = table("reports/month=2026-10/statement.xlsx");
    writeFileSync(workbook, await writeWorkbook([sheet]));
    const files = ["people.csv", "statement.xlsx", "other.csv"].map((name) => ({ name, rows: 1, bytes: 1, sha256: "old" }));
    writeFileSync(table("reports/month=2026-10/manifest.json"), JSON.stringify({ month: "2026-10", files }));
    const record = await forget();
    expect(record.remaining).toEqual([]);
    const [people] = await readWorkbook(workbook);
    expect(people?.data).toEqual([
      ["person", "usd"],
      ["person-1", 1.5],
      ["joann@example.com", 1.5],
      ["a & b", 1.5],
    ]);
    const manifest = JSON.parse(readFileSync(table("reports/month=2026-10/manifest.json"), "utf8"));
    for (const name of ["people.csv", "statement.xlsx"]) {
      const bytes = readFileSync(table(`reports/month=2026-10/${name}`));
      expect(manifest.files).toContainEqual({ name, rows: 1, bytes: bytes.byteLength, sha256: sha256(bytes) });
    }
    expect(manifest.files).toContainEqual({ name: "other.csv", rows: 1, bytes: 1, sha256: "old" });
    expect((await forget({ now: Date.UTC(2026, 10, 30) })).objects).toEqual([]);
  });

  it("changes nothing on a dry run", async () => {
    await world();
    const bytes = readFileSync(table(RECORDS));
    expect((await forget({ dryRun: true })).objects.length).toBeGreaterThan(3);
    expect(readFileSync(table(RECORDS)).equals(bytes)).toBe(true);
  });
});

describe("a name in a text", () => {
  const names = new Map([[ANN, "X"]]);
  it.each([
    [`${ANN}, ${ANN},${ANN}`, "X, X,X"],
    [`Ask ${ANN}. Or Ann@Example.com`, "Ask X. Or X"],
    [`role/${ANN}"`, 'role/X"'],
    ["joann@example.com ann@example.com.au x.ann@example.com", "joann@example.com ann@example.com.au x.ann@example.com"],
  ])("%s → %s", (text, expected) => expect(replaceNames(text, names)).toBe(expected));
});
