import { createServer, type IncomingMessage, request, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout } from "node:timers/promises";
import { type Count, RequestCounter } from "../../test/deploy/front/counter.ts";
import { identify, serviceOf } from "../../test/deploy/front/identify.ts";

/** Milliseconds that a service takes to answer within its region, for small requests. */
const LATENCY: Readonly<Record<string, number>> = { s3: 30 };
const ELSEWHERE = 20;

export interface Seen {
  readonly counts: readonly Count[];
  /** Seconds in which an answer was waited for, with the latencies of a region instead of this machine's. */
  readonly waited: number;
}

/** Stands before every service: counts each request by who asked what of whom, and answers no sooner than the service in its region would. */
export class CountingProxy {
  readonly #counter = new RequestCounter();
  readonly #server: Server;
  /** What the clock of whoever asks is ahead of this machine's, milliseconds: answers bear its time, or the SDK would ask again what was refused. */
  ahead = 0;
  #waited = 0;
  #busyUntil = 0;

  /** @param upstream address of a service by the name that requests are signed for */
  constructor(upstream: (service: string) => string) {
    this.#server = createServer((message, response) => {
      const arrived = performance.now();
      this.#answer(message, upstream, arrived)
        .then(({ status, headers, body }) =>
          response.writeHead(status, { ...headers, date: new Date(Date.now() + this.ahead).toUTCString() }).end(body),
        )
        .catch(() => response.destroy());
    });
  }

  async start(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, "127.0.0.1", resolve));
    const { port } = this.#server.address() as AddressInfo;
    return `http://127.0.0.1:${port}`;
  }

  /** What was seen since the last time. */
  take(): Seen {
    const seen = { counts: this.#counter.list(), waited: this.#waited / 1000 };
    this.#counter.reset();
    this.#waited = 0;
    return seen;
  }

  stop(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  async #answer(message: IncomingMessage, upstream: (service: string) => string, arrived: number): Promise<Answer> {
    const { method = "GET", url = "/", headers } = message;
    const sent = await bytesOf(message);
    const service = serviceOf(headers);
    const latency = LATENCY[service] ?? ELSEWHERE;
    // Requests at once are waited for once.
    this.#waited += Math.max(0, arrived + latency - Math.max(arrived, this.#busyUntil));
    this.#busyUntil = Math.max(this.#busyUntil, arrived + latency);
    const answer = await new Promise<Answer>((resolve, reject) => {
      const passed = request(upstream(service), { method, path: url, headers }, (found) => {
        bytesOf(found).then((body) => resolve({ status: found.statusCode ?? 502, headers: found.headers, body }), reject);
      });
      passed.on("error", reject).end(sent);
    });
    const kind = identify({ method, url, headers, body: service === "s3" ? "" : sent.toString("utf8") });
    this.#counter.add(kind, { status: answer.status, bytesIn: sent.length, bytesOut: answer.body.length });
    await setTimeout(Math.max(0, arrived + latency - performance.now()));
    return answer;
  }
}

interface Answer {
  readonly status: number;
  readonly headers: IncomingMessage["headers"];
  readonly body: Buffer;
}

async function bytesOf(stream: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks);
}
