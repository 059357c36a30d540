import { describe, expect, it } from "vitest";
import { backfill, planBackfill } from "../../src/pipeline/backfill.ts";
import type { ObjectInfo } from "../../src/ports.ts";
import { MemoryStore } from "./memory-store.ts";

const key = (day: string, index: number): string =>
  `AWSLogs/111122223333/BedrockModelInvocationLogs/us-east-1/2026/10/${day}/00/202610${day}T0000${String(index).padStart(2, "0")}000Z_ab${index}.json.gz`;
const source = MemoryStore.of({
  ...Object.fromEntries(
    ["04", "05", "06", "07"].flatMap((day) => Array.from({ length: 10 }, (_, index) => [key(day, index), "x"])),
  ),
  "AWSLogs/111122223333/BedrockModelInvocationLogs/amazon-bedrock-logs-permission-check": "",
});
const range = { source, from: "2026-10-05", to: "2026-10-06", pageSize: 3, concurrency: 2 };

describe("backfill", () => {
  it("hands over every log object of the days once, and nothing else", async () => {
    const seen: string[] = [];
    const checkpoints = new MemoryStore();
    const found = await backfill({
      ...range,
      checkpoints,
      enqueue: async (objects) => void seen.push(...objects.map(({ key }) => key)),
    });
    expect(found).toEqual({ objects: 20, bytes: 20, resumed: 0, skipped: 21 });
    expect(new Set(seen).size).toBe(20);
    expect(seen.every((each) => each.includes("/10/05/") || each.includes("/10/06/"))).toBe(true);
    expect(checkpoints.content).toEqual({});
  });

  it("goes on behind the last finished pages when it was interrupted", async () => {
    const seen: string[] = [];
    const checkpoints = new MemoryStore();
    let calls = 0;
    const enqueue = async (objects: readonly ObjectInfo[]): Promise<void> => {
      calls += 1;
      if (calls === 4) throw new Error("the queue is gone");
      seen.push(...objects.map((object) => object.key));
    };
    await expect(backfill({ ...range, checkpoints, enqueue })).rejects.toThrow("the queue is gone");
    const found = await backfill({ ...range, checkpoints, enqueue });
    expect(found.resumed).toBe(6);
    expect(new Set(seen).size).toBe(20);
    expect(seen.length).toBeLessThanOrEqual(23);
  });

  it("starts over when the object of its checkpoint is gone", async () => {
    const store = MemoryStore.of({ [key("05", 1)]: "x", [key("05", 2)]: "x" });
    const checkpoints = new MemoryStore();
    const input = { ...range, source: store, checkpoints, pageSize: 1, concurrency: 1 };
    let left = 1;
    const enqueue = async (): Promise<void> => {
      left -= 1;
      if (left < 0) throw new Error("stopped");
    };
    await expect(backfill({ ...input, enqueue })).rejects.toThrow("stopped");
    await store.remove(key("05", 1));
    const seen: string[] = [];
    await backfill({ ...input, enqueue: async (objects) => void seen.push(...objects.map((object) => object.key)) });
    expect(seen).toEqual([key("05", 2)]);
  });

  it.each([
    ["cloudtrail", ["t/AWSLogs/111122223333/CloudTrail/us-east-1/2026/10/05/a.json.gz"]],
    ["batch", ["b/abcdef123456/in.jsonl.out", "b/abcdef123456/manifest.json.out"]],
    [
      "kiro",
      ["k/AWSLogs/111122223333/KiroLogs/user_report/us-east-1/2026/10/05/00/KIRO_IDE_111122223333_user_report_202610050000.csv"],
    ],
  ] as const)("of %s hands over what is read of it by its key, by the day on which it was written", async (kind, wanted) => {
    const others = [
      "t/AWSLogs/111122223333/CloudTrail-Digest/us-east-1/2026/10/05/a.json.gz",
      "t/AWSLogs/111122223333/Config/us-east-1/a.json.gz",
      "b/in.jsonl",
      "k/AWSLogs/111122223333/KiroLogs/GenerateAssistantResponse/us-east-1/a.json.gz",
    ];
    const [folder = ""] = wanted[0].split("/");
    const mine = others.filter((key) => key.startsWith(`${folder}/`));
    const store = MemoryStore.of(Object.fromEntries([...wanted, ...mine].map((key) => [key, "x"])));
    const seen: string[] = [];
    const enqueue = async (objects: readonly ObjectInfo[]) => void seen.push(...objects.map(({ key }) => key));
    const found = await backfill({ ...range, kind, source: store, checkpoints: new MemoryStore(), enqueue });
    expect(seen).toEqual([...wanted]);
    expect(found.skipped).toBe(mine.length);
    const earlier = { ...range, from: "2026-10-03", to: "2026-10-04", kind, source: store };
    expect((await planBackfill({ ...earlier, checkpoints: new MemoryStore() })).objects).toBe(0);
  });

  it("counts and estimates without handing anything over", async () => {
    const checkpoints = new MemoryStore();
    const plan = await planBackfill({ ...range, checkpoints });
    expect(plan).toMatchObject({ objects: 20, bytes: 20 });
    // 20 GETs at 0.0004 and 60 PUTs at 0.005 a thousand.
    expect(plan.cost.requests).toBe(308_000_000n);
    expect(plan.cost.total).toBe(plan.cost.requests + plan.cost.compute + plan.cost.queue);
    expect(checkpoints.content).toEqual({});
  });
});
