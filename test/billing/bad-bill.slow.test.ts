import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, describe, expect, it } from "vitest";
import { type Run, runStrata, SAMPLES } from "../pipeline/run-strata.ts";
import { type BillLine, billLine, csv, temporaryFolder, withoutColumn } from "./ledger.ts";

const folder = temporaryFolder();
afterAll(() => folder.remove());

const [record = ""] = readFileSync(join(SAMPLES, "invocation-logs", "records.jsonl"), "utf8").split("\n");

type Files = Readonly<Record<string, string | Uint8Array>>;
let serial = 0;

/** One run of the command on one log record and this bill, as a person does it. */
async function analyzed(files: Files, config?: string): Promise<Run & { readonly said: string; readonly billed: string | null }> {
  serial += 1;
  const at = (...parts: string[]): string => join(folder.path, `run${serial}`, ...parts);
  const write = (path: string, content: string | Uint8Array): void => {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
  };
  write(at("logs", "one.jsonl"), `${record}\n`);
  for (const [name, content] of Object.entries(files)) write(at("cur", name), content);
  if (config !== undefined) write(at("strata.yml"), config);
  const given = config === undefined ? [] : ["--config", at("strata.yml")];
  const [logs, cur, out] = [at("logs"), at("cur"), at("data")];
  const run = await runStrata(["analyze", logs, "--cur", cur, "--out", out, ...given], undefined, { COLUMNS: "1000" });
  const summary = join(out, "summary.json");
  const billed = existsSync(summary) ? JSON.parse(readFileSync(summary, "utf8")).billed_usd : null;
  return { ...run, said: `${run.stdout}\n${run.stderr}`, billed };
}

const manifest = (files: readonly string[], at = "2026-10-06T04:00:00Z", run = "e1"): string =>
  JSON.stringify({ executionId: run, lastUpdatedAt: at, dataFiles: files });
const delivery = (export_: string, period = "2026-10"): readonly [string, string] => [
  `${export_}/data/BILLING_PERIOD=${period}`,
  `${export_}/metadata/BILLING_PERIOD=${period}`,
];
const dollar = (id: string, more: BillLine = {}): BillLine =>
  billLine({ identity_line_item_id: id, line_item_unblended_cost: "1.00", ...more });

