import { SNSClient } from "@aws-sdk/client-sns";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { detect } from "../../src/anomaly/detect.ts";
import { SnsSink } from "../../src/aws/sns-sink.ts";
import { strataConfig } from "../../src/config/strata-config.ts";
import type { DeadLetters } from "../../src/ports.ts";
import { isoOf } from "../../src/time.ts";
import { clientFor, StubService } from "../aws/stub-service.ts";
import { MINUTE, START } from "./factories.ts";
import { FakeWarehouse, MemoryStore } from "./memory.ts";

let stub: StubService;
beforeAll(async () => {
  stub = await StubService.start();
});
afterAll(() => stub.stop());

const taken = {
  status: 200,
  headers: { "content-type": "text/xml" },
  body: "<PublishResponse><PublishResult><MessageId>1</MessageId></PublishResult></PublishResponse>",
};
const refusal = (code: string, status: number) => ({
  status,
  headers: { "content-type": "text/xml" },
  body: `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>m</Message></Error></ErrorResponse>`,
});

const topics = new Map(["critical", "data"].map((name) => [name, `arn:aws:sns:us-east-1:111122223333:${name}`]));
const warehouse = new FakeWarehouse({
  "anomalies/error_rate": ({ from, to }) =>
    START <= Date.parse(String(from)) || START > Date.parse(String(to))
      ? []
      : [
          {
            tick: isoOf(START),
            since: isoOf(START - 15 * MINUTE),
            scope: "organisation",
            scope_name: null,
            value: 0.3,
            baseline: null,
            baseline_n: 0,
            spread: null,
            sustained: true,
            floor_value: 100,
            dollars: "1.00",
            team: null,
            account_id: null,
          },
        ],
});

const config = strataConfig.parse({ alerts: { attempts: 3 } });
const run = (state: MemoryStore, minutes: number, given = topics, deadLetters?: DeadLetters) =>
  detect({
    warehouse,
    state,
    ...(deadLetters ? { deadLetters } : {}),
    clock: { now: () => START + minutes * MINUTE },
    config,
    sink: new SnsSink({ topics: given, client: new SNSClient({ ...clientFor(stub.endpoint), maxAttempts: 1 }) }),
  });

const topicOf = (body: string): string => new URLSearchParams(body).get("TopicArn")?.split(":").at(-1) ?? "";
const undelivered = (state: MemoryStore): string[] =>
  [...state.objects.keys()].filter((key) => key.startsWith("alerts-state/undelivered/"));

describe("SNS refusing", () => {
  it.each([
    ["throttles", "Throttling", 400],
    ["denies access", "AuthorizationError", 403],
    ["says that the topic is gone", "NotFound", 404],
    ["has lost the key", "KMSAccessDenied", 400],
    ["is broken", "InternalError", 500],
  ])("when it %s, the message is tried at each run, then kept and told as a data alert", async (_, code, status) => {
    const state = new MemoryStore();
    stub.on(({ body }) => (topicOf(body) === "critical" ? refusal(code, status) : taken));
    expect(await run(state, 0)).toMatchObject({ published: 0, failed: 1, undeliverable: 0 });
    expect(await run(state, 5)).toMatchObject({ failed: 1 });
    expect(await run(state, 10)).toMatchObject({ undeliverable: 1 });
    const [told, ...more] = stub.requests.filter(({ body }) => topicOf(body) === "data");
    expect(more).toEqual([]);
    expect(new URLSearchParams(told?.body).get("Message")).toContain(code);
    expect(undelivered(state)).toHaveLength(1);
    expect(await run(state, 15)).toMatchObject({ published: 0, failed: 0, undeliverable: 0 });
  });

  it("the message lands in the dead-letter queue once, with the reason, also when that queue refuses at first", async () => {
    const state = new MemoryStore();
    const letters: string[] = [];
    let full = true;
    const deadLetters: DeadLetters = {
      keep: async (letter) => {
        if (full) throw new Error("AccessDenied");
        letters.push(letter);
      },
    };
    stub.on(({ body }) => (topicOf(body) === "critical" ? refusal("NotFound", 404) : taken));
    await run(state, 0, topics, deadLetters);
    await run(state, 5, topics, deadLetters);
    expect(await run(state, 10, topics, deadLetters)).toMatchObject({ undeliverable: 1, failed: 1 });
    full = false;
    for (const minutes of [15, 20, 25]) expect(await run(state, minutes, topics, deadLetters)).toMatchObject({ failed: 0 });
    expect(letters).toHaveLength(1);
    expect(JSON.parse(letters[0] ?? "{}")).toMatchObject({
      status: "undeliverable",
      attempts: 3,
      message: { severity: "critical" },
    });
    expect(JSON.parse(letters[0] ?? "{}").lastError).toContain("NotFound");
    // The data alert is told once, not with each try.
    expect(stub.requests.filter(({ body }) => topicOf(body) === "data")).toHaveLength(1);
  });

  it.each([
    ["throttles for two runs", "Throttling", 400],
    ["has no topic yet", "NotFound", 404],
  ])("when it %s, the message is sent once when it takes messages again", async (_, code, status) => {
    const state = new MemoryStore();
    stub.on((_request, count) => (count <= 2 ? refusal(code, status) : taken));
    for (const minutes of [0, 5, 10, 15]) await run(state, minutes);
    const sent = stub.requests.map(({ body }) => new URLSearchParams(body).get("Subject") ?? "");
    expect(sent.map((subject) => subject.slice(0, 10))).toEqual(["[critical]", "[critical]", "[critical]"]);
    expect(undelivered(state)).toEqual([]);
  });

  it("when every topic refuses, both messages stay as objects, and it ends there", async () => {
    const state = new MemoryStore();
    stub.on(() => refusal("AuthorizationError", 403));
    for (let minutes = 0; minutes <= 25; minutes += 5) await run(state, minutes);
    expect(undelivered(state)).toHaveLength(2);
  });

  it("when the stack has no topic for a severity, nothing is sent elsewhere and the message is kept", async () => {
    const state = new MemoryStore();
    stub.on(() => taken);
    for (const minutes of [0, 5, 10]) await run(state, minutes, new Map([["data", topics.get("data") ?? ""]]));
    expect(stub.requests.map(({ body }) => topicOf(body))).toEqual(["data"]);
    expect(undelivered(state)).toHaveLength(1);
  });
});
