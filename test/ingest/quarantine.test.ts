import { describe, expect, it } from "vitest";
import { defaultConfig } from "../../src/config/load.ts";
import { curator } from "../../src/curated/curator.ts";
import { ingestObjects } from "../../src/curated/ingest-objects.ts";
import { quarantineEntries } from "../../src/curated/quarantine-entries.ts";
import { retryBatch } from "../../src/curated/retry-batch.ts";
import { MemoryStore } from "./memory-store.ts";

const CANARY = "CANARY-7f3a";
const record = (id: string, hour = "10"): string =>
  JSON.stringify({
    schemaType: "ModelInvocationLog",
    timestamp: `2026-10-05T${hour}:00:00Z`,
    accountId: "111122223333",
    region: "us-east-1",
    requestId: id,
    operation: "InvokeModel",
    modelId: "anthropic.claude-sonnet-4-6",
    input: { inputTokenCount: 5, inputBodyJson: { prompt: CANARY } },
    output: { outputTokenCount: 5 },
  });
const bad = record("b").replace('"accountId":"111122223333"', `"accountId":"${CANARY}"`);
const CURATOR = curator(defaultConfig());

describe("quarantine", () => {
  it("says where a line is and why it was refused, never what it says", async () => {
    const source = MemoryStore.of({ "a.jsonl": `${record("a")}\n${bad}\n` });
    const target = new MemoryStore();
    await ingestObjects({ name: "day", objects: source.infos }, { source, target, curator: CURATOR });
    const entries = await Array.fromAsync(quarantineEntries(target));
    expect(entries).toMatchObject([
      {
        batch: "day",
        object: "a.jsonl",
        line: 2,
        offset: record("a").length + 1,
        reason: "wrong_type",
        detail: "accountId: expected 12 digits",
      },
    ]);
    for (const bytes of target.objects.values()) expect(Buffer.from(bytes).includes(CANARY)).toBe(false);
  });

  it("is empty again, with the line landed, when the object was mended and retried", async () => {
    const source = MemoryStore.of({ "a.jsonl": `${record("a")}\n${bad}\n`, "b.jsonl": `${record("c", "11")}\n` });
    const target = new MemoryStore();
    await ingestObjects({ name: "day", objects: source.infos }, { source, target, curator: CURATOR });
    source.objects.set("a.jsonl", Buffer.from(`${record("a")}\n${record("b")}\n`));
    await retryBatch("day", { source, target, curator: CURATOR });
    expect(await Array.fromAsync(quarantineEntries(target))).toEqual([]);
    const clean = new MemoryStore();
    await ingestObjects({ name: "day", objects: source.infos }, { source, target: clean, curator: CURATOR });
    const rows = (store: MemoryStore): string[] =>
      Object.entries(store.content)
        .filter(([key]) => key.endsWith(".parquet"))
        .flat();
    expect(rows(target)).toEqual(rows(clean));
  });

  it("changes nothing when an object of the batch is gone", async () => {
    const source = MemoryStore.of({ "a.jsonl": `${record("a")}\n${bad}\n` });
    const target = new MemoryStore();
    await ingestObjects({ name: "day", objects: source.infos }, { source, target, curator: CURATOR });
    const before = target.content;
    await source.remove("a.jsonl");
    await expect(retryBatch("day", { source, target, curator: CURATOR })).rejects.toThrow("store: memory has no object a.jsonl");
    expect(target.content).toEqual(before);
  });
});
