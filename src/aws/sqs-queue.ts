import { setTimeout } from "node:timers/promises";
import {
  DeleteMessageBatchCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  ListMessageMoveTasksCommand,
  type Message,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SQSClient,
  StartMessageMoveTaskCommand,
} from "@aws-sdk/client-sqs";
import { StrataError } from "../errors.ts";
import { type ClientOptions, clientConfig } from "./client-options.ts";
import { asking, awsError } from "./failure.ts";

export interface SqsQueueOptions extends ClientOptions {
  readonly url: string;
  readonly client?: SQSClient;
}

/** Messages and bytes of one SendMessageBatch (botocore: sqs). */
const MOST_MESSAGES = 10;
const MOST_BYTES = 262_144;
const ROUNDS = 5;
/** How long a message that is being moved is hidden from others, in seconds: far longer than sending ten takes. */
const HIDDEN_SECONDS = 300;

/** A queue, as backfill and redrive use it. */
export class SqsQueue {
  readonly url: string;
  readonly #client: SQSClient;

  constructor(options: SqsQueueOptions) {
    this.url = options.url;
    // A queue answers in its own region only, and its URL names it. Its host is not the endpoint: that may be set (AWS_ENDPOINT_URL_SQS, a VPC).
    const region = options.region ?? /^https:\/\/sqs\.([a-z0-9-]+)\.amazonaws\./.exec(options.url)?.[1];
    const config = clientConfig(region === undefined ? options : { ...options, region });
    this.#client = options.client ?? new SQSClient({ ...config, useQueueUrlAsEndpoint: false });
  }

  /** The queue of a name, in the region and account of the SDK's defaults. @throws StrataError when there is none */
  static async named(name: string, options: ClientOptions = {}): Promise<SqsQueue> {
    try {
      const { QueueUrl = "" } = await new SQSClient(clientConfig(options)).send(new GetQueueUrlCommand({ QueueName: name }));
      return new SqsQueue({ ...options, url: QueueUrl });
    } catch (error) {
      throw awsError("sqs", `looking for the queue ${name}`, name, error);
    }
  }

