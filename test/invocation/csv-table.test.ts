import { Readable } from "node:stream";
import { describe, expect, it } from "vitest";
import { hasLogMark } from "../../src/invocation/log-mark.ts";
import { readInvocations } from "../../src/invocation/read-invocations.ts";

const record = (requestId: string) => ({
  schemaType: "ModelInvocationLog",
  schemaVersion: "1.0",
  timestamp: "2026-10-05T14:00:00Z",
  accountId: "111122223333",
  region: "us-east-1",
  requestId,
  operation: "Converse",
  modelId: "amazon.nova-lite-v1:0",
  identity: { arn: "arn:aws:iam::111122223333:user/ann" },
  input: { inputTokenCount: 1000, inputBodyJson: { messages: [{ role: "user", content: [{ text: 'a, "b"\nc' }] }] } },
  output: { outputTokenCount: 10 },
});
const quoted = (text: string): string => `"${text.replaceAll('"', '""')}"`;
const message = (id: string, space?: number): string => quoted(JSON.stringify(record(id), null, space));
const TIME = "2026-10-05 14:00:00.000";

/** Request ids and input tokens of what was read; the reason of what was not. In pieces, so that nothing hangs on where a chunk ends. */
async function read(text: string | Buffer, size = 1 << 20): Promise<unknown[]> {
  const bytes = Buffer.from(text);
  const pieces = Array.from({ length: Math.ceil(bytes.length / size) }, (_, at) => bytes.subarray(at * size, (at + 1) * size));
  const found: unknown[] = [];
  for await (const item of readInvocations(Readable.from(pieces), "x.csv"))
    found.push("usage" in item ? [item.record.requestId, item.usage.inputTokens] : "bad" in item ? item.bad : item);
  return found;
}

describe("a CSV of Logs Insights", () => {
  it.each([
    ["as the console writes it", `@timestamp,@message\n${TIME},${message("a")}\n${TIME},${message("b")}\n`],
    [
      "of Windows, with a mark before it",
      `\uFEFF@timestamp,@message,@logStream\r\n${TIME},${message("a")},s\r\n${TIME},${message("b")},s\r\n`,
    ],
    ["with cells of several lines", `@timestamp,@message\n${TIME},${message("a", 2)}\n${TIME},${message("b", 2)}\n`],
    [
      "with cells of several lines, of Windows",
      `@message,@timestamp\r\n${message("a", 2).replaceAll("\n", "\r\n")},10/5/2026 4:00 PM\r\n${message("b", 2).replaceAll("\n", "\r\n")},10/5/2026 4:00 PM\r\n`,
    ],
    ["from a spreadsheet with semicolons", `"@timestamp";"@message"\n${TIME};${message("a")}\n${TIME};${message("b")}`],
    ["with tabs", `@timestamp\t@message\n${TIME}\t${message("a")}\n${TIME}\t${message("b")}`],
    [
      "of the fields that Insights discovers",
      `@timestamp,requestId,accountId,region,modelId,operation,identity.arn,input.inputTokenCount,output.outputTokenCount,schemaType,schemaVersion,timestamp\n${["a", "b"].map((id) => `${TIME},${id},111122223333,us-east-1,amazon.nova-lite-v1:0,Converse,arn:aws:iam::111122223333:user/ann,1000,10,ModelInvocationLog,1.0,2026-10-05T14:00:00Z\n`).join("")}`,
    ],
    ["put together with lines of JSON", `${JSON.stringify(record("a"))}\n@timestamp,@message\n${TIME},${message("b", 2)}\n`],
    ["and lines of JSON after it", `@timestamp,@message\n${TIME},${message("a", 2)}\n${JSON.stringify(record("b"))}\n`],
  ])("%s", async (_, text) => {
    const expected = [
      ["a", 1000],
      ["b", 1000],
    ];
    expect(await read(text)).toEqual(expected);
    expect(await read(text, 7)).toEqual(expected);
    expect(hasLogMark(Buffer.from(text))).toBe(true);
    // As Excel's "Unicode Text" and Windows PowerShell write it.
    const wide = Buffer.from(text.startsWith("\uFEFF") ? text : `\uFEFF${text}`, "utf16le");
    expect(await read(wide, 7)).toEqual(expected);
    expect(hasLogMark(wide)).toBe(true);
  });

  it("a cell of many lines takes a time that grows with them alone", async () => {
    const cost = async (lines: number): Promise<number> => {
      const text = `@timestamp,@message\n${TIME},"${"x\n".repeat(lines)}"\n${TIME},${message("a")}\n`;
      const before = process.cpuUsage();
      expect((await read(text)).at(-1)).toEqual(["a", 1000]);
      const { user, system } = process.cpuUsage(before);
      return user + system;
    };
    await cost(1000);
    // With every line read again for each that follows it would take minutes.
    expect(await cost(200_000)).toBeLessThan(10_000_000);
  });

  it("a quote that never ends costs its own row alone", async () => {
    const rows = `@timestamp,@message\n${TIME},"{""schemaType"": broken\n${TIME},${message("a", 2)}\n`;
    expect(await read(rows)).toEqual(["not_json", ["a", 1000]]);
    expect(await read(`@timestamp,@message\n${TIME},${message("a")}\n${TIME},"{""cut`)).toEqual([["a", 1000], "not_json"]);
  });

  it("a message within a message is opened once", async () => {
    const inner = JSON.stringify({ "@message": record("a") });
    expect(await read(JSON.stringify([{ "@timestamp": "x", "@message": inner }]))).toEqual([["a", 1000]]);
    expect(
      await read(
        JSON.stringify({ events: [{ timestamp: 1, message: JSON.stringify({ message: JSON.stringify(record("a")) }) }] }),
      ),
    ).toEqual([["a", 1000]]);
  });

  it("is not taken for one where it is another table", () => {
    for (const text of ["time,name\n1,2\n", "requestId,amount\n1,2\n", "line_item_usage_type,line_item_unblended_cost\n"])
      expect(hasLogMark(Buffer.from(text))).toBe(false);
  });
});
