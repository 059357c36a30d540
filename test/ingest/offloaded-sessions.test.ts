import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { defaultConfig } from "../../src/config/load.ts";
import { MemoryStore } from "./memory-store.ts";
import { fastPath } from "./two-paths.ts";

const HOUR = "logs/AWSLogs/111122223333/BedrockModelInvocationLogs/us-east-1/2026/10/05/14";
const KEY = `${HOUR}/20261005T141500000Z_0123456789abcdef.json.gz`;
const SESSION = "f614285b-6be8-4252-8aae-c5f336f7521e";

/** A request of Claude Code above 100 KB, as Bedrock puts it beside the log. */
const request = JSON.stringify({
  anthropic_version: "bedrock-2023-05-31",
  max_tokens: 100,
  system: [{ type: "text", text: "x-anthropic-billing-header: cc_version=2.1.332.18b; cc_entrypoint=sdk-cli;" }],
  messages: [{ role: "user", content: `CANARY ${"x".repeat(120_000)}` }],
  metadata: { user_id: JSON.stringify({ device_id: "0".repeat(64), account_uuid: "", session_id: SESSION }) },
});
const record = (requestId: string, modelId: string) => ({
  schemaType: "ModelInvocationLog",
  schemaVersion: "1.0",
  timestamp: "2026-10-05T14:14:03Z",
  accountId: "111122223333",
  identity: { arn: "arn:aws:iam::111122223333:user/dev" },
  region: "us-east-1",
  requestId,
  operation: "InvokeModel",
  modelId,
  input: {
    inputBodyS3Path: `s3://acme/${HOUR}/data/${requestId}_input.json.gz`,
    ...{ inputTokenCount: 10, cacheReadInputTokenCount: 0, cacheWriteInputTokenCount: 0 },
  },
  output: { outputTokenCount: 5 },
});

async function read(offloaded_sessions: boolean) {
  const store = MemoryStore.of({
    [KEY]: gzipSync(
      [
        record("claude", "anthropic.claude-sonnet-4-6"),
        record("llama", "meta.llama3-1-70b-instruct-v1:0"),
        record("gone", "anthropic.claude-sonnet-4-6"),
      ]
        .map((each) => JSON.stringify(each))
        .join("\n"),
    ),
    [`${HOUR}/data/claude_input.json.gz`]: gzipSync(request),
    [`${HOUR}/data/llama_input.json.gz`]: gzipSync(request),
  });
  const config = { ...defaultConfig(), sources: { ...defaultConfig().sources, offloaded_sessions } };
  const { rows, target } = await fastPath(store, undefined, config);
  for (const bytes of target.objects.values()) expect(Buffer.from(bytes).includes("CANARY")).toBe(false);
  return Object.values(rows)
    .flat()
    .map((row) => Object(row));
}

test("the session of an off-loaded request is read where strata.yml asks for it, of Claude models alone, and nothing else changes", async () => {
  const [without, asked] = [await read(false), await read(true)];
  expect(without.map(({ session_id }) => session_id)).toEqual([null, null, null]);
  expect(asked).toMatchObject([
    { request_id: "claude", session_id: SESSION, device_id: "0".repeat(64), client_version: "2.1.332", entrypoint: "sdk-cli" },
    { request_id: "llama", session_id: null },
    { request_id: "gone", session_id: null },
  ]);
  const rest = { session_id: null, device_id: null, client_version: null, entrypoint: null };
  expect(asked.map((row) => ({ ...row, ...rest }))).toEqual(without);
});
