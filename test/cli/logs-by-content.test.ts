import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, expect, it } from "vitest";
import { rawLine } from "../invocation/support.ts";
import { strataHere } from "../pipeline/strata-here.ts";

const root = mkdtempSync(join(tmpdir(), "strata-content-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const quoted = (text: string): string => `"${text.replaceAll('"', '""')}"`;
const line = (id: string): string => rawLine({ requestId: id });

it("exports whose names say nothing are read by what they hold, and what only lies beside them is not", async () => {
  const logs = join(root, "logs");
  mkdirSync(logs);
  const files: readonly (readonly [string, string | Uint8Array])[] = [
    ["a.jsonl", line("named")],
    ["export.csv", `@timestamp,@message\n2026-10-05 14:14:03.000,${quoted(line("csv"))}\n`],
    ["export.txt", `${line("text")}\n`],
    ["strata-1-2026-10-05-14-14-03-0a1b2c", gzipSync(`${line("firehose-1")}\n${line("firehose-2")}\n`)],
    ["strata-1-2026-10-05-14-19-03-0a1b2c", gzipSync(gzipSync(`${line("packed-twice")}\n`))],
    ["powershell.out", Buffer.from(`\uFEFF${line("powershell")}\r\n`, "utf16le")],
    ["export.csv.gz", gzipSync(`@timestamp,@message\n2026-10-05 14:14:03.000,${quoted(line("csv-gz"))}\n`)],
    ["README", "Invocation logs of October"],
    ["bill.csv", "identity_line_item_id,line_item_unblended_cost\na,1.50\n"],
    ["picture.png", Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 1, 2])],
  ];
  for (const [name, content] of files) writeFileSync(join(logs, name), content);
  const out = join(root, "out");
  const { code, stderr } = await strataHere(["analyze", logs, "--out", out]);
  expect([code, stderr]).toEqual([0, expect.anything()]);
  const asked = await strataHere(["sql", "select request_id from invocations order by 1", "--data", out, "--format", "csv"]);
  expect(asked.stdout.trim().split(/\s+/).slice(1)).toEqual([
    ...["csv", "csv-gz", "firehose-1", "firehose-2", "named", "packed-twice", "powershell", "text"],
  ]);
});
