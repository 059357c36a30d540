import { spawnSync } from "node:child_process";
import { createReadStream, createWriteStream, mkdirSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";
import { afterAll, expect, it } from "vitest";
import { logText, SHAPES } from "../../bench/ingest/records.ts";

/** Stored megabytes; 1024 is the gibibyte of the goal. */
const MEGABYTES = Number(process.env["STRATA_LARGE_MB"] ?? 1024);
const folder = mkdtempSync(join(tmpdir(), "strata-large-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it(`ingests a gzip object of ${MEGABYTES} MB in a process of 512 MB`, { timeout: 3_600_000 }, async () => {
  const file = join(folder, "logs", "large.json.gz");
  const shape = SHAPES.find(({ name }) => name === "25 KB");
  if (shape === undefined) throw new Error("no shape");
  const block = join(folder, "block.gz");
  await pipeline(Readable.from([logText(shape, 4000)]), createGzip({ level: 1 }), createWriteStream(block));
  const times = Math.ceil((MEGABYTES * 1024 * 1024) / statSync(block).size);
  mkdirSync(join(folder, "logs"));
  // Gzip members one behind the other are one gzip stream.
  for (let index = 0; index < times; index += 1) await pipeline(createReadStream(block), createWriteStream(file, { flags: "a" }));

  const child = new URL("./ingest-one.ts", import.meta.url);
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ["--max-old-space-size=320", child.pathname, join(folder, "logs"), join(folder, "out")],
    { encoding: "utf8" },
  );
  expect(stderr).toBe("");
  expect(status).toBe(0);
  const { landed, peakMegabytes }: { landed: number; peakMegabytes: number } = JSON.parse(stdout);
  expect(landed).toBe(times * 4000);
  expect(peakMegabytes).toBeLessThan(512);
});
