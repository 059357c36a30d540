import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { DuckDbWarehouse } from "../../src/local/duckdb.ts";
import { tables } from "../../src/tables/index.ts";
import { strataHere } from "../pipeline/strata-here.ts";
import { answersOf, logOf, RECORDINGS } from "./recordings.ts";

// The whole way from a bucket with every text switched on to tables, reports and what is printed: no marked text, whole or damaged.
const SESSION = `${RECORDINGS}claude-code/content-switched-on`;
const MARK = "SECRET";

test("no marked text of a client's telemetry or of a request's body is in anything that strata analyze writes or prints", async () => {
  const folder = mkdtempSync(join(tmpdir(), "strata-no-text-"));
  const [logs, otel, out] = [join(folder, "logs"), join(folder, "otel"), join(folder, "out")];
  for (const made of [logs, otel]) mkdirSync(made);
  const name = "AWSLogs/111122223333/BedrockModelInvocationLogs/us-east-1/2026/11/29/08";
  mkdirSync(join(logs, name), { recursive: true });
  writeFileSync(
    join(logs, name, "20261129T081500000Z_0123456789abcdef.json.gz"),
    gzipSync(logOf(answersOf(SESSION), { bodies: true })),
  );
  for (const file of readdirSync(SESSION).filter((each) => /(?:logs|metrics|traces)\.jsonl$/.test(each))) {
    cpSync(join(SESSION, file), join(otel, file));
    const text = readFileSync(join(SESSION, file));
    // Cut in the middle of a text, a byte changed there, and behind a wrong length.
    for (let at = text.indexOf(MARK), n = 0; at >= 0 && n < 12; at = text.indexOf(MARK, at + 400), n += 1) {
      writeFileSync(join(otel, `${file}-${n}-cut`), text.subarray(0, at + 4));
      const changed = Buffer.from(text);
      changed[at - 1] = 0x22;
      changed[at + MARK.length + 3] = 0x22;
      writeFileSync(join(otel, `${file}-${n}-changed`), changed);
      writeFileSync(join(otel, `${file}-${n}-length`), Buffer.concat([Buffer.from([0, 0, 0, 40]), text.subarray(at)]));
    }
  }
  const { code, stdout, stderr } = await strataHere(["analyze", logs, "--telemetry", otel, "--out", out]);
  expect([0, 1, 3], stderr).toContain(code);
  expect(stdout + stderr).not.toContain(MARK);
  const files = readdirSync(out, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name: file }) => join(parentPath, file));
  expect(files.some((file) => file.endsWith("report.html"))).toBe(true);
  for (const file of files) expect(readFileSync(file).includes(MARK), file).toBe(false);
  const warehouse = await DuckDbWarehouse.open(out);
  try {
    let rows = 0;
    for (const { name: table } of tables()) {
      const found = (await warehouse.adhoc(`select * from ${table}`)).rows;
      rows += found.length;
      expect(JSON.stringify(found).includes(MARK), table).toBe(false);
    }
    expect(rows).toBeGreaterThan(50);
    // The damaged objects were told of, by place and reason.
    const { rows: told } = await warehouse.adhoc("select sum(quarantined) as n from telemetry_objects");
    expect(Number(told[0]?.["n"])).toBeGreaterThan(5);
  } finally {
    warehouse.close();
  }
}, 300_000);
