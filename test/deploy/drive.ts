import { setTimeout } from "node:timers/promises";
import { InvokeCommand, LambdaClient } from "@aws-sdk/client-lambda";
import {
  ChangeMessageVisibilityCommand,
  CreateQueueCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  type Message,
  ReceiveMessageCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import { NodeHttpHandler } from "@smithy/node-http-handler";
import { ACCOUNT, type Clients, REGION } from "./clients.ts";

/** The longest that anything here may take; usually it is seconds. */
const LONGEST_MS = 900_000;
/** A queue counts as worked off when it has been empty for this long. */
const QUIET_MS = 5_000;

/** What happens to a deployed stack: events come in, schedules fall due, messages go out. */
export class Driver {
  readonly #clients: Clients;
  readonly #stage: string;
  readonly #lambda: LambdaClient;
  readonly #sqs: SQSClient;

  constructor(clients: Clients, stage: string) {
    this.#clients = clients;
    this.#stage = stage;
    const requestHandler = new NodeHttpHandler({ requestTimeout: LONGEST_MS });
    this.#lambda = new LambdaClient({ ...clients.options, requestHandler });
    this.#sqs = new SQSClient(clients.options);
  }

  /** Runs a function as its schedule does. @throws Error with the function's own when it fails */
  async run(name: string, event: object = {}): Promise<unknown> {
    const FunctionName = `strata-${this.#stage}-${name}`;
    const begin = performance.now();
    const { FunctionError, Payload } = await this.#lambda.send(
      new InvokeCommand({ FunctionName, Payload: JSON.stringify(event) }),
    );
    const answer = Buffer.from(Payload ?? []).toString("utf8");
    console.log(`${name}: ${((performance.now() - begin) / 1000).toFixed(1)} s`);
    if (FunctionError !== undefined) throw new Error(`${name}: ${answer}`);
    return JSON.parse(answer);
  }

  /** A queue that somebody subscribes to a topic, with the policy that this takes. */
  async makePager(QueueName: string): Promise<void> {
    const Statement = {
      Effect: "Allow",
      Principal: { Service: "sns.amazonaws.com" },
      Action: "sqs:SendMessage",
      Resource: `arn:aws:sqs:${REGION}:${ACCOUNT}:${QueueName}`,
    };
    const Policy = JSON.stringify({ Version: "2012-10-17", Statement });
    await this.#sqs.send(new CreateQueueCommand({ QueueName, Attributes: { Policy } }));
  }

  /** Waits until a queue is worked off. */
  async workedOff(which: string): Promise<void> {
    const limit = Date.now() + LONGEST_MS;
    for (let quiet = 0; quiet < QUIET_MS; await setTimeout(500)) {
      if (Date.now() > limit) throw new Error(`${which}: the queue is not empty after ${LONGEST_MS / 60_000} minutes`);
      quiet = (await this.depth(this.queue(which))) === 0 ? quiet + 500 : 0;
    }
  }

  /** Waits until a line of a function's log holds the words, written after `since` (milliseconds). */
  async logged(name: string, words: string, since: number): Promise<void> {
    for (const limit = Date.now() + LONGEST_MS; Date.now() < limit; await setTimeout(1000)) {
      const { events = [] } = await this.#logs("FilterLogEvents", {
        logGroupName: `/aws/lambda/strata-${this.#stage}-${name}`,
        startTime: since,
      });
      if (events.some(({ message = "" }) => message.includes(words))) return;
    }
    throw new Error(`${name}: its log does not say "${words}" after ${LONGEST_MS / 60_000} minutes`);
  }

  /** Everything that a function has logged, one text. */
  async log(name: string): Promise<string> {
    const { events = [] } = await this.#logs("FilterLogEvents", { logGroupName: `/aws/lambda/strata-${this.#stage}-${name}` });
    return events.map(({ message = "" }) => message).join("\n");
  }

  readonly queue = (which: string): string => `strata-${this.#stage}-${which}`;

  /** Messages that wait in a queue or are being worked on. */
  async depth(QueueName: string): Promise<number> {
    const { QueueUrl } = await this.#sqs.send(new GetQueueUrlCommand({ QueueName }));
    const { Attributes = {} } = await this.#sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["All"] }));
    return Number(Attributes["ApproximateNumberOfMessages"]) + Number(Attributes["ApproximateNumberOfMessagesNotVisible"]);
  }

  /** Bodies of the messages in a queue, which stay there and can be read again at once. */
  async messages(QueueName: string): Promise<string[]> {
    const { QueueUrl } = await this.#sqs.send(new GetQueueUrlCommand({ QueueName }));
    const found: Message[] = [];
    for (;;) {
      const { Messages = [] } = await this.#sqs.send(
        new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, VisibilityTimeout: 60 }),
      );
      if (Messages.length === 0) break;
      found.push(...Messages);
    }
    for (const { ReceiptHandle } of found)
      await this.#sqs.send(new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle, VisibilityTimeout: 0 }));
    return found.map(({ Body = "" }) => Body);
  }

  /** CloudWatch Logs without its SDK client, which nothing else needs. */
  async #logs(operation: string, body: object): Promise<{ events?: { message?: string }[] }> {
    const credential = `Credential=${ACCOUNT}/20260101/${REGION}/logs/aws4_request`;
    const response = await fetch(this.#clients.endpoint, {
      method: "POST",
      headers: {
        "x-amz-target": `Logs_20140328.${operation}`,
        "content-type": "application/x-amz-json-1.1",
        authorization: `AWS4-HMAC-SHA256 ${credential}, SignedHeaders=host, Signature=none`,
      },
      body: JSON.stringify(body),
    });
    return response.ok ? Object(await response.json()) : {};
  }
}
