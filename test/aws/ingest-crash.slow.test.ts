import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { S3Client } from "@aws-sdk/client-s3";
import { type FauxqsServer, startFauxqs } from "fauxqs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { S3Store } from "../../src/aws/s3-store.ts";
import { FolderStore } from "../../src/local/folder-store.ts";
import type { ObjectStore } from "../../src/ports.ts";
import { MemoryStore } from "../ingest/memory-store.ts";
import { contentOf, Killed, Life, VersionedLogs, type World, work } from "./ingest-world.ts";
import { clientFor, json, StubService } from "./stub-service.ts";

const PROFILE = "arn:aws:bedrock:us-east-1:111122223333:application-inference-profile/ab12";
const folder = mkdtempSync(join(tmpdir(), "strata-crash-"));
let stub: StubService;
let server: FauxqsServer;
beforeAll(async () => {
  server = await startFauxqs({ port: 0, logger: false });
  stub = await StubService.start();
  stub.on(({ path }) =>
    path.includes("listTagsForResource")
      ? json({ tags: [{ key: "team", value: "search" }] })
      : json({ models: [{ modelArn: "arn:aws:bedrock:us-east-1::foundation-model/anthropic.claude-sonnet-4-6" }] }),
  );
});
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  stub.stop();
  await server.stop();
});

const keyOf = (name: string): string => `team a/AWSLogs/111122223333/BedrockModelInvocationLogs/us-east-1/2026/10/05/14/${name}`;
const logKey = (hex: string): string => keyOf(`20261005T141504123Z_${hex.padStart(16, "0")}.json.gz`);
const lines = (ids: readonly string[], more: object = {}): Buffer =>
  gzipSync(
    ids
      .map((id, index) =>
        JSON.stringify({
          schemaType: "ModelInvocationLog",
          timestamp: `2026-10-05T1${index % 3}:00:00Z`,
          accountId: "111122223333",
          region: "us-east-1",
          requestId: id,
          operation: "Converse",
          modelId: "anthropic.claude-sonnet-4-6",
          input: { inputTokenCount: 10 },
          output: { outputTokenCount: 10 },
          ...more,
        }),
      )
      .join("\n"),
  );

/** As S3 writes keys into notifications: form encoding. */
const encoded = (key: string): string => encodeURIComponent(key).replaceAll("%20", "+").replaceAll("%2F", "/");
const notification = (...objects: { key: string; versionId?: string; sequencer?: string; size?: number }[]) => ({
  Records: objects.map(({ key, ...rest }) => ({
    eventName: "ObjectCreated:Put",
    eventTime: "2026-10-05T14:15:05Z",
    s3: { bucket: { name: "logs" }, object: { key: encoded(key), ...rest } },
  })),
});
const eventBridge = (key: string, more: object = {}) => ({
  source: "aws.s3",
  "detail-type": "Object Created",
  detail: { bucket: { name: "logs" }, object: { key, ...more } },
});
const redrive = (...keys: string[]) => ({ redrive: keys.map((key) => ({ bucket: "logs", key })) });

/** One object for each way in which one is told of, most of them told more than once, and what is no log. */
function world(order: (messages: string[]) => string[] = (messages) => messages, target: ObjectStore = new MemoryStore()): World {
  const logs = new VersionedLogs();
  logs.put(logKey("a"), lines(["a1", "a2", "a3"]));
  logs.put(logKey("b"), Buffer.concat([lines(["b1"]), gzipSync("{ not json\n")]));
  logs.put(logKey("c"), lines(["c1", "c2"], { modelId: PROFILE }));
  logs.put(logKey("d"), lines(["d1", "d2"]).subarray(0, -12));
  // Overwritten: the newer version has one record more.
  logs.put(logKey("e"), lines(["e1", "e2"]), "v1");
  logs.put(logKey("e"), lines(["e1", "e2", "e3"]), "v2");
  logs.put(logKey("f"), lines(["f1"]), "v9");
  const messages: object[] = [
    notification({ key: logKey("a"), size: lines(["a1", "a2", "a3"]).length }),
    { Service: "Amazon S3", Event: "s3:TestEvent", Time: "2026-10-05T14:00:00Z", Bucket: "logs", RequestId: "r", HostId: "h" },
    eventBridge(logKey("b")),
    { Type: "Notification", MessageId: "m", Message: JSON.stringify(notification({ key: logKey("c") })) },
    redrive(logKey("d"), logKey("a")),
    // The newer version first, and each of them twice.
    notification({ key: logKey("e"), versionId: "v2", sequencer: "0B" }, { key: logKey("e"), versionId: "v2", sequencer: "0A1" }),
    notification({ key: logKey("e"), versionId: "v1", sequencer: "9" }),
    eventBridge(logKey("e"), { "version-id": "v1", sequencer: "9" }),
    eventBridge(logKey("f"), { "version-id": "v9" }),
    // A backfill knows no versions.
    redrive(logKey("f")),
    notification({ key: keyOf("data/0a1b2c3d-0000-4000-8000-000000000006_input.json.gz") }),
    eventBridge("team a/AWSLogs/111122223333/BedrockModelInvocationLogs/amazon-bedrock-logs-permission-check"),
    { Records: [{ eventName: "ObjectRemoved:Delete", s3: { bucket: { name: "logs" }, object: { key: encoded(logKey("a")) } } }] },
  ];
  return { logs, target, queue: order(messages.map((message) => JSON.stringify(message))) };
}

