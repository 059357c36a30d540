import { describe, expect, it } from "vitest";
import { type StrataConfig, strataConfig } from "../../src/config/strata-config.ts";
import { MemoryStore } from "../ingest/memory-store.ts";
import { fastPath } from "../ingest/two-paths.ts";
import { type Raw, rawRecord } from "../invocation/support.ts";

/** A record whose body is small enough to need no reading, unless one is given. */
const record = (changes: Raw = {}): Raw =>
  rawRecord({
    identity: { arn: "arn:aws:sts::012345678901:assumed-role/Dev/ann@example.com" },
    operation: "Converse",
    modelId: "us.amazon.nova-lite-v1:0",
    input: { inputContentType: "application/json", inputTokenCount: 1000 },
    output: { outputContentType: "application/json", outputTokenCount: 100 },
    ...changes,
  });
const answer = (body: Raw): Raw => ({
  output: {
    outputContentType: "application/json",
    outputTokenCount: 100,
    outputBodyJson: {
      output: { message: { role: "assistant", content: [] } },
      stopReason: "end_turn",
      usage: { inputTokens: 1000, outputTokens: 100, totalTokens: 1100 },
      ...body,
    },
  },
});

/** What a prompt router sent to a model. */
const routed = (model: string): Raw => ({
  modelId: "arn:aws:bedrock:us-east-1:012345678901:default-prompt-router/amazon.nova:1",
  ...answer({ trace: { promptRouter: { invokedModelId: `arn:aws:bedrock:us-east-1::foundation-model/amazon.${model}-v1:0` } } }),
});

const config: StrataConfig = strataConfig.parse({
  attribution: {
    rules: [
      { name: "old", match: { account: "*" }, team: "before", to: "2026-10-05" },
      { name: "new", match: { account: "*" }, team: "after", from: "2026-10-06" },
    ],
  },
});

async function rows(records: readonly object[], with_: StrataConfig): Promise<Raw[]> {
  const source = MemoryStore.of({ "logs/a.json": records.map((each) => JSON.stringify(each)).join("\n") });
  const { rows: files, refused } = await fastPath(source, source.infos, with_);
  expect(refused).toEqual([]);
  return Object.values(files)
    .flat()
    .map((row) => ({ ...(row as object), source_line: 0 }));
}

describe("what is found out for a call once is used again for calls that are alike, and for no other", () => {
  it.each<[string, Raw, Raw, Raw, StrataConfig?]>([
    ["account", {}, { accountId: "444455556666" }, { account_id: "444455556666" }],
    ["region", {}, { region: "us-west-2" }, { region: "us-west-2" }],
    ["serving region", { inferenceRegion: "us-east-2" }, { inferenceRegion: "us-west-2" }, { inference_region: "us-west-2" }],
    ["operation", {}, { operation: "ConverseStream" }, { operation: "ConverseStream" }],
    ["model", {}, { modelId: "us.amazon.nova-pro-v1:0" }, { model: "nova-pro" }],
    [
      "principal",
      {},
      { identity: { arn: "arn:aws:sts::012345678901:assumed-role/Dev/ben@example.com" } },
      { session_name: "ben@example.com" },
    ],
    [
      "request metadata",
      { requestMetadata: { team: "a" } },
      { requestMetadata: { team: "b" } },
      { request_metadata: { team: "b" } },
    ],
    ["the model that a router chose", routed("nova-lite"), routed("nova-pro"), { model: "nova-pro" }],
    [
      "the tier that served it",
      answer({ serviceTier: { type: "flex" } }),
      answer({ serviceTier: { type: "priority" } }),
      { service_tier: "priority" },
    ],
    [
      "the day on which strata.yml attributes otherwise",
      { timestamp: "2026-10-05T23:59:59Z" },
      { timestamp: "2026-10-06T00:00:00Z" },
      { team: "after" },
      config,
    ],
  ])("%s", async (_, first, second, expected, settings = strataConfig.parse({})) => {
    const [one, two] = [record({ ...first, requestId: "one" }), record({ ...second, requestId: "two" })];
    const both = await rows([one, two], settings);
    const last = both.find((row) => row["request_id"] === "two");
    expect(last).toMatchObject(expected);
    expect([last]).toEqual(await rows([two], settings));
    expect(both.find((row) => row["request_id"] === "one")).not.toMatchObject(expected);
  });

  it("whatever came before: two tiers, and none at all", async () => {
    const tiers = [answer({ serviceTier: { type: "flex" } }), answer({ serviceTier: { type: "priority" } }), answer({})];
    const found = await rows(
      tiers.map((change, index) => record({ ...change, requestId: `${index}` })),
      strataConfig.parse({}),
    );
    expect(found.map((row) => row["service_tier"])).toEqual(["flex", "priority", "on-demand"]);
  });
});
