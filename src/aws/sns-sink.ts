import { PublishCommand, SNSClient } from "@aws-sdk/client-sns";
import { StrataError } from "../errors.ts";
import type { AlertSink } from "../ports.ts";
import { type ClientOptions, clientConfig } from "./client-options.ts";
import { awsError } from "./failure.ts";

export interface SnsOptions extends ClientOptions {
  /** Topic by severity. */
  readonly topics: ReadonlyMap<string, string>;
  readonly client?: SNSClient;
}

/** Body and attributes together (botocore: sns Publish). */
const LARGEST_MESSAGE = 262_144;
const LONGEST_SUBJECT = 100;

/** Alerts to the topic of their severity. Throws when a message was not taken, so that whoever keeps the alert's state tries again. */
export class SnsSink implements AlertSink {
  readonly #topics: ReadonlyMap<string, string>;
  readonly #client: SNSClient;

  constructor(options: SnsOptions) {
    this.#topics = options.topics;
    this.#client = options.client ?? new SNSClient(clientConfig(options));
  }

  async publish(message: Parameters<AlertSink["publish"]>[0]): Promise<void> {
    const topic = this.#topics.get(message.severity);
    if (topic === undefined) {
      throw new StrataError(`sns: there is no topic for alerts of severity "${message.severity}"`, {
        hint: `There are topics for ${[...this.#topics.keys()].join(", ") || "none"}; the stack sets them as TOPIC_… variables.`,
      });
    }
    // SNS refuses attributes that are empty.
    const attributes = Object.entries(message.attributes).filter(([, value]) => value !== "");
    const size =
      Buffer.byteLength(message.body) +
      attributes.reduce((sum, [name, value]) => sum + Buffer.byteLength(name + value) + "String".length, 0);
    if (size > LARGEST_MESSAGE) {
      throw new StrataError(`sns: the alert is ${size} bytes long; SNS takes ${LARGEST_MESSAGE}`, {
        hint: "Fewer contributors in the message; report it: this should not happen.",
      });
    }
    try {
      await this.#client.send(
        new PublishCommand({
          TopicArn: topic,
          Subject: subjectOf(message.subject),
          // The body says each protocol its own form: plain text for mail, JSON for queues, a card for chat.
          MessageStructure: "json",
          Message: message.body,
          MessageAttributes: Object.fromEntries(
            attributes.map(([name, value]) => [name, { DataType: "String", StringValue: value }]),
          ),
        }),
      );
    } catch (error) {
      throw awsError("sns", `publishing to ${topic}`, topic, error);
    }
  }
}

/** At most 100 printable ASCII characters that begin with no blank: all that every SNS protocol takes. Never empty. */
export const subjectOf = (text: string): string =>
  text
    .normalize("NFKD")
    .replace(/[\u0300-\u036f]/g, "")
    .replace(/[^\x20-\x7e]+/g, "?")
    .trim()
    .slice(0, LONGEST_SUBJECT)
    .trim() || "Strata alert";
