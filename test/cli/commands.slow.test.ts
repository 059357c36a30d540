import { mkdirSync, mkdtempSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { beforeAll, describe, expect, it } from "vitest";
import { summarySchema } from "../../src/pipeline/summary-schema.ts";
import { ROOT, runStrata, SAMPLES } from "../pipeline/run-strata.ts";

const work = mkdtempSync(join(tmpdir(), "strata-cli-"));
const at = (...parts: string[]): string => join(work, ...parts);
const records = readFileSync(join(SAMPLES, "invocation-logs", "records.jsonl"), "utf8")
  .split("\n")
  .filter(Boolean);
const october = records.filter((line) => line.includes("2026-10-05T"));

beforeAll(async () => {
  for (const folder of ["empty", "other", "mixed", "cloudwatch"]) mkdirSync(at(folder), { recursive: true });
  writeFileSync(at("other", "holiday.jpg"), "not a log");
  const zipped = gzipSync(october.slice(0, 12).join("\n"));
  writeFileSync(at("mixed", "good.json.gz"), gzipSync(october.slice(12).join("\n")));
  writeFileSync(at("mixed", "cut.json.gz"), zipped.subarray(0, zipped.length - 60));
  writeFileSync(at("mixed", "plain.json.gz"), `${records[0]}\n`);
  writeFileSync(at("mixed", "wrong.json"), '{"schemaType":"ModelInvocationLog","timestamp":7}\n');
  writeFileSync(at("cloudwatch", "000000.gz"), gzipSync(october.map((line) => `2026-10-05T14:30:00.000Z ${line}`).join("\n")));
  writeFileSync(at("typo.yml"), "budgts: []\n");
  const run = await runStrata(["analyze", at("mixed"), "--out", at("data"), "--json"]);
  expect(run.code, run.stderr).toBe(0);
});

describe("strata analyze", () => {
  it("lands the good records beside damaged objects, plain text named .gz and wrong records, and accounts for each", () => {
    const summary = summarySchema.parse(JSON.parse(readFileSync(at("data", "summary.json"), "utf8")));
    expect(summary).toMatchObject({ objects: 4, damaged_objects: 1, quarantined: 1 });
    expect(summary.records).toBe(summary.invocations + summary.duplicates + summary.quarantined);
    expect(summary.invocations).toBeGreaterThan(october.length - 12);
    expect(summary.billed_usd).toBeNull();
    const entries = readdirSync(at("data", "quarantine")).flatMap((file) =>
      readFileSync(at("data", "quarantine", file), "utf8")
        .trim()
        .split("\n"),
    );
    expect(entries.map((entry) => JSON.parse(entry).reason).sort()).toEqual(["damaged_object", "wrong_type"].sort());
  });

  it("reads CloudWatch Logs exports of the same records to the same invocations", async () => {
    writeFileSync(at("october.jsonl"), october.join("\n"));
    const [plain, exported] = await Promise.all([
      runStrata(["analyze", at("october.jsonl"), "--out", at("plain"), "--json"]),
      runStrata(["analyze", at("cloudwatch"), "--out", at("exported"), "--json"]),
    ]);
    const pick = (text: string) => {
      const { records: all, invocations, tokens, estimated_usd } = JSON.parse(text);
      return { all, invocations, tokens, estimated_usd };
    };
    expect(pick(exported.stdout)).toEqual(pick(plain.stdout));
  });

  it("keeps to --from and --to", async () => {
    const run = await runStrata([
      "analyze",
      join(SAMPLES, "invocation-logs", "records.jsonl"),
      "--from",
      "2026-10-05",
      "--to",
      "2026-10-05",
      "--out",
      at("ranged"),
      "--json",
    ]);
    const summary = JSON.parse(run.stdout);
    expect(summary).toMatchObject({ months: ["2026-10"], outside_range: records.length - october.length });
  });

  it.each([
    [["analyze", "empty"], 1, "no invocation logs in", "it is empty"],
    [["analyze", "nowhere"], 2, "does not exist", "Give a folder, a file or a quoted glob"],
    [["analyze", "other"], 1, "1 file, which is no log", "Logs are .json, .jsonl or .json.gz files"],
    [
      ["analyze", "mixed", "--config", "typo.yml"],
      2,
      "budgts (line 1): is not a known key; did you mean budgets?",
      "schemas/config.schema.json",
    ],
    [["analyze", "mixed", "--config", "none.yml"], 2, "none.yml cannot be read", "Give an existing file to --config"],
    [["analyze", "mixed", "--cur", "nowhere"], 1, "nowhere", "Give an existing folder or file to --cur"],
    [["analyze", "mixed", "--from", "yesterday"], 2, '--from: "yesterday" is not a day', "Write it as YYYY-MM-DD"],
    [
      ["analyze", "mixed", "--out", "other"],
      2,
      "holds files that strata did not write (holiday.jpg)",
      "Give an empty or new folder",
    ],
    [["analyze", "mixed", "--fail-on", "everything"], 2, '"everything" is not a finding', "Use one of"],
    [["query", "top_spender", "--data", "data"], 2, 'there is no query "top_spender"', "Did you mean top_spenders?"],
    [["query", "--param", "x", "by_team", "--data", "data"], 2, "", ""],
    [["query", "--data", "empty", "spend_by_team"], 2, "", ""],
    [["sql", "drop table invocation_records", "--data", "data"], 1, "only SELECT statements can be run", ""],
    [["sql", "select * from read_text('/etc/hostname')", "--data", "data"], 1, "disabled by configuration", ""],
    [["prices", "no-such-model-9"], 1, "no price is known for no-such-model-9", "prices.overrides"],
    [["report", "--month", "2026-13", "--data", "data"], 2, '"2026-13" is not a month', "Write it as YYYY-MM"],
    [["frobnicate"], 2, "unknown command 'frobnicate'", "--help"],
    [["generate", "x", "--scale", "-1"], 2, '"-1" is not a positive number', ""],
  ])("strata %j ends with %i and a sentence", async (args, code, message, hint) => {
    const run = await runStrata(args, work);
    expect(run.stderr + run.stdout).toContain(message);
    expect(run.stderr).toContain(hint);
    expect(run.stderr).not.toMatch(/\n\s+at /);
    expect(run.code).toBe(code);
  });

  it("fails on a finding when asked to", async () => {
    const run = await runStrata(["analyze", at("mixed"), "--out", at("strict"), "--fail-on", "quarantined", "--json"]);
    expect([run.code, run.stderr.trim()]).toEqual([1, "strata: --fail-on quarantined"]);
  });

  it("says what each phase took when asked to, in the output and not in what is written", async () => {
    const args = ["analyze", at("mixed"), "--out", at("timed"), "--timings"];
    const json = JSON.parse((await runStrata([...args, "--json"])).stdout);
    const { timings, ...summary } = json;
    expect(timings.map(({ phase }: { phase: string }) => phase)).toEqual([
      "start",
      "finding inputs",
      "reading logs",
      "who called",
      "sessions",
      "hourly usage",
      "alerts",
      "reports",
      "putting in place",
      "whole",
    ]);
    for (const { seconds, processor_seconds } of timings) expect(Math.min(seconds, processor_seconds)).toBeGreaterThanOrEqual(0);
    expect(JSON.parse(readFileSync(at("timed", "summary.json"), "utf8"))).toEqual(summary);
    expect((await runStrata(args)).stdout).toMatch(/Time\n.*clock +processor +most memory\n {2}start +[\d.]+ s/);
  });

  it("names a file that cannot be read and lands the others", async () => {
    mkdirSync(at("broken"), { recursive: true });
    writeFileSync(at("broken", "good.jsonl"), october.join("\n"));
    symlinkSync(at("nowhere.jsonl"), at("broken", "link.jsonl"));
    const run = await runStrata(["analyze", at("broken"), "--out", at("unbroken"), "--json"]);
    const summary = JSON.parse(run.stdout);
    expect(run.code).toBe(1);
    expect(summary.invocations).toBeGreaterThan(20);
    expect(summary.problems).toEqual([
      {
        kind: "lost",
        place: expect.stringContaining("link.jsonl"),
        message: expect.stringContaining("link.jsonl could not be read"),
        hint: "Check that the file exists and may be read, then run again.",
      },
    ]);
  });
});

describe("strata query and sql", () => {
  it("prints tables, CSV and JSON of the same rows", async () => {
    const text = "select operation, count(*) as calls from invocations group by operation order by 1";
    const [table, csv, json] = await Promise.all(
      ["table", "csv", "json"].map((format) => runStrata(["sql", text, "--data", at("data"), "--format", format])),
    );
    const rows: { operation: string; calls: number }[] = JSON.parse(json?.stdout ?? "[]");
    expect(rows.length).toBeGreaterThan(2);
    expect(csv?.stdout.trim().split("\r\n")).toEqual(["operation,calls", ...rows.map((row) => `${row.operation},${row.calls}`)]);
    for (const row of rows) expect(table?.stdout).toContain(row.operation);
  });

  it("lists the saved queries with their titles", async () => {
    const names = readdirSync(join(ROOT, "sql", "saved")).map((file) => file.replace(".sql", ""));
    const { stdout } = await runStrata(["query"]);
    for (const name of names) expect(stdout).toContain(name);
  });
});

describe("help", () => {
  it.each([
    "analyze",
    "query",
    "sql",
    "report",
    "alerts",
    "backtest",
    "prices",
    "forecast",
    "whatif",
    "plan",
    "reconcile",
    "serve",
    "doctor",
    "init",
    "quarantine",
    "backfill",
    "redrive",
    "config",
    "forget",
    "demo",
    "generate",
  ])("of strata %s shows examples", async (command) => {
    const { stdout, code } = await runStrata([command, "--help"]);
    expect(stdout).toContain("Examples:");
    expect(stdout).toContain(`$ npx strata-bedrock ${command}`);
    expect(code).toBe(0);
  });
});
