import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { parseConfig } from "../../src/config/load.ts";
import { batchOf, quarantineEntries } from "../../src/curated/quarantine-entries.ts";
import { MOST_PLACED } from "../../src/curated/refused-lines.ts";
import { rawLine } from "../invocation/support.ts";
import { MemoryStore } from "./memory-store.ts";
import { fastPath, straightforward } from "./two-paths.ts";

const GOOD = rawLine({ requestId: "good" });

async function reasonsOf(lines: readonly string[], config?: string): Promise<{ landed: number; reasons: readonly unknown[] }> {
  const source = new MemoryStore();
  await source.write("a.jsonl", lines.join("\n"));
  const settings = config === undefined ? undefined : parseConfig(config);
  const fast = await fastPath(source, source.infos, settings);
  const slow = await straightforward(source, source.infos, settings);
  expect(fast.refused).toEqual(slow.refused);
  expect(fast.rows).toEqual(slow.rows);
  const reasons = fast.refused.map((entry) => [Reflect.get(Object(entry), "source_line"), Reflect.get(Object(entry), "reason")]);
  return { landed: fast.result.counts.landed, reasons };
}

describe("times that no event can have", () => {
  test.each([
    "1970-01-01T00:00:00Z",
    "0100-01-01T00:00:00Z",
    "0100-01-01T00:00:00+18:00",
    "2022-12-31T23:59:59.999Z",
    "2263-04-11T23:47:16Z",
    "9999-12-31T23:59:59Z",
    "9999-12-31T23:59:59-18:00",
    "9999-12-31T23:59:59.999-14:00",
  ])("%s is quarantined with its place, and the records around it land", async (timestamp) => {
    const { landed, reasons } = await reasonsOf([GOOD, rawLine({ timestamp }), GOOD]);
    expect(landed).toBe(2);
    expect(reasons).toEqual([[2, /^9999.*-1\d:00$/.test(timestamp) ? "bad_timestamp" : "implausible_time"]]);
  });

  test("strata.yml widens and narrows what is plausible", async () => {
    const lines = ["2019-05-01T00:00:00Z", "2026-10-05T00:00:00Z", "2026-10-06T00:00:00Z"].map((timestamp) =>
      rawLine({ timestamp }),
    );
    expect(await reasonsOf(lines, "sources: {event_times: {from: 2019-01-01, to: 2026-10-05}}")).toEqual({
      landed: 2,
      reasons: [[3, "implausible_time"]],
    });
  });

  test("a range that ends before it begins is refused with its key", () => {
    expect(() => parseConfig("sources: {event_times: {from: 2026-02-01, to: 2026-01-01}}")).toThrow("sources.event_times");
  });
});

describe("names longer than AWS gives", () => {
  const long = "x".repeat(2049);
  test.each([
    ["modelId", { modelId: long }],
    ["requestId", { requestId: long }],
    ["region", { region: long }],
    ["operation", { operation: long }],
    ["inferenceRegion", { inferenceRegion: long }],
    ["identity.arn", { identity: { arn: `arn:aws:sts::111122223333:assumed-role/Dev/${long}` } }],
    ["a label", { requestMetadata: { team: long } }],
    ["a label's name", { requestMetadata: { [long]: "team" } }],
    ["labels together", { requestMetadata: Object.fromEntries(Array.from({ length: 65 }, (_, index) => [`k${index}`, "v"])) }],
    ["input.inputBodyS3Path", { input: { inputBodyS3Path: long } }],
  ])("%s: the record is quarantined by both paths", async (_, change) => {
    expect(await reasonsOf([GOOD, rawLine(change)])).toEqual({ landed: 1, reasons: [[2, "name_too_long"]] });
  });

  test("what AWS does give lands", async () => {
    const labels = Object.fromEntries(Array.from({ length: 16 }, (_, index) => [`${index}`.padEnd(256, "k"), "v".repeat(256)]));
    const arn = `arn:aws:sts::111122223333:assumed-role/${"r".repeat(64)}/${"s".repeat(64)}`;
    expect(await reasonsOf([rawLine({ requestMetadata: labels, identity: { arn } })])).toEqual({ landed: 1, reasons: [] });
  });
});

describe("floods", () => {
  test.each([
    ["lines that are no JSON", "x\n"],
    ["lines that are numbers", "0\n"],
    ["empty objects", "{}\n"],
  ])("two hundred thousand %s are a bounded quarantine, and cost no good record", async (_, bad) => {
    const source = new MemoryStore();
    await source.write("a.json.gz", gzipSync(`${GOOD}\n${bad.repeat(200_000)}${GOOD}\n`));
    const { result, refused, target } = await fastPath(source);
    expect(result.counts).toMatchObject({ landed: 2, quarantined: 200_000, records: 200_002 });
    expect(refused).toHaveLength(MOST_PLACED + 1);
    expect(refused.at(-1)).toMatchObject({ source_line: MOST_PLACED + 2, records: 200_000 - MOST_PLACED, fingerprint: null });
    const entries = await Array.fromAsync(quarantineEntries(target));
    expect(entries.reduce((sum, { records }) => sum + records, 0)).toBe(200_000);
  });

  test("one line with millions of values is one bad line", async () => {
    const source = new MemoryStore();
    await source.write("a.json.gz", gzipSync(`${GOOD}\n[${"{},".repeat(4_500_000)}{}]\n${GOOD}\n`));
    const { result, refused } = await fastPath(source);
    expect(result.counts).toMatchObject({ landed: 2, quarantined: 1 });
    expect(refused).toMatchObject([{ source_line: 2, reason: "line_too_long" }]);
  });

  test("unknown fields without end are counted under a few names", async () => {
    const source = new MemoryStore();
    const flood = Object.fromEntries(Array.from({ length: 20_000 }, (_, index) => [`field${index}`, 1]));
    await source.write("a.jsonl", rawLine({ ...flood, requestId: "a" }));
    const { result } = await fastPath(source);
    expect(result.counts.landed).toBe(1);
    expect(Object.keys(result.counts.unknown_fields)).toHaveLength(51);
    expect(result.counts.unknown_fields["(others)"]).toBe(19_950);
  });

  test("parts of a quarantine belong to their batch", () => {
    expect(
      ["quarantine/2026-10-05-000.jsonl", "quarantine/2026-10-05-000.part-2.jsonl", "quarantine/x/y.jsonl"].map(batchOf),
    ).toEqual(["2026-10-05-000", "2026-10-05-000", undefined]);
  });
});
