import { BedrockClient } from "@aws-sdk/client-bedrock";
import { parquetReadObjects } from "hyparquet";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { InferenceProfiles, PROFILES_KEY } from "../../src/aws/inference-profiles.ts";
import { parseConfig } from "../../src/config/load.ts";
import { curator } from "../../src/curated/curator.ts";
import { type IngestResult, ingestObjects } from "../../src/curated/ingest-objects.ts";
import { WriteConflict } from "../../src/errors.ts";
import { MemoryStore } from "../ingest/memory-store.ts";
import { clientFor, json, jsonError, type StubAnswer, type StubRequest, StubService } from "./stub-service.ts";

const profile = (id: string): string => `arn:aws:bedrock:us-east-1:111122223333:application-inference-profile/${id}`;
const CONFIG = parseConfig("attribution: { tags: { cost_center: cc } }");

let stub: StubService;
beforeAll(async () => {
  stub = await StubService.start();
});
afterAll(() => stub.stop());

let time = 0;
let failures: unknown[];
beforeEach(() => {
  time = Date.UTC(2026, 9, 5);
  failures = [];
});

const book = (store: MemoryStore): InferenceProfiles =>
  new InferenceProfiles({
    store: () => store,
    clock: { now: () => time },
    onFailure: (error) => failures.push(error),
    clientOf: () => new BedrockClient({ ...clientFor(stub.endpoint), maxAttempts: 1 }),
  });

/** Bedrock with one profile: what it was made of, and its tags. */
function bedrock(models: readonly string[], tags: Readonly<Record<string, string>>): (request: StubRequest) => StubAnswer {
  return ({ path }) =>
    path.includes("listTagsForResource")
      ? json({ tags: Object.entries(tags).map(([key, value]) => ({ key, value })) })
      : json({
          inferenceProfileName: "search",
          inferenceProfileArn: profile("ab12"),
          inferenceProfileId: "ab12",
          status: "ACTIVE",
          type: "APPLICATION",
          models: models.map((modelArn) => ({ modelArn })),
        });
}
const sonnet = (region: string): string => `arn:aws:bedrock:${region}::foundation-model/anthropic.claude-sonnet-4-6`;

const record = (index: number, modelId: string, more: object = {}): string =>
  JSON.stringify({
    schemaType: "ModelInvocationLog",
    timestamp: "2026-10-05T10:00:00Z",
    accountId: "111122223333",
    region: "us-east-1",
    requestId: `r${index}`,
    operation: "Converse",
    modelId,
    input: { inputTokenCount: 1000 },
    output: { outputTokenCount: 100 },
    ...more,
  });
const log = (...ids: string[]): MemoryStore =>
  MemoryStore.of({
    // The second of a kind is not plain: it takes the straightforward path.
    "logs/a.jsonl": ids.flatMap((id, index) => [record(index, id), record(index + 100, id, { unheardOf: 1 })]).join("\n"),
  });
async function ingest(source: MemoryStore, target: MemoryStore, profiles?: InferenceProfiles): Promise<IngestResult> {
  return ingestObjects({ name: "b", objects: source.infos }, { source, target, curator: curator(CONFIG, profiles) });
}
async function rows(target: MemoryStore): Promise<Record<string, unknown>[]> {
  const bytes = [...target.objects].find(([key]) => key.endsWith(".parquet"))?.[1] ?? new Uint8Array();
  return parquetReadObjects({ file: new Uint8Array(bytes).buffer });
}

