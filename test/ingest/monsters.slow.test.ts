import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { MemoryStore } from "./memory-store.ts";
import { monstrousLines } from "./monsters.ts";
import { fastPath, straightforward } from "./two-paths.ts";

const samples = readFileSync(new URL("../fixtures/samples/invocation-logs/records.jsonl", import.meta.url), "utf8").trimEnd();
const [good = ""] = samples.split("\n");
const lines = monstrousLines(good, { bytes: 9 * 1024 * 1024, depth: 100_000 });

describe("a monstrous line", () => {
  it.each([...lines])("of %s says the same by both paths and leaves the lines around it alone", async (_, line) => {
    const source = MemoryStore.of({ "logs/a.json.gz": gzipSync(`${good}\n${line}\n${good}\n`, { level: 1 }) });
    const start = performance.now();
    const fast = await fastPath(source);
    // No more than reading takes: a quadratic look at nine megabytes would take hours.
    expect(performance.now() - start).toBeLessThan(20_000);
    const slow = await straightforward(source);
    expect(fast.result.failures).toEqual([]);
    expect(JSON.stringify(fast.refused) === JSON.stringify(slow.refused)).toBe(true);
    expect(fast.rows).toEqual(slow.rows);
    expect(fast.result.counts.records).toBeGreaterThanOrEqual(2);
    expect(fast.result.counts.records).toBe(fast.result.counts.landed + fast.result.counts.quarantined);
  });
});
