/** The AWS SDK for JavaScript v3: one line for all calls of a client. */
import { BedrockRuntimeClient, ConverseCommand, InvokeModelCommand } from "@aws-sdk/client-bedrock-runtime";
import { instrument } from "strata-bedrock/instrument";

const client = instrument(new BedrockRuntimeClient(), {
  team: "documents",
  feature: "summaries",
  environment: "prod",
  // Asked at each call; with OpenTelemetry: () => trace.getActiveSpan()?.spanContext().traceId
  trace_id: () => process.env.TRACE_ID,
});

const modelId = "global.anthropic.claude-sonnet-4-6";
await client.send(new ConverseCommand({ modelId, messages: [{ role: "user", content: [{ text: "Hello" }] }] }));
// What a call sets itself wins.
const body = JSON.stringify({
  anthropic_version: "bedrock-2023-05-31",
  max_tokens: 64,
  messages: [{ role: "user", content: "Hello" }],
});
await client.send(
  new InvokeModelCommand({ modelId, contentType: "application/json", body, requestMetadata: '{"feature":"titles"}' }),
);
