import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { messageOf, UsageError } from "../errors.ts";
import type { Answer } from "./answer.ts";

/** Names under which a browser on this machine may ask. Others are refused, or a foreign page could point its own name here (DNS rebinding). */
const HOSTS = new Set(["127.0.0.1", "localhost", "[::1]"]);
const BINDABLE = new Set(["127.0.0.1", "localhost", "::1"]);

const HEADERS = {
  "cache-control": "no-store",
  "content-security-policy":
    "default-src 'none'; style-src 'unsafe-inline'; script-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
} as const;

export interface Serving {
  readonly url: string;
  /** Ends open connections, too. */
  close(): Promise<void>;
}

export interface ServeOptions {
  readonly host?: string;
  readonly port?: number;
  /** Milliseconds until somebody who asks is told to wait. */
  readonly patience?: number;
}

/** A page comes within a second or two; the parts that read single calls may take long on a large folder. */
const PATIENCE_MS = 60_000;
/** Questions that wait for each other; a reader asks two at a time. */
const MOST_WAITING = 16;

/** The same answers, but nobody waits longer than that, and only so many wait at all. What has been begun goes on, and is there when asked again. */
function bounded(answer: (url: URL) => Promise<Answer>, patience: number): (url: URL) => Promise<Answer> {
  let waiting = 0;
  return async (url) => {
    if (waiting >= MOST_WAITING) return busy("Too many questions at once.");
    waiting += 1;
    const answering = answer(url).finally(() => {
      waiting -= 1;
    });
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<Answer>((resolve) => {
      timer = setTimeout(() => resolve(busy("That takes long.")), patience);
    });
    return Promise.race([answering, late]).finally(() => clearTimeout(timer));
  };
}

const busy = (why: string): Answer => ({
  status: 503,
  type: "text/plain; charset=utf-8",
  body: `${why} Ask again in a moment.\n`,
});

/** What a browser says of a request that a page of somebody else made. */
const OWN_SITE = new Set(["same-origin", "none"]);

/**
 * Serves answers on loopback, read-only.
 * @param port 0 takes a free one
 * @throws UsageError for a host that others can reach, or a port that is taken
 */
export async function serve(
  answer: (url: URL) => Promise<Answer>,
  { host = "127.0.0.1", port = 0, patience = PATIENCE_MS }: ServeOptions = {},
): Promise<Serving> {
  if (!BINDABLE.has(host))
    throw new UsageError(`serve: "${host}" is not a loopback address`, {
      hint: "The page has no login: put a server with your own authentication in front of 127.0.0.1.",
    });
  const inTime = bounded(answer, patience);
  const server = createServer({ requestTimeout: 10_000, headersTimeout: 5_000 }, (request, response) => {
    handle(request, response, inTime).catch((error: unknown) => {
      if (!response.headersSent) response.writeHead(500, { ...HEADERS, "content-type": "text/plain; charset=utf-8" });
      response.end(messageOf(error));
    });
  });
  await listen(server, host, port);
  const address = server.address();
  const at = typeof address === "object" && address ? address.port : port;
  return {
    url: `http://${host.includes(":") ? `[${host}]` : host}:${at}/`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

const listen = (server: Server, host: string, port: number): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once("error", (cause: NodeJS.ErrnoException) =>
      reject(
        new UsageError(`serve: cannot listen on ${host} port ${port} (${cause.code ?? cause.message})`, {
          hint: "Choose another --port; 0 takes a free one.",
          cause,
        }),
      ),
    );
    server.listen(port, host, () => resolve());
  });

async function handle(request: IncomingMessage, response: ServerResponse, answer: (url: URL) => Promise<Answer>): Promise<void> {
  const refuse = (status: number, text: string, more: Readonly<Record<string, string>> = {}): void => {
    response.writeHead(status, { ...HEADERS, ...more, "content-type": "text/plain; charset=utf-8" });
    response.end(`${text}\n`);
  };
  if (!HOSTS.has((request.headers.host ?? "").replace(/:\d+$/, ""))) return refuse(403, "Only this machine may ask.");
  const site = request.headers["sec-fetch-site"];
  if (typeof site === "string" && !OWN_SITE.has(site))
    return refuse(403, "Another site may not ask. Type or paste the address into the browser.");
  if (request.method !== "GET" && request.method !== "HEAD") return refuse(405, "Read-only.", { allow: "GET, HEAD" });
  const url = URL.parse(request.url ?? "/", "http://127.0.0.1");
  if (!url) return refuse(400, "That is no address.");
  const { status, type, body } = await answer(url);
  response.writeHead(status, { ...HEADERS, "content-type": type, "content-length": Buffer.byteLength(body) });
  response.end(request.method === "HEAD" ? undefined : body);
}