describe("application inference profiles", () => {
  it("are looked up once, whoever meets them, and give model, routing, price and team", async () => {
    stub.on(bedrock([sonnet("us-east-1"), sonnet("us-west-2")], { team: "search", cost_center: "x", cc: "C-7" }));
    const target = new MemoryStore();
    const profiles = book(target);
    const source = log(profile("ab12"), "anthropic.claude-sonnet-4-6", profile("ab12"));
    const { counts } = await ingest(source, target, profiles);
    expect(counts.landed).toBe(6);
    const found = (await rows(target)).filter((row) => row["model_id"] === profile("ab12"));
    expect(found).toHaveLength(4);
    for (const row of found)
      expect(row).toMatchObject({
        inference_profile: profile("ab12"),
        model: "claude-sonnet-4-6",
        routing: "geo",
        price_status: "priced",
        team: "search",
        attribution_source: "resource_tag",
      });
    await ingest(source, target, profiles);
    expect(stub.requests).toHaveLength(2);
  });

  it("keep the first answer, so that a replay writes the same bytes although the tags have changed since", async () => {
    stub.on(bedrock([sonnet("us-east-1"), sonnet("")], { team: "search" }));
    const target = new MemoryStore();
    const source = log(profile("ab12"));
    await ingest(source, target, book(target));
    const before = target.content;
    expect((await rows(target))[0]).toMatchObject({ routing: "global", team: "search" });
    stub.on(bedrock([sonnet("us-east-1")], { team: "payments" }));
    await ingest(source, target, book(target));
    expect(target.content).toEqual(before);
    expect(stub.requests).toEqual([]);
  });

  it("end in one state when two workers ask at once, and an answer of somebody else in between is kept", async () => {
    stub.on(bedrock([sonnet("us-east-1")], {}));
    const target = new MemoryStore();
    await Promise.all([
      ingest(log(profile("ab12")), target, book(target)),
      ingest(log(profile("cd34")), target, book(target)),
      ingest(log(profile("ab12")), target, book(target)),
    ]);
    const kept = JSON.parse(Buffer.from((await target.readAll(PROFILES_KEY))?.bytes ?? []).toString("utf8"));
    expect(Object.keys(kept)).toEqual([profile("ab12"), profile("cd34")]);
    // Ours is late: another worker's answer landed between reading and writing.
    const racing = new MemoryStore();
    const write = racing.write.bind(racing);
    let first = true;
    racing.write = async (key, bytes, condition) => {
      if (first && key === PROFILES_KEY) {
        first = false;
        await write(PROFILES_KEY, JSON.stringify({ [profile("ab12")]: { models: [sonnet("")], tags: { team: "theirs" } } }));
        throw new WriteConflict(key, "conflict");
      }
      return write(key, bytes, condition);
    };
    await ingest(log(profile("ab12")), racing, book(racing));
    expect((await rows(racing))[0]).toMatchObject({ team: "theirs" });
    expect(failures).toEqual([]);
  });

  it.each([
    ["denied", jsonError("AccessDeniedException", "not authorized to perform: bedrock:GetInferenceProfile", 403)],
    ["gone", jsonError("ResourceNotFoundException", "no such profile", 404)],
    ["throttled", jsonError("ThrottlingException", "slow down", 429)],
    ["nonsense", json({ models: [{ modelArn: "what" }] })],
  ])("cost no record when the answer is: %s. They land unpriced, and are right after a later reading", async (_, answer) => {
    stub.on(() => answer);
    const target = new MemoryStore();
    const profiles = book(target);
    const source = log(profile("ab12"));
    const { counts } = await ingest(source, target, profiles);
    expect(counts).toMatchObject({ landed: 2, quarantined: 0 });
    expect((await rows(target))[0]).toMatchObject({ model: profile("ab12"), price_status: "unpriced", estimated_cost: null });
    expect(String(failures[0])).toContain("ab12");
    expect(Object(failures[0]).hint).toContain("models.inference_profiles");
    // Not asked again at once, but after a while, also by a function that was never restarted.
    await ingest(source, target, profiles);
    expect(failures).toHaveLength(1);
    time += 11 * 60_000;
    stub.on(bedrock([sonnet("us-east-1")], { team: "search" }));
    await ingest(source, target, profiles);
    expect((await rows(target))[0]).toMatchObject({ model: "claude-sonnet-4-6", routing: "in-region", price_status: "priced" });
  });

  it("are not asked about when strata.yml names them, and nobody is asked without one in the log", async () => {
    stub.on(() => jsonError("AccessDeniedException", "no", 403));
    const target = new MemoryStore();
    const named = parseConfig(`models: { inference_profiles: { ab12: global.anthropic.claude-opus-5 } }`);
    const source = log(profile("ab12"), "us.amazon.nova-lite-v1:0");
    const options = { source, target, curator: curator(named, book(target)) };
    await ingestObjects({ name: "b", objects: source.infos }, options);
    expect((await rows(target))[0]).toMatchObject({ model: "claude-opus-5", routing: "global" });
    expect(stub.requests).toEqual([]);
    expect(target.objects.has(PROFILES_KEY)).toBe(false);
  });

  it("do not stop ingest when the kept answers cannot be read", async () => {
    stub.on(bedrock([sonnet("us-east-1")], {}));
    const target = new MemoryStore();
    target.objects.set(PROFILES_KEY, Buffer.from("{ cut off"));
    await ingest(log(profile("ab12")), target, book(target));
    expect((await rows(target))[0]).toMatchObject({ price_status: "unpriced" });
    expect(failures).toHaveLength(1);
  });
});