describe("strata analyze names what is wrong with a bill, counts the good lines once, and ends with the right code", () => {
  it("1 where dollars are left out: columns, currencies, two versions of a line, damaged numbers", {
    timeout: 60_000,
  }, async () => {
    const run = await analyzed({
      "columns.csv": csv([billLine()], withoutColumn("line_item_unblended_cost")),
      "good.csv": csv([
        dollar("good"),
        dollar("euro", { line_item_currency_code: "EUR" }),
        dollar("broken", { line_item_unblended_cost: "1,5" }),
      ]),
      "other.csv": csv([dollar("good", { line_item_unblended_cost: "1.20" })]),
    });
    for (const message of [
      /columns\.csv: is left out, it has no column line_item_unblended_cost\s.*Add the column to the export/s,
      /2026-10: 1 line\(s\) are in EUR \(1\.0+\); they are kept apart and in no dollar figure\s.*or export the bill in US dollars/s,
      /other\.csv: 1 line\(s\) of 2026-10 repeat the id of another line with another amount and are left out \(\$1\.20+\), first good\s.*Two versions of the month lie side by side/s,
      /good\.csv: 1 line\(s\) are left out because line_item_unblended_cost is no decimal number, for example "1,5"/,
    ])
      expect(run.said).toMatch(message);
    expect({ code: run.code, billed: run.billed }).toEqual({ code: 1, billed: "1.00" });
  });

  it("0 where everything is counted: overlapping and empty parts, an older execution, negative and unknown lines", {
    timeout: 60_000,
  }, async () => {
    const [data, meta] = delivery("x");
    const run = await analyzed({
      [`${data}/e1/a.csv`]: csv([dollar("one", { line_item_unblended_cost: "9" })]),
      [`${meta}/e1/x-Manifest.json`]: manifest([`${data}/e1/a.csv`], "2026-10-06T04:00:00Z", "e1"),
      [`${data}/e2/a.csv`]: csv([
        dollar("one"),
        dollar("minus", { line_item_unblended_cost: "-0.25", line_item_usage_amount: "-4" }),
      ]),
      [`${data}/e2/b.csv`]: csv([
        dollar("one"),
        dollar("odd", { line_item_usage_type: "USE1-Quantum-Teleports", pricing_unit: "Teleports" }),
      ]),
      [`${data}/e2/c.csv`]: "",
      [`${meta}/e2/x-Manifest.json`]: manifest(
        ["a", "b", "c"].map((name) => `${data}/e2/${name}.csv`),
        "2026-10-07T04:00:00Z",
        "e2",
      ),
    });
    for (const message of [
      /1 file\(s\) of 2026-10 are not in the newest manifest and are not read, first x\/data\/BILLING_PERIOD=2026-10\/e1\/a\.csv/,
      /b\.csv: 1 line\(s\) of 2026-10 are repeated word for word and counted once, first one/,
      /c\.csv: the file is empty/,
      /2026-10: 1 usage line\(s\) are negative \(\$-0\.250+\), first minus; they are counted as billed/,
      /USE1-Quantum-Teleports: \$1\.00 are unclassified because the grammar does not know the usage type/,
    ])
      expect(run.said).toMatch(message);
    expect({ code: run.code, billed: run.billed }).toEqual({ code: 0, billed: "1.75" });
  });

  it("1 for half-written deliveries, whose months are left out while others are read", { timeout: 60_000 }, async () => {
    const [october, octoberMeta] = delivery("x");
    const [september, septemberMeta] = delivery("x", "2026-09");
    const [august, augustMeta] = delivery("x", "2026-08");
    const month = (period: string): BillLine => ({ bill_billing_period_start_date: `${period}-01T00:00:00Z` });
    const many = Array.from({ length: 3000 }, (_, n) =>
      billLine({ line_item_line_item_description: `${n * 7919}`, ...month("2026-09") }),
    );
    const run = await analyzed({
      [`${october}/a.csv.gz`]: gzipSync(csv([dollar("lost")])),
      [`${octoberMeta}/x-Manifest.json`]: manifest([`${october}/a.csv.gz`, `${october}/b.csv.gz`]),
      [`${september}/a.csv.gz`]: gzipSync(csv(many)).subarray(0, 20_000),
      [`${septemberMeta}/x-Manifest.json`]: manifest([`${september}/a.csv.gz`]),
      [`${august}/a.csv.gz`]: gzipSync(csv([dollar("good", month("2026-08"))])),
      [`${augustMeta}/x-Manifest.json`]: manifest([`${august}/a.csv.gz`]),
    });
    expect(run.said).toMatch(
      /period 2026-10 is left out: 1 of 2 files that the manifest lists are missing, first x\/data\/BILLING_PERIOD=2026-10\/b\.csv\.gz/,
    );
    expect(run.said).toMatch(/x\/2026-09\/e1: the period is left out because no part of it can be read/);
    expect({ code: run.code, billed: run.billed }).toEqual({ code: 1, billed: "1.00" });
  });

  it("1 for a folder that is no export, 2 for prices that contradict themselves, before anything is read", {
    timeout: 60_000,
  }, async () => {
    const none = await analyzed({ "readme.txt": "hello" });
    expect(none.said).toMatch(/holds no CUR 2\.0 export\s+Give the folder that contains data\/ and metadata\//);
    const same = await analyzed(
      { "a.csv": csv([dollar("good")]) },
      'prices: { overrides: [ { name: a, model: nova-lite, rates: { input: "0.05" } }, { name: b, model: nova-lite, rates: { input: "0.04" } } ] }',
    );
    expect(same.stderr).toMatch(
      /prices\.overrides\.1 \(b\) and prices\.overrides\.0 \(a\) both set input of nova-lite for the same calls\s+Give them periods that do not overlap/,
    );
    const backwards = await analyzed(
      { "a.csv": csv([dollar("good")]) },
      'prices: { overrides: [ { model: nova-lite, from: "2026-10-02", to: "2026-10-01", rates: { input: "0.05" } } ] }',
    );
    expect(backwards.stderr).toMatch(/prices\.overrides\.0 of nova-lite ends on 2026-10-01, before it begins on 2026-10-02/);
    expect([none.code, same.code, backwards.code]).toEqual([1, 2, 2]);
  });
});
