import { createServer, request as httpRequest, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout } from "node:timers/promises";
import { DeleteMessageCommand, ReceiveMessageCommand, SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { clientFor } from "./stub-service.ts";

/**
 * In front of an SQS without message move tasks (fauxqs has none): does them as SQS does, counts how many requests of a kind are under way at
 * once, and can stop answering, as a network does when a process is to be killed in the middle.
 */
export class SqsFront {
  readonly #server: Server;
  readonly #upstream: URL;
  readonly #sources = new Map<string, { name: string; queue: string }>();
  readonly #tasks: { SourceArn: string; Status: string; ApproximateNumberOfMessagesMoved: number }[] = [];
  readonly #answered = new Map<string, number>();
  readonly #underWay = new Map<string, number>();
  /** The most requests of an operation that were under way at once. */
  readonly most = new Map<string, number>();
  /** Milliseconds that each answer takes, so that requests meet. */
  delay = 0;
  /** Operations of which only so many are answered. */
  readonly answerOnly = new Map<string, number>();

  constructor(upstream: string) {
    this.#upstream = new URL(upstream);
    this.#server = createServer((message, response) => {
      const chunks: Buffer[] = [];
      message.on("data", (chunk: Buffer) => chunks.push(chunk));
      message.on("end", async () => {
        const body = Buffer.concat(chunks).toString("utf8");
        const operation =
          String(message.headers["x-amz-target"] ?? "")
            .split(".")
            .at(-1) ?? "";
        const now = (this.#underWay.get(operation) ?? 0) + 1;
        this.#underWay.set(operation, now);
        this.most.set(operation, Math.max(now, this.most.get(operation) ?? 0));
        if (this.delay > 0) await setTimeout(this.delay);
        const count = (this.#answered.get(operation) ?? 0) + 1;
        this.#answered.set(operation, count);
        if (count > (this.answerOnly.get(operation) ?? Number.POSITIVE_INFINITY)) return;
        const own = await this.#task(operation, body);
        const answer =
          own === undefined ? await this.#forward(message.headers, body) : { status: 200, body: JSON.stringify(own) };
        this.#underWay.set(operation, (this.#underWay.get(operation) ?? 1) - 1);
        response.writeHead(answer.status, { "content-type": "application/x-amz-json-1.0" }).end(answer.body);
      });
    });
  }

  async start(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, "127.0.0.1", resolve));
    return this.endpoint;
  }

  get endpoint(): string {
    const address = this.#server.address() as AddressInfo;
    return `http://127.0.0.1:${address.port}`;
  }

  /** Where messages of a dead-letter queue came from. */
  deadLetters(arn: string, name: string, queue: string): void {
    this.#sources.set(arn, { name, queue });
  }

  stop(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  async #task(operation: string, body: string): Promise<object | undefined> {
    if (operation === "ListMessageMoveTasks") {
      const { SourceArn } = JSON.parse(body);
      return { Results: this.#tasks.filter((task) => task.SourceArn === SourceArn).toReversed() };
    }
    if (operation !== "StartMessageMoveTask") return undefined;
    const { SourceArn } = JSON.parse(body);
    const source = this.#sources.get(SourceArn);
    const task = { SourceArn, Status: "RUNNING", ApproximateNumberOfMessagesMoved: 0 };
    this.#tasks.push(task);
    if (source === undefined) task.Status = "FAILED";
    else void this.#move(source, task);
    return { TaskHandle: `task-${this.#tasks.length}` };
  }

  async #move(
    { name, queue }: { name: string; queue: string },
    task: { Status: string; ApproximateNumberOfMessagesMoved: number },
  ) {
    const client = new SQSClient(clientFor(this.#upstream.origin));
    for (;;) {
      const { Messages = [] } = await client.send(new ReceiveMessageCommand({ QueueUrl: name, MaxNumberOfMessages: 10 }));
      if (Messages.length === 0) break;
      for (const { Body, ReceiptHandle } of Messages) {
        await client.send(new SendMessageCommand({ QueueUrl: queue, MessageBody: Body }));
        await client.send(new DeleteMessageCommand({ QueueUrl: name, ReceiptHandle }));
        task.ApproximateNumberOfMessagesMoved += 1;
      }
    }
    task.Status = "COMPLETED";
  }

  #forward(headers: Readonly<Record<string, string | string[] | undefined>>, body: string) {
    return new Promise<{ status: number; body: Buffer }>((resolve, reject) => {
      const { hostname: host, port } = this.#upstream;
      const sent = httpRequest({ host, port, method: "POST", path: "/", headers }, (answer) => {
        const chunks: Buffer[] = [];
        answer.on("data", (chunk: Buffer) => chunks.push(chunk));
        answer.on("end", () => resolve({ status: answer.statusCode ?? 500, body: Buffer.concat(chunks) }));
      });
      sent.on("error", reject);
      sent.end(body);
    });
  }
}
