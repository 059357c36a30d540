import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { defaultConfig } from "../../src/config/load.ts";
import { MemoryStore } from "./memory-store.ts";
import { fastPath } from "./two-paths.ts";

const HOUR = "logs/AWSLogs/111122223333/BedrockModelInvocationLogs/us-east-1/2026/10/05/14";
const KEY = `${HOUR}/20261005T141500000Z_0123456789abcdef.json.gz`;
const OFFLOADED = `${HOUR}/data/20261005T141400000Z_3_output.json.gz`;
const answer = (name: string) => ({
  type: "message",
  content: [{ type: "tool_use", id: "t", name, input: { command: "CANARY" } }],
  stop_reason: "tool_use",
  usage: { input_tokens: 10, output_tokens: 5 },
});

const record = (requestId: string, output: object) => ({
  schemaType: "ModelInvocationLog",
  schemaVersion: "1.0",
  timestamp: "2026-10-05T14:14:03Z",
  accountId: "111122223333",
  identity: { arn: "arn:aws:iam::111122223333:user/dev" },
  region: "us-east-1",
  requestId,
  operation: "InvokeModel",
  modelId: "anthropic.claude-sonnet-4-6",
  input: { inputTokenCount: 10, cacheReadInputTokenCount: 0, cacheWriteInputTokenCount: 0 },
  output: { outputTokenCount: 5, ...output },
});

const source = (): MemoryStore =>
  MemoryStore.of({
    [KEY]: gzipSync(
      [
        record("inline", { outputBodyJson: answer("Bash") }),
        record("off-loaded", { outputBodyS3Path: `s3://acme/${OFFLOADED}` }),
        record("none", {}),
      ]
        .map((each) => JSON.stringify(each))
        .join("\n"),
    ),
    [OFFLOADED]: gzipSync(JSON.stringify(answer("Read"))),
  });

const config = (tool_names: boolean) => ({ ...defaultConfig(), sources: { ...defaultConfig().sources, tool_names } });

const storedWith = async (tool_names: boolean) => {
  const { rows, target } = await fastPath(source(), undefined, config(tool_names));
  for (const bytes of target.objects.values()) expect(Buffer.from(bytes).includes("CANARY")).toBe(false);
  return Object.values(rows).flat();
};

describe("tool names", () => {
  it("are stored where strata.yml asks for them, from inline and from off-loaded answers", async () => {
    expect(await storedWith(true)).toMatchObject([
      { request_id: "inline", tool_names: "Bash" },
      { request_id: "off-loaded", tool_names: "Read" },
      { request_id: "none", tool_names: null },
    ]);
  });

  it("are not stored unless asked for, and change nothing else", async () => {
    const [without, named] = [await storedWith(false), await storedWith(true)];
    expect(without.map((row) => ({ ...Object(row), stop_reason: null }))).toEqual(
      named.map((row) => ({ ...Object(row), tool_names: null, stop_reason: null })),
    );
  });
});