async function undisturbed(order?: (messages: string[]) => string[]): Promise<Record<string, string>> {
  const calm = world(order);
  await work(calm, stub.endpoint);
  expect(calm.queue).toEqual([]);
  return contentOf(calm.target);
}

describe("the ingest function", () => {
  let bucket = 0;
  const onS3 = (): ObjectStore => {
    bucket += 1;
    server.createBucket(`curated-${bucket}`);
    const client = new S3Client({ ...clientFor(`http://127.0.0.1:${server.port}`), forcePathStyle: true });
    return new S3Store(`s3://curated-${bucket}`, { client });
  };
  const onDisk = (): ObjectStore => new FolderStore(mkdtempSync(join(folder, "curated-")));

  it.each([
    ["before", "memory", false, 1, () => new MemoryStore()],
    ["after", "memory", true, 1, () => new MemoryStore()],
    ["before", "a folder", false, 5, onDisk],
    ["after", "a folder", true, 5, onDisk],
    ["before", "S3 over HTTP", false, 9, onS3],
    ["after", "S3 over HTTP", true, 9, onS3],
  ])(
    "ends in the same state when it dies %s any of its calls (to %s, SQS, Bedrock, its metrics) and starts again",
    async (_, __, after, step, store) => {
      // One message of each kind that writes something: each call more is two runs more.
      const some = (messages: string[]): string[] => [0, 2, 3, 4, 6].flatMap((index) => messages[index] ?? []);
      const expected = await undisturbed(some);
      let point = 1;
      for (; ; point += step) {
        const broken = world(some, store());
        const life = new Life(point, after);
        const died = await work(broken, stub.endpoint, life).then(
          () => false,
          (error: unknown) => error instanceof Killed,
        );
        for await (const { key } of broken.target.list()) expect(Object.hasOwn(expected, key), key).toBe(true);
        await work(broken, stub.endpoint);
        expect(broken.queue, `killed at call ${point}`).toEqual([]);
        expect(await contentOf(broken.target), `killed at call ${point}`).toEqual(expected);
        if (!died) break;
      }
      // Receive, 5 objects with what is written for each, Bedrock and its state, metrics, 5 deletions.
      expect(point).toBeGreaterThan(35);
    },
  );

  it("ends in the same state whatever the order of events and the size of batches", async () => {
    const expected = await undisturbed();
    for (let seed = 1; seed <= 12; seed += 1) {
      const shuffled = world((messages) => messages.toSorted((a, b) => scatter(a, seed) - scatter(b, seed)));
      await work(shuffled, stub.endpoint, new Life(), 1 + (seed % 5));
      expect(await contentOf(shuffled.target), `seed ${seed}`).toEqual(expected);
    }
  });

  it("ends in the same state when two run at once, and when everything is told again a month later", async () => {
    const expected = await undisturbed();
    const busy = world();
    const again = world().queue;
    await Promise.all([work(busy, stub.endpoint, new Life(), 3), work(busy, stub.endpoint, new Life(), 4)]);
    expect(await contentOf(busy.target)).toEqual(expected);
    busy.queue = again;
    await work(busy, stub.endpoint);
    expect(await contentOf(busy.target)).toEqual(expected);
  });

  it("reads each version of an overwritten object once, and writes a backfill over the files of the live event", async () => {
    const { target, logs } = world();
    const only = async (...messages: object[]): Promise<string[]> => {
      const some: World = { logs, target: new MemoryStore(), queue: messages.map((message) => JSON.stringify(message)) };
      await work(some, stub.endpoint);
      return Object.keys(await contentOf(some.target)).filter((key) => key.startsWith("ingested_objects/"));
    };
    expect(await contentOf(target)).toEqual({});
    expect(await only(eventBridge(logKey("f"), { "version-id": "v9" }), redrive(logKey("f")))).toHaveLength(1);
    const newest = await only(notification({ key: logKey("e"), versionId: "v2" }));
    expect(await only(redrive(logKey("e")))).toEqual(newest);
    expect(
      await only(notification({ key: logKey("e"), versionId: "v2" }), eventBridge(logKey("e"), { "version-id": "v1" })),
    ).toHaveLength(2);
  });
});

/** A number that depends on the text and the seed in no obvious way. */
function scatter(text: string, seed: number): number {
  let hash = seed * 2_654_435_761;
  for (let index = 0; index < text.length; index += 1) hash = Math.imul(hash ^ text.charCodeAt(index), 16_777_619) >>> 0;
  return hash;
}
