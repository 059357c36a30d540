import { SQSClient } from "@aws-sdk/client-sqs";
import { type FauxqsServer, startFauxqs } from "fauxqs";
import { afterAll, beforeAll, expect, it } from "vitest";
import { SqsDeadLetters } from "../../src/aws/sqs-dead-letters.ts";
import { clientFor } from "./stub-service.ts";

let server: FauxqsServer;
beforeAll(async () => {
  server = await startFauxqs({ port: 0, logger: false });
});
afterAll(() => server.stop());

const letters = (url: string): SqsDeadLetters =>
  new SqsDeadLetters({ url, client: new SQSClient(clientFor(`http://127.0.0.1:${server.port}`)) });

it("keeps a letter in the queue as it is", async () => {
  const { queueUrl } = server.createQueue("alerts-dead");
  await letters(queueUrl).keep('{"id":"one"}');
  expect(server.inspectQueue("alerts-dead")?.messages.ready.map(({ body }) => body)).toEqual(['{"id":"one"}']);
});

it("says which queue is not there", async () => {
  const { queueUrl } = server.createQueue("other");
  await expect(letters(queueUrl.replace("other", "nowhere")).keep("{}")).rejects.toThrow(
    /^sqs: keeping a message in http.*nowhere failed: the resource does not exist/,
  );
});