  /**
   * Sends message bodies, ten at a time; entries that SQS refuses for its own reasons are sent again.
   * @returns how many were sent
   */
  async send(bodies: Iterable<string> | AsyncIterable<string>): Promise<number> {
    let sent = 0;
    let batch: string[] = [];
    let bytes = 0;
    for await (const body of bodies) {
      const size = Buffer.byteLength(body);
      if (size > MOST_BYTES) throw new StrataError(`sqs: a message of ${size} bytes does not fit into a queue (${MOST_BYTES})`);
      if (batch.length === MOST_MESSAGES || bytes + size > MOST_BYTES) {
        sent += await this.#sendBatch(batch);
        batch = [];
        bytes = 0;
      }
      batch.push(body);
      bytes += size;
    }
    return batch.length === 0 ? sent : sent + (await this.#sendBatch(batch));
  }

  /** Messages that wait, and messages that are being worked on; approximate, as SQS counts them. */
  async counts(): Promise<{ readonly waiting: number; readonly inFlight: number; readonly arn: string }> {
    const { Attributes = {} } = await this.#ask("counting", () =>
      this.#client.send(
        new GetQueueAttributesCommand({
          QueueUrl: this.url,
          AttributeNames: ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible", "QueueArn"],
        }),
      ),
    );
    return {
      waiting: Number(Attributes["ApproximateNumberOfMessages"] ?? 0),
      inFlight: Number(Attributes["ApproximateNumberOfMessagesNotVisible"] ?? 0),
      arn: Attributes["QueueArn"] ?? "",
    };
  }

  /** Sends everything in this dead-letter queue back to where it came from; SQS does the work. @returns the task's handle */
  async redrive(messagesPerSecond?: number): Promise<string> {
    const { arn } = await this.counts();
    const { TaskHandle } = await this.#ask("redriving", () =>
      this.#client.send(
        new StartMessageMoveTaskCommand({
          SourceArn: arn,
          ...(messagesPerSecond === undefined ? {} : { MaxNumberOfMessagesPerSecond: messagesPerSecond }),
        }),
      ),
    );
    return TaskHandle ?? "";
  }

  /** The newest redrive of this dead-letter queue, if there ever was one. */
  async redriveState(): Promise<
    { readonly status: string; readonly moved: number; readonly failure: string | undefined } | undefined
  > {
    const { arn } = await this.counts();
    const { Results = [] } = await this.#ask("looking at redrives", () =>
      this.#client.send(new ListMessageMoveTasksCommand({ SourceArn: arn, MaxResults: 1 })),
    );
    const [task] = Results;
    return (
      task && {
        status: task.Status ?? "unknown",
        moved: Number(task.ApproximateNumberOfMessagesMoved ?? 0),
        failure: task.FailureReason,
      }
    );
  }

  /**
   * Moves messages to another queue, ten at a time: first they are sent, then deleted here, so that none is lost; what is sent twice because
   * somebody stopped it in between does no harm to ingest. Messages that are not wanted stay.
   * @param rate messages a second at most
   */
  async moveTo(
    route: (body: string, meantFor: string) => SqsQueue | undefined,
    options: { readonly rate?: number | undefined; readonly onMoved?: (moved: number) => void } = {},
  ): Promise<{ readonly moved: number; readonly left: number }> {
    const { rate, onMoved = () => undefined } = options;
    let moved = 0;
    let left = 0;
    for (;;) {
      const messages = await this.#receive();
      if (messages.length === 0) return { moved, left };
      const routed = Map.groupBy(messages, ({ Body = "", MessageAttributes }) =>
        route(Body, MessageAttributes?.["TARGET_ARN"]?.StringValue ?? ""),
      );
      left += routed.get(undefined)?.length ?? 0;
      for (const [target, mine] of routed) {
        if (target === undefined) continue;
        await target.send(mine.map(({ Body = "" }) => Body));
        await this.#delete(mine);
        moved += mine.length;
        onMoved(moved);
        if (rate !== undefined) await setTimeout((mine.length / rate) * 1000);
      }
    }
  }

  async #receive(): Promise<readonly Message[]> {
    const { Messages = [] } = await this.#ask("receiving", () =>
      this.#client.send(
        new ReceiveMessageCommand({
          QueueUrl: this.url,
          MaxNumberOfMessages: MOST_MESSAGES,
          // What EventBridge says of an event that it could not hand over (User Guide, "Using dead-letter queues").
          MessageAttributeNames: ["TARGET_ARN"],
          VisibilityTimeout: HIDDEN_SECONDS,
          // Long polling asks every server of the queue: an empty answer means that it is empty.
          WaitTimeSeconds: 1,
        }),
      ),
    );
    return Messages;
  }

  async #delete(messages: readonly Message[]): Promise<void> {
    const Entries = messages.map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle }));
    const { Failed = [] } = await this.#ask("deleting", () =>
      this.#client.send(new DeleteMessageBatchCommand({ QueueUrl: this.url, Entries })),
    );
    const [first] = Failed;
    if (first)
      throw new StrataError(`sqs: ${this.url} kept ${Failed.length} messages that were sent on: ${first.Code ?? "unknown"}`, {
        hint: "Run the command again: they are sent once more, which ingest does not mind, and deleted then.",
      });
  }

  async #sendBatch(bodies: readonly string[]): Promise<number> {
    let waiting = bodies.map((MessageBody, index) => ({ Id: String(index), MessageBody }));
    for (let round = 1; waiting.length > 0; round++) {
      const { Failed = [] } = await this.#ask("sending", () =>
        this.#client.send(new SendMessageBatchCommand({ QueueUrl: this.url, Entries: waiting })),
      );
      const [refused] = Failed.filter((entry) => entry.SenderFault || round === ROUNDS);
      if (refused)
        throw new StrataError(
          `sqs: ${this.url} did not take ${Failed.length} messages: ${refused.Code ?? "unknown"}: ${refused.Message ?? ""}`,
          {
            hint: "Run the command again; it goes on where it stopped.",
          },
        );
      const again = new Set(Failed.map((entry) => entry.Id));
      waiting = waiting.filter((entry) => again.has(entry.Id));
    }
    return bodies.length;
  }

  #ask<T>(doing: string, call: () => Promise<T>): Promise<T> {
    return asking("sqs", `${doing} (${this.url})`, this.url, call);
  }
}
