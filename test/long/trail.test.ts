import { Readable } from "node:stream";
import { expect, test } from "vitest";
import { trailReader } from "../../src/cloudtrail/trail-reader.ts";
import { trailEvent } from "../sources/company.ts";

const MEGABYTE = 1024 * 1024;

test("a trail of a gigabyte is read in flat memory", async () => {
  const other = JSON.stringify(
    trailEvent("other", { eventSource: "s3.amazonaws.com", eventName: "GetObject", requestParameters: { key: "x".repeat(900) } }),
  );
  let written = 0;
  let calls = 0;
  function* trail(): Generator<Buffer> {
    yield Buffer.from('{"Records":[');
    for (let part = 0; written < 1024 * MEGABYTE; part += 1) {
      const events = Array.from({ length: 200 }, (_, index) =>
        index === 7 ? JSON.stringify(trailEvent(`call-${part}`)) : other,
      );
      calls += 1;
      const bytes = Buffer.from(`${part === 0 ? "" : ","}${events.join(",")}`);
      written += bytes.length;
      yield bytes;
    }
    yield Buffer.from("]}");
  }
  const problems: unknown[] = [];
  const reading = trailReader({ trustSessionNames: true }).read(
    {
      key: "AWSLogs/111122223333/CloudTrail/us-east-1/2026/10/05/x.json",
      deliveredAt: Date.UTC(2026, 9, 6),
      body: Readable.from(trail()),
    },
    (problem) => problems.push(problem),
  );
  let rows = 0;
  let most = 0;
  const before = process.memoryUsage().rss;
  const begun = performance.now();
  for await (const _ of reading) {
    rows += 1;
    if (rows % 500 === 0) most = Math.max(most, process.memoryUsage().rss - before);
  }
  console.log(
    `${Math.round(written / MEGABYTE)} MB, ${rows} rows, ${Math.round(most / MEGABYTE)} MB more memory, ${Math.round(written / MEGABYTE / ((performance.now() - begun) / 1000))} MB/s`,
  );
  expect(problems).toEqual([]);
  expect(rows).toBe(calls);
  expect(most).toBeLessThan(256 * MEGABYTE);
});
