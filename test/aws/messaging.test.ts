import { SNSClient } from "@aws-sdk/client-sns";
import { SQSClient } from "@aws-sdk/client-sqs";
import { type FauxqsServer, startFauxqs } from "fauxqs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { SnsSink, subjectOf } from "../../src/aws/sns-sink.ts";
import { SqsQueue } from "../../src/aws/sqs-queue.ts";
import { clientFor, json, jsonError, StubService } from "./stub-service.ts";

let server: FauxqsServer;
let stub: StubService;
beforeAll(async () => {
  server = await startFauxqs({ port: 0, logger: false });
  stub = await StubService.start();
});
afterAll(async () => {
  stub.stop();
  await server.stop();
});
const endpoint = (): string => `http://127.0.0.1:${server.port}`;

describe("SnsSink", () => {
  const message = {
    severity: "critical",
    subject: "Errors above 10 %",
    body: '{"what":"errors"}',
    attributes: { team: "search", empty: "" },
  };

  it("publishes to the topic of the severity, with attributes to filter by", async () => {
    const { queueArn } = server.createQueue("pages");
    server.createTopic("critical");
    server.subscribe({ topic: "critical", queue: "pages" });
    const sink = new SnsSink({
      topics: new Map([["critical", "arn:aws:sns:us-east-1:000000000000:critical"]]),
      client: new SNSClient(clientFor(endpoint())),
    });
    await sink.publish(message);
    const [received] = server.inspectQueue("pages")?.messages.ready ?? [];
    expect(queueArn).toContain("pages");
    expect(JSON.parse(received?.body ?? "{}")).toMatchObject({
      Subject: "Errors above 10 %",
      Message: message.body,
      MessageAttributes: { team: { Value: "search" } },
    });
    expect(received?.body).not.toContain("empty");
  });

  it("refuses a severity without a topic and a message that SNS would not take", async () => {
    const sink = new SnsSink({ topics: new Map([["info", "arn"]]), client: new SNSClient(clientFor(endpoint())) });
    await expect(sink.publish(message)).rejects.toThrow(/no topic for alerts of severity "critical"/);
    await expect(sink.publish({ ...message, severity: "info", body: "x".repeat(262_144) })).rejects.toThrow(/SNS takes 262144/);
  });

  it.each([
    ["AuthorizationError", 403, /access is denied/],
    ["NotFound", 404, /there is no such object|does not exist/],
    ["Throttling", 400, /refused the rate/],
    ["InternalError", 500, /the service failed/],
    ["KMSAccessDenied", 400, /encryption key cannot be used/],
  ])("throws on %s, so that the alert stays due", async (code, status, expected) => {
    stub.on(() => ({
      status,
      headers: { "content-type": "text/xml" },
      body: `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>m</Message></Error></ErrorResponse>`,
    }));
    const sink = new SnsSink({
      topics: new Map([["critical", "arn:aws:sns:us-east-1:000000000000:critical"]]),
      client: new SNSClient({ ...clientFor(stub.endpoint), maxAttempts: 2 }),
    });
    await expect(sink.publish(message)).rejects.toThrow(expected);
  });

  it.each([
    ["Fehlerrate über 10 %", "Fehlerrate uber 10 %"],
    ["line\nbreak\u202e", "line?break?"],
    ["x".repeat(200), "x".repeat(100)],
    ["  ", "Strata alert"],
    ["日本", "?"],
  ])("makes of the subject %j plain ASCII", (text, expected) => {
    expect(subjectOf(text)).toBe(expected);
  });
});

describe("SqsQueue", () => {
  it("sends any number of messages in tens", async () => {
    const { queueUrl } = server.createQueue("backfill");
    const queue = new SqsQueue({ url: queueUrl, client: new SQSClient(clientFor(endpoint())) });
    expect(await queue.send(Array.from({ length: 23 }, (_, index) => `message ${index}`))).toBe(23);
    expect((await queue.counts()).waiting).toBe(23);
  });

  it("sends entries again that SQS did not take", async () => {
    stub.on(({ body }, count) => {
      const { Entries }: { Entries: { Id: string }[] } = JSON.parse(body);
      return count === 1
        ? json({ Successful: [{ Id: "0" }], Failed: [{ Id: "1", SenderFault: false, Code: "InternalError" }] })
        : json({ Successful: Entries, Failed: [] });
    });
    const queue = new SqsQueue({ url: `${stub.endpoint}/q`, client: new SQSClient({ ...clientFor(stub.endpoint), md5: false }) });
    expect(await queue.send(["a", "b"])).toBe(2);
    expect(stub.requests.map(({ body }) => JSON.parse(body).Entries.length)).toEqual([2, 1]);
  });

  it("names the queue that is not there", async () => {
    stub.on(() => jsonError("QueueDoesNotExist", "no such queue"));
    const queue = new SqsQueue({
      url: `${stub.endpoint}/q`,
      client: new SQSClient({ ...clientFor(stub.endpoint), maxAttempts: 1 }),
    });
    await expect(queue.counts()).rejects.toThrow(/sqs: counting .*the resource does not exist/);
  });
});
