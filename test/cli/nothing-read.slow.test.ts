import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { rawLine } from "../invocation/support.ts";
import { strataHere } from "../pipeline/strata-here.ts";

const root = mkdtempSync(join(tmpdir(), "strata-nothing-"));
const at = (...names: string[]): string => join(root, ...names);
afterAll(() => rmSync(root, { recursive: true, force: true }));

const analyze = (folder: string, out: string, ...more: string[]) =>
  strataHere(["analyze", at(folder), "--out", at(out), ...more]);
function folderOf(name: string, file: string, content: string | Uint8Array): string {
  mkdirSync(at(name), { recursive: true });
  writeFileSync(at(name, file), content);
  return name;
}

const ZIP = Buffer.concat([Buffer.from("PK\u0003\u0004"), Buffer.alloc(200, 7)]);
const TRAIL = JSON.stringify({
  Records: [{ eventVersion: "1.11", eventSource: "bedrock.amazonaws.com", eventName: "InvokeModel" }],
});
const INSIGHTS = "@timestamp,@logStream\n2026-10-05 14:14:03.000,aws/bedrock/modelinvocations\n";
const CUR = "identity_line_item_id,line_item_usage_start_date,line_item_unblended_cost\na,2026-10-05T00:00:00Z,1.50\n";
const APPLICATION = '2026-10-05 14:14:03 INFO started\n{"level":"info","message":"ready"}\n';
const TRANSCRIPT = '{"parentUuid":null,"sessionId":"s","type":"user","message":{"role":"user","content":"hello"}}\n';

describe("an input in which nothing can be read", () => {
  it.each([
    ["CloudTrail", "trail.json", TRAIL],
    ["a Logs Insights result", "insights.json", JSON.stringify({ results: [[{ field: "@timestamp", value: "x" }]] })],
    ["a Logs Insights result", "insights.log", INSIGHTS],
    ["zip", "logs.zip", ZIP],
    ["zip", "logs.json", ZIP],
    ["a CUR 2.0 bill", "cur.csv", CUR],
    ["an application's log", "app.log", APPLICATION],
    ["a transcript of Claude Code", "session.jsonl", TRANSCRIPT],
  ])("%s (%s) is named, with exit code 1 and no result", async (name, file, content) => {
    const out = `out-${file}`;
    const { code, stderr, stdout } = await analyze(folderOf(`in-${file}-${content.length}`, file, content), out);
    expect([code, stderr]).toEqual([1, expect.stringContaining(`looks like ${name}`)]);
    expect(stdout).toBe("");
    // Nothing is claimed afterwards either.
    const asked = await strataHere(["sql", "select count(*) as n from invocations", "--data", at(out)]);
    expect([asked.code, asked.stdout]).toEqual([2, ""]);
  });

  it("leaves the result that was there", async () => {
    await analyze(folderOf("good", "a.jsonl", rawLine()), "kept");
    const before = readFileSync(at("kept", "summary.json"), "utf8");
    expect((await analyze(folderOf("bad", "a.jsonl", TRANSCRIPT), "kept")).code).toBe(1);
    expect(readFileSync(at("kept", "summary.json"), "utf8")).toBe(before);
  });
});

describe("a configuration other than the one that made the folder", () => {
  const config = (name: string, text: string): string => at(folderOf("config", name, text), name);

  it("is refused by report, serve and quarantine retry with what differs; inputs and deployment may differ", async () => {
    const made = config("made.yml", "organisation: Core\n");
    const other = config("other.yml", "organisation: Search\n");
    const moved = config("moved.yml", "organisation: Core\nsources: {logs: [s3://elsewhere/logs]}\n");
    await analyze(folderOf("mixed", "a.jsonl", [rawLine(), "{}"].join("\n")), "data", "--config", made);
    const data = ["--data", at("data")];
    const commands = [
      ["report", "--month", "2026-10", ...data],
      ["serve", ...data],
      ["quarantine", "retry", "--logs", at("mixed"), ...data],
    ];
    for (const command of commands) {
      const before = readFileSync(at("data", "summary.json"), "utf8");
      const { code, stderr } = await strataHere([...command, "--config", other]);
      expect([command[0], code, stderr]).toEqual([
        command[0],
        2,
        expect.stringContaining('organisation was "Core" and is "Search"'),
      ]);
      expect(stderr).toContain("Run npx strata-bedrock analyze again with this --config");
      expect(readFileSync(at("data", "summary.json"), "utf8")).toBe(before);
    }
    expect(await strataHere(["report", "--month", "2026-10", ...data, "--config", moved])).toMatchObject({ code: 0 });
    cpSync(at("data"), at("copied"), { recursive: true });
    expect(await strataHere(["report", "--month", "2026-10", "--data", at("copied")])).toMatchObject({ code: 0 });
  });
});
