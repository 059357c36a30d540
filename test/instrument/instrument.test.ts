import * as newest from "@aws-sdk/client-bedrock-runtime";
import { NodeHttpHandler } from "@smithy/node-http-handler";
import * as first from "bedrock-runtime-first";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { instrument, type Labels } from "../../src/instrument/index.ts";
import { type Heard, loopbackBedrock, SECRET } from "./loopback-bedrock.ts";

let bedrock: Awaited<ReturnType<typeof loopbackBedrock>>;
let told: string[];
beforeAll(async () => {
  bedrock = await loopbackBedrock();
});
afterAll(() => bedrock.close());
beforeEach(() => {
  bedrock.heard.length = 0;
  told = [];
});

const MODEL = "global.anthropic.claude-sonnet-4-6";
const LABELS = { team: "documents", feature: "summaries", environment: "prod" };
const connection = () => ({
  endpoint: bedrock.endpoint,
  region: "us-east-1",
  credentials: { accessKeyId: "AKIDLOOPBACK", secretAccessKey: SECRET },
});
const invoke = (requestMetadata?: unknown) => ({
  modelId: MODEL,
  contentType: "application/json",
  body: '{"max_tokens":1}',
  ...(requestMetadata === undefined ? {} : { requestMetadata }),
});
const converse = (requestMetadata?: unknown) => ({
  modelId: MODEL,
  messages: [{ role: "user" as const, content: [{ text: "Grüße" }] }],
  ...(requestMetadata === undefined ? {} : { requestMetadata }),
});

/** Sends one call of each command and tells what came out on the wire. */
type Send = (labels: Labels, own?: unknown) => Promise<readonly Heard[]>;

// Each SDK has classes of its own, so each is written out; what TypeScript refuses is what a JavaScript caller can still do.
const clients: readonly (readonly [string, Send])[] = [
  [
    "3.587, the first with Converse",
    async (labels, own) => {
      const client = instrument(
        new first.BedrockRuntimeClient({ ...connection(), requestHandler: new NodeHttpHandler() as never }),
        labels,
        { warn: (text) => told.push(text) },
      );
      await client.send(new first.InvokeModelCommand(invoke(own) as first.InvokeModelCommandInput));
      await client.send(new first.InvokeModelWithResponseStreamCommand(invoke(own) as first.InvokeModelCommandInput));
      await client.send(new first.ConverseCommand(converse(own) as first.ConverseCommandInput));
      await client.send(new first.ConverseStreamCommand(converse(own) as first.ConverseStreamCommandInput));
      return bedrock.heard;
    },
  ],
  [
    "3.1164, the newest",
    async (labels, own) => {
      const client = instrument(
        new newest.BedrockRuntimeClient({ ...connection(), requestHandler: new NodeHttpHandler() }),
        labels,
        {
          warn: (text) => told.push(text),
        },
      );
      await client.send(new newest.InvokeModelCommand(invoke(own) as newest.InvokeModelCommandInput));
      await client.send(new newest.InvokeModelWithResponseStreamCommand(invoke(own) as newest.InvokeModelCommandInput));
      await client.send(new newest.ConverseCommand(converse(own) as newest.ConverseCommandInput));
      await client.send(new newest.ConverseStreamCommand(converse(own) as newest.ConverseStreamCommandInput));
      return bedrock.heard;
    },
  ],
];

const OPERATIONS = ["invoke", "invoke-with-response-stream", "converse", "converse-stream"];
const sent = (heard: readonly Heard[]): unknown[] =>
  heard.map(({ header, body }) => (header === undefined ? body["requestMetadata"] : JSON.parse(header)));

