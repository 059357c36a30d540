import { SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import type { DeadLetters } from "../ports.ts";
import { type ClientOptions, clientConfig } from "./client-options.ts";
import { awsError } from "./failure.ts";

export interface SqsDeadLettersOptions extends ClientOptions {
  readonly url: string;
  readonly client?: SQSClient;
}

/** The dead-letter queue of alerts: it is only ever written to here; people read it. */
export class SqsDeadLetters implements DeadLetters {
  readonly #url: string;
  readonly #client: SQSClient;

  constructor(options: SqsDeadLettersOptions) {
    this.#url = options.url;
    this.#client = options.client ?? new SQSClient({ ...clientConfig(options), useQueueUrlAsEndpoint: false });
  }

  async keep(letter: string): Promise<void> {
    try {
      await this.#client.send(new SendMessageCommand({ QueueUrl: this.#url, MessageBody: letter }));
    } catch (error) {
      throw awsError("sqs", `keeping a message in ${this.#url}`, this.#url, error);
    }
  }
}
