import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { parse } from "yaml";
import { needing, PYTHON, without } from "../needs.ts";
import { type Heard, loopbackBedrock, SECRET } from "./loopback-bedrock.ts";

const FOLDER = join(import.meta.dirname, "../../examples/instrument");
const LABELS = { team: "documents", feature: "summaries", environment: "prod" };

let bedrock: Awaited<ReturnType<typeof loopbackBedrock>>;
beforeAll(async () => {
  bedrock = await loopbackBedrock();
});
afterAll(() => bedrock.close());
beforeEach(() => {
  bedrock.heard.length = 0;
});

/** Runs an example as it stands; only where Bedrock is, is told by the environment. */
async function heardOf(program: string, args: readonly string[]): Promise<readonly Heard[]> {
  const { NODE_OPTIONS: _, VITEST: __, ...environment } = process.env;
  await promisify(execFile)(program, args, {
    cwd: FOLDER,
    env: {
      ...environment,
      AWS_ENDPOINT_URL_BEDROCK_RUNTIME: bedrock.endpoint,
      AWS_BEDROCK_RUNTIME_ENDPOINT: bedrock.endpoint,
      BEDROCK_URL: bedrock.endpoint,
      AWS_ACCESS_KEY_ID: "AKIDLOOPBACK",
      AWS_SECRET_ACCESS_KEY: SECRET,
      AWS_REGION: "us-east-1",
      AWS_DEFAULT_REGION: "us-east-1",
      AWS_REGION_NAME: "us-east-1",
      AWS_EC2_METADATA_DISABLED: "true",
      LITELLM_LOCAL_MODEL_COST_MAP: "True",
      LANGSMITH_TRACING: "false",
      TRACE_ID: "trace-1",
    },
  });
  return bedrock.heard;
}
const sent = ({ header, body }: Heard): unknown => (header === undefined ? body["requestMetadata"] : JSON.parse(header));

test("AWS SDK for JavaScript", async () => {
  const heard = await heardOf(process.execPath, ["--import", join(import.meta.dirname, "from-source.mjs"), "aws-sdk.mjs"]);
  expect(heard.map(sent)).toEqual([
    { ...LABELS, trace_id: "trace-1" },
    { ...LABELS, feature: "titles", trace_id: "trace-1" },
  ]);
  expect(heard.every(({ signed }) => signed)).toBe(true);
});

test("Vercel AI SDK", async () => {
  const heard = await heardOf(process.execPath, ["vercel-ai.mjs"]);
  expect(heard.map(sent)).toEqual([LABELS]);
  expect(heard[0]).toMatchObject({ operation: "converse", signed: true });
});

test.skipIf(without("boto3"))(needing("boto3, before and after it knew the parameter", "boto3"), async () => {
  const heard = await heardOf(PYTHON, ["boto3_labels.py"]);
  expect(heard.map(sent)).toEqual([LABELS, LABELS]);
  expect(heard.every(({ signed }) => signed)).toBe(true);
});

test.skipIf(without("langchain-aws"))(needing("LangChain, Converse and InvokeModel", "langchain-aws"), async () => {
  const heard = await heardOf(PYTHON, ["langchain_labels.py"]);
  expect(heard.map(({ operation }) => operation)).toEqual(["converse", "invoke"]);
  expect(heard.map(sent)).toEqual([LABELS, LABELS]);
});

test.skipIf(without("litellm"))(needing("LiteLLM as a library", "litellm"), async () => {
  expect((await heardOf(PYTHON, ["litellm_labels.py"])).map(sent)).toEqual([LABELS]);
});

test("Claude Code's header and the proxy's file say what they should", () => {
  const { env } = JSON.parse(readFileSync(join(FOLDER, "claude-code.json"), "utf8"));
  const [name, value] = /^([^:]+): (.*)$/.exec(env.ANTHROPIC_CUSTOM_HEADERS)?.slice(1) ?? [];
  expect(name).toBe("X-Amzn-Bedrock-Request-Metadata");
  expect(JSON.parse(value ?? "")).toEqual({ team: "platform", feature: "coding", environment: "dev" });
  const proxy = parse(readFileSync(join(FOLDER, "litellm-proxy.yaml"), "utf8"));
  expect(proxy.litellm_settings.bedrock_request_metadata_fields).toContain("user_api_key_user_email");
});