describe.each(clients)("a client of SDK %s", (_, send) => {
  test("carries the labels on all four commands, signed, and the body is otherwise as it was", async () => {
    const heard = await send(LABELS);
    expect(heard.map(({ operation }) => operation)).toEqual(OPERATIONS);
    expect(sent(heard)).toEqual([LABELS, LABELS, LABELS, LABELS]);
    expect(heard.map(({ signed }) => signed)).toEqual([true, true, true, true]);
    expect(heard.map(({ header }) => header !== undefined)).toEqual([true, true, false, false]);
    expect(heard[0]?.body).toEqual({ max_tokens: 1 });
    expect(heard[2]?.body["messages"]).toEqual(converse().messages);
    expect(told).toEqual([]);
  });

  test.each([
    ["a map", { team: "search", run: "7" }],
    ["JSON text", '{"team":"search","run":"7"}'],
  ])("what the call sets itself wins, given as %s; [object Object] never goes out", async (_form, own) => {
    const all = { team: "search", run: "7", feature: "summaries", environment: "prod" };
    const heard = await send(LABELS, own);
    expect(sent(heard)).toEqual([all, all, all, all]);
    expect(heard.every(({ signed }) => signed)).toBe(true);
    expect(JSON.stringify(heard)).not.toContain("[object");
  });

  test("a label that does not fit is left out and told once; the call goes out", async () => {
    const heard = await send(
      {
        team: "documents",
        feature: "x".repeat(257),
        [`k${"x".repeat(256)}`]: "long key",
        "": "no key",
        user: "müller",
        nested: { team: "documents" } as never,
        trace_id: () => {
          throw new Error("SECRET of the caller");
        },
        empty: "",
        count: 3,
      },
      "not JSON",
    );
    const fits = { team: "documents", empty: "", count: "3" };
    expect(sent(heard)).toEqual([fits, fits, fits, fits]);
    expect(told.length).toBe(7);
    expect(told.filter((text) => text.includes('"nested"'))).toEqual([
      'strata: request metadata "nested" is left out: a value is a text, not of type object',
    ]);
    expect(told.join()).not.toMatch(/müller|SECRET|not JSON/);
  });

  test("at most 16 pairs go out, and a header of at most 8,500 characters", async () => {
    const many = Object.fromEntries(Array.from({ length: 20 }, (_, index) => [`key${index}`, "v"]));
    const heard = await send(many, { own: "1" });
    expect(sent(heard).map((pairs) => Object.keys(pairs as object).length)).toEqual([16, 16, 16, 16]);
    expect(sent(heard).every((pairs) => Object.hasOwn(pairs as object, "own"))).toBe(true);
    bedrock.heard.length = 0;
    const wide = Object.fromEntries(Array.from({ length: 16 }, (_, index) => [`${index}`.padEnd(256, "k"), "\t".repeat(255)]));
    const [header, , body] = await send(wide);
    expect(header?.header?.length).toBeLessThanOrEqual(8_500);
    expect(Object.keys(JSON.parse(header?.header ?? "{}")).length).toBe(11);
    expect(Object.keys(body?.body["requestMetadata"] as object).length).toBe(16);
  });

  test("functions are asked at each call; nothing to send sends nothing", async () => {
    let call = 0;
    const heard = await send({ trace_id: () => `trace-${++call}`, user: () => undefined });
    expect(sent(heard)).toEqual([1, 2, 3, 4].map((number) => ({ trace_id: `trace-${number}` })));
    bedrock.heard.length = 0;
    const nothing = await send({ user: () => null });
    expect(sent(nothing)).toEqual([undefined, undefined, undefined, undefined]);
  });
});

test("a header that a middleware of the caller's puts on is kept, and wins over the labels", async () => {
  const client = new newest.BedrockRuntimeClient({ ...connection(), requestHandler: new NodeHttpHandler() });
  instrument(client, LABELS, { warn: (text) => told.push(text) });
  client.middlewareStack.add(
    (next) => (args) => {
      const { request } = args as { request: { headers: Record<string, string> } };
      request.headers["X-Amzn-Bedrock-Request-Metadata"] = '{"team":"search","run":"7"}';
      return next(args);
    },
    { step: "build", name: "own" },
  );
  await client.send(new newest.InvokeModelCommand(invoke() as newest.InvokeModelCommandInput));
  await client.send(new newest.InvokeModelCommand(invoke('{"run":"8"}') as newest.InvokeModelCommandInput));
  expect(sent(bedrock.heard)).toEqual([
    { team: "search", run: "7", feature: "summaries", environment: "prod" },
    { run: "8", team: "search", feature: "summaries", environment: "prod" },
  ]);
  expect(bedrock.heard.every(({ signed }) => signed)).toBe(true);
  expect(told).toEqual([]);
});

test("instrumenting again replaces the labels, and a warning that fails costs no call", async () => {
  const client = new newest.BedrockRuntimeClient({ ...connection(), requestHandler: new NodeHttpHandler() });
  instrument(client, { team: "before" });
  instrument(
    client,
    { team: "after", bad: "ü" },
    {
      warn: () => {
        throw new Error("no console");
      },
    },
  );
  await client.send(new newest.InvokeModelCommand(invoke() as newest.InvokeModelCommandInput));
  expect(sent(bedrock.heard)).toEqual([{ team: "after" }]);
});
