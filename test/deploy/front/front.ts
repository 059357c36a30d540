import {
  Agent,
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type OutgoingHttpHeaders,
  request,
  type Server,
  type ServerResponse,
} from "node:http";
import type { AddressInfo } from "node:net";
import { ACCOUNT } from "../clients.ts";
import type { AthenaFront } from "./athena.ts";
import { type Counted, RequestCounter } from "./counter.ts";
import { batchDeletePartition, type Forward, updateNamedQuery, withoutEmptyDescriptions } from "./gaps.ts";
import { identify, type SeenRequest, serviceOf } from "./identify.ts";

/**
 * What stands before the emulator: every request of functions, command line and engine goes through it and is counted; Athena's query operations
 * are answered here; the rest is passed on as it is. `GET /requests` gives the counts as JSON, `DELETE /requests` begins anew.
 */
export class Front {
  readonly counter = new RequestCounter();
  readonly #emulator: URL;
  readonly #servers: Server[];
  /** A connection that the emulator closes in the moment of the next request would fail it. */
  readonly #agent: Agent;
  #athena: AthenaFront | undefined;

  private constructor(emulator: string) {
    this.#emulator = new URL(emulator);
    // The engine has an address of its own, so that its requests are laid to the function whose statement it runs.
    this.#agent = new Agent({ keepAlive: false });
    this.#servers = [() => undefined, () => `athena/${this.#athena?.running || "engine"}`].map((engine) =>
      createServer((message, response) => {
        this.#serve(message, response, engine()).catch((error: unknown) => {
          response.writeHead(502).end(String(error));
        });
      }),
    );
  }

  /** @param emulator its address */
  static async start(emulator: string): Promise<Front> {
    const front = new Front(emulator);
    for (const server of front.#servers) {
      // Longer than anything here is silent, for the same reason.
      server.keepAliveTimeout = 3_600_000;
      server.requestTimeout = 0;
    }
    for (const server of front.#servers) await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return front;
  }

  /** For SDK clients. */
  get endpoint(): string {
    return address(this.#servers[0]);
  }

  /** For the engine's metastore and file system. */
  get engineEndpoint(): string {
    return address(this.#servers[1]);
  }

  answerAthenaWith(athena: AthenaFront): void {
    this.#athena = athena;
  }

  stop(): void {
    for (const server of this.#servers) {
      server.closeAllConnections();
      server.close();
    }
  }

  async #serve(message: IncomingMessage, response: ServerResponse, engine: string | undefined): Promise<void> {
    const { method = "GET", url = "/", headers } = message;
    if (url === "/requests") return this.#told(method, response);
    const service = serviceOf(headers);
    if (service === "s3") return this.#stream(message, response, identify({ method, url, headers, body: "" }, engine));
    const bytes = await bytesOf(message);
    const seen: SeenRequest = { method, url, headers, body: bytes.toString("utf8") };
    const kind = identify(seen, engine);
    const answer = await this.#answer(seen, bytes, kind);
    response.writeHead(answer.status, answer.headers).end(answer.body);
    this.counter.add(kind, { status: answer.status, bytesIn: bytes.length, bytesOut: answer.body.length });
  }

  #told(method: string, response: ServerResponse): void {
    if (method === "DELETE") this.counter.reset();
    response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(this.counter.list()));
  }

  async #answer(seen: SeenRequest, bytes: Buffer, { service, operation, caller }: Counted): Promise<Answer> {
    if (service === "athena") {
      const own = this.#athena?.answer(operation, seen.body, caller);
      if (own) return json(own.status, own.body);
    }
    const forward: Forward = async (other, body) => {
      const target = String(seen.headers["x-amz-target"]).replace(operation, other);
      const headers = { ...seen.headers, "x-amz-target": target };
      const answer = await this.#pass({ ...seen, headers }, Buffer.from(JSON.stringify(body)));
      return { status: answer.status, body: answer.body.toString("utf8") };
    };
    if (operation === "BatchDeletePartition") return json(200, await batchDeletePartition(seen.body, forward));
    if (operation === "UpdateNamedQuery") return json(200, await updateNamedQuery(seen.body, forward));
    const passed = await this.#pass(seen, bytes);
    return service === "glue" ? { ...passed, body: Buffer.from(withoutEmptyDescriptions(passed.body.toString("utf8"))) } : passed;
  }

  async #pass({ method, url, headers }: SeenRequest, bytes: Buffer): Promise<Answer> {
    const answer = await new Promise<IncomingMessage>((resolve, reject) => {
      const sent = { ...asArrived(headers), "content-length": String(bytes.length) };
      const outgoing = request(this.#emulator, { agent: this.#agent, method, path: url, headers: sent }, resolve);
      outgoing.on("error", reject).end(bytes);
    });
    const { "content-length": _, "transfer-encoding": __, ...kept } = answer.headers;
    return { status: answer.statusCode ?? 502, headers: kept, body: await bytesOf(answer) };
  }

  /** Objects pass through without being held. */
  async #stream(message: IncomingMessage, response: ServerResponse, kind: Counted): Promise<void> {
    let [bytesIn, bytesOut] = [0, 0];
    await new Promise<void>((resolve, reject) => {
      const outgoing = request(
        this.#emulator,
        { agent: this.#agent, method: message.method, path: message.url, headers: asArrived(message.headers) },
        (answer) => {
          response.writeHead(answer.statusCode ?? 502, answer.headers);
          answer.on("data", (chunk: Buffer) => {
            bytesOut += chunk.length;
          });
          answer.on("end", () => {
            this.counter.add(kind, { status: answer.statusCode ?? 502, bytesIn, bytesOut });
            resolve();
          });
          answer.on("error", reject).pipe(response);
        },
      );
      message.on("data", (chunk: Buffer) => {
        bytesIn += chunk.length;
      });
      message.on("error", reject).pipe(outgoing.on("error", reject));
    });
  }
}

/** Services whose resources the emulator does not tell from a request: Glue's tables lack their database, Athena's executions their workgroup. */
const NOT_JUDGED = new Set(["glue", "athena"]);

/** The front stands for the TLS endpoint of AWS, or policies that refuse plain HTTP would refuse everything. */
function asArrived(headers: IncomingHttpHeaders): OutgoingHttpHeaders {
  const sent: OutgoingHttpHeaders = { ...headers, "x-forwarded-proto": "https" };
  if (!NOT_JUDGED.has(serviceOf(headers))) return sent;
  delete sent["x-amz-security-token"];
  return { ...sent, authorization: headers.authorization?.replace(/Credential=[^/]+/, `Credential=${ACCOUNT}`) };
}

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
}

const json = (status: number, body: object): Answer => ({
  status,
  headers: { "content-type": "application/x-amz-json-1.1" },
  body: Buffer.from(JSON.stringify(body)),
});

async function bytesOf(stream: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks);
}

function address(server: Server | undefined): string {
  const bound = server?.address() as AddressInfo;
  return `http://127.0.0.1:${bound.port}`;
}
