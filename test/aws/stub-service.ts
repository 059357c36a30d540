import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";

export interface StubRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
  /** Operation of the JSON protocols, for example `StartQueryExecution`. */
  readonly operation: string;
}

export interface StubAnswer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
  /** Sends this much of the body, then drops the connection. */
  readonly cutAfter?: number;
  /** Never answers. */
  readonly silent?: boolean;
}

/** An AWS service on the loopback: every request is kept, every answer is the test's. */
export class StubService {
  readonly requests: StubRequest[] = [];
  readonly #server: Server;
  #answer: (request: StubRequest, count: number) => StubAnswer | Promise<StubAnswer> = () => ({ status: 500 });

  private constructor() {
    this.#server = createServer((message, response) => {
      const chunks: Buffer[] = [];
      message.on("data", (chunk: Buffer) => chunks.push(chunk));
      message.on("end", async () => {
        const request: StubRequest = {
          method: message.method ?? "",
          path: message.url ?? "",
          headers: message.headers,
          body: Buffer.concat(chunks).toString("utf8"),
          operation:
            String(message.headers["x-amz-target"] ?? "")
              .split(".")
              .at(-1) ?? "",
        };
        this.requests.push(request);
        const answer = await this.#answer(request, this.requests.length);
        if (answer.silent) return;
        const body = typeof answer.body === "string" ? Buffer.from(answer.body) : (answer.body ?? Buffer.alloc(0));
        response.writeHead(answer.status ?? 200, { "content-length": String(body.length), ...answer.headers });
        if (answer.cutAfter === undefined) response.end(body);
        else response.write(body.subarray(0, answer.cutAfter), () => setImmediate(() => response.destroy()));
      });
    });
  }

  static async start(): Promise<StubService> {
    const stub = new StubService();
    await new Promise<void>((resolve) => stub.#server.listen(0, "127.0.0.1", resolve));
    return stub;
  }

  get endpoint(): string {
    const address = this.#server.address() as AddressInfo;
    return `http://127.0.0.1:${address.port}`;
  }

  /** @param answer gets the request and how many there were, this one included */
  on(answer: (request: StubRequest, count: number) => StubAnswer | Promise<StubAnswer>): void {
    this.requests.length = 0;
    this.#answer = answer;
  }

  stop(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }
}

/** What every SDK client in these tests is made with. */
export const clientFor = (endpoint: string) => ({
  endpoint,
  region: "us-east-1",
  credentials: { accessKeyId: "test", secretAccessKey: "test" },
});

export const json = (value: unknown, status = 200): StubAnswer => ({
  status,
  headers: { "content-type": "application/x-amz-json-1.1" },
  body: JSON.stringify(value),
});

export const jsonError = (name: string, message: string, status = 400): StubAnswer => ({
  status,
  headers: { "content-type": "application/x-amz-json-1.1", "x-amzn-errortype": name },
  body: JSON.stringify({ __type: name, message }),
});

export const s3Error = (code: string, status: number): StubAnswer => ({
  status,
  headers: { "content-type": "application/xml" },
  body: `<?xml version="1.0" encoding="UTF-8"?><Error><Code>${code}</Code><Message>${code} for the test</Message></Error>`,
});
