import { createServer, request as httpRequest, type Server } from "node:http";
import type { AddressInfo } from "node:net";

/**
 * In front of an S3 that ignores If-None-Match and If-Match on writes and If-Match on removals (fauxqs does): asks for the object's ETag first and answers 412 as S3
 * does. One write at a time for each key, so that of two at once one wins.
 */
export class PreconditionProxy {
  readonly #server: Server;
  readonly #upstream: URL;
  readonly #turns = new Map<string, Promise<unknown>>();

  constructor(upstream: string) {
    this.#upstream = new URL(upstream);
    this.#server = createServer((message, response) => {
      const chunks: Buffer[] = [];
      message.on("data", (chunk: Buffer) => chunks.push(chunk));
      message.on("end", () => {
        const path = message.url ?? "/";
        const body = Buffer.concat(chunks);
        const completes =
          message.method === "PUT" || message.method === "DELETE" || (message.method === "POST" && path.includes("uploadId="));
        const work = async (): Promise<void> => {
          const { "if-none-match": absent, "if-match": same, ...headers } = message.headers;
          if (completes && (absent !== undefined || same !== undefined)) {
            const etag = await this.#etagOf(path.split("?")[0] ?? path, headers);
            if ((absent === "*" && etag !== undefined) || (same !== undefined && etag !== same)) {
              const [status, code] = same !== undefined && etag === undefined ? [404, "NoSuchKey"] : [412, "PreconditionFailed"];
              response
                .writeHead(Number(status), { "content-type": "application/xml" })
                .end(`<Error><Code>${code}</Code><Message>for the test</Message></Error>`);
              return;
            }
          }
          const answer = await this.#forward(message.method ?? "GET", path, completes ? headers : message.headers, body);
          response.writeHead(answer.status, answer.headers).end(answer.body);
        };
        const turn = (this.#turns.get(path) ?? Promise.resolve()).then(work, work);
        this.#turns.set(path, turn);
        turn.catch(() => response.destroy());
      });
    });
  }

  async start(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, "127.0.0.1", resolve));
    const address = this.#server.address() as AddressInfo;
    return `http://127.0.0.1:${address.port}`;
  }

  stop(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  async #etagOf(path: string, headers: Readonly<Record<string, string | string[] | undefined>>): Promise<string | undefined> {
    const { status, headers: found } = await this.#forward(
      "HEAD",
      path,
      { host: headers["host"], authorization: headers["authorization"] },
      Buffer.alloc(0),
    );
    return status === 200 ? String(found["etag"]) : undefined;
  }

  #forward(method: string, path: string, headers: Readonly<Record<string, string | string[] | undefined>>, body: Buffer) {
    return new Promise<{ status: number; headers: Record<string, string | string[] | undefined>; body: Buffer }>(
      (resolve, reject) => {
        const sent = httpRequest(
          {
            host: this.#upstream.hostname,
            port: this.#upstream.port,
            method,
            path,
            headers: Object.fromEntries(Object.entries(headers).filter(([, value]) => value !== undefined)),
          },
          (answer) => {
            const chunks: Buffer[] = [];
            answer.on("data", (chunk: Buffer) => chunks.push(chunk));
            answer.on("end", () =>
              resolve({ status: answer.statusCode ?? 500, headers: answer.headers, body: Buffer.concat(chunks) }),
            );
          },
        );
        sent.on("error", reject);
        sent.end(body);
      },
    );
  }
}
