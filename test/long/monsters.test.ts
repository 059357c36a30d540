import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, expect, it } from "vitest";
import { monstrousLines } from "../ingest/monsters.ts";

const folder = mkdtempSync(join(tmpdir(), "strata-monsters-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const samples = readFileSync(new URL("../fixtures/samples/invocation-logs/records.jsonl", import.meta.url), "utf8");
const [good = ""] = samples.split("\n");
/** Hundreds of thousands of records in one line are as many entries of the quarantine, which is another matter than long lines. */
const lines = [...monstrousLines(good, { bytes: 50_000_000, depth: 1_000_000 })].filter(
  ([name]) => name !== "objects back to back",
);

it("reads lines of 50 MB and values a million deep in a process of 512 MB, and the good lines around them", () => {
  mkdirSync(join(folder, "logs"));
  for (const [index, [, line]] of lines.entries())
    writeFileSync(join(folder, "logs", `${index}.json.gz`), gzipSync(`${good}\n${line}\n${good}\n`, { level: 1 }));
  // A line that is no plain record becomes a string, some copies of it and then garbage, which V8 leaves lying up to this limit.
  const child = new URL("./ingest-one.ts", import.meta.url);
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ["--max-old-space-size=220", child.pathname, join(folder, "logs"), join(folder, "out")],
    { encoding: "utf8", timeout: 600_000 },
  );
  expect(stderr).toBe("");
  expect(status).toBe(0);
  const { landed, peakMegabytes }: { landed: number; peakMegabytes: number } = JSON.parse(stdout);
  expect(landed).toBeGreaterThanOrEqual(2 * lines.length);
  expect(peakMegabytes).toBeLessThan(512);
}, 900_000);
