import { createHash, createHmac } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { createServer as createHttp2Server, type Http2ServerRequest, type Http2ServerResponse } from "node:http2";
import { type AddressInfo, createServer as createSocketServer, type Socket } from "node:net";

export interface Heard {
  readonly operation: string;
  readonly header: string | undefined;
  readonly body: Record<string, unknown>;
  /** The signature is the one that the request as it arrived must have. */
  readonly signed: boolean;
}

export const SECRET = "loopback-secret";
const HEADER = "x-amzn-bedrock-request-metadata";

/** A stand-in of the Bedrock runtime on loopback, HTTP/1.1 and HTTP/2, that keeps what it was sent, and refuses nothing. */
export async function loopbackBedrock(): Promise<{ endpoint: string; heard: Heard[]; close: () => Promise<void> }> {
  const heard: Heard[] = [];
  const answer = async (
    request: IncomingMessage | Http2ServerRequest,
    response: ServerResponse | Http2ServerResponse,
  ): Promise<void> => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = Buffer.concat(chunks);
    const operation = (request.url ?? "").split("/").at(-1) ?? "";
    const header = request.headers[HEADER];
    heard.push({
      operation,
      header: Array.isArray(header) ? header.join() : header,
      body: body.length > 0 ? JSON.parse(body.toString("utf8")) : {},
      signed: signatureOf(request, body) === /Signature=([0-9a-f]+)/.exec(request.headers.authorization ?? "")?.[1],
    });
    response.setHeader("x-amzn-requestid", `request-${heard.length}`);
    if (operation.endsWith("-stream") || operation.endsWith("stream")) {
      response.setHeader("content-type", "application/vnd.amazon.eventstream");
      response.end();
    } else {
      response.setHeader("content-type", "application/json");
      response.end(ANSWER);
    }
  };
  const [one, two] = [createServer(answer), createHttp2Server(answer)];
  const sockets = new Set<Socket>();
  const server = createSocketServer((socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket)).on("error", () => socket.destroy());
    socket.once("readable", () => {
      const start = socket.read();
      if (start === null) return;
      socket.unshift(start);
      (start.toString("latin1", 0, 3) === "PRI" ? two : one).emit("connection", socket);
    });
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    heard,
    close: () =>
      new Promise((done) => {
        server.close(() => done());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

const ANSWER = JSON.stringify({
  type: "message",
  role: "assistant",
  content: [{ type: "text", text: "ok" }],
  output: { message: { role: "assistant", content: [{ text: "ok" }] } },
  stopReason: "end_turn",
  stop_reason: "end_turn",
  usage: { inputTokens: 1, outputTokens: 1, totalTokens: 2, input_tokens: 1, output_tokens: 1 },
  metrics: { latencyMs: 1 },
});

/** Signature Version 4 of a request as it arrived (AWS General Reference). */
function signatureOf(request: IncomingMessage | Http2ServerRequest, body: Buffer): string | undefined {
  const [, scope = "", signedHeaders = ""] =
    /Credential=[^/]+\/([^,]+), *SignedHeaders=([^,]+)/.exec(request.headers.authorization ?? "") ?? [];
  const names = signedHeaders.split(";");
  if (request.headers[HEADER] !== undefined && !names.includes(HEADER)) return undefined;
  const [path = ""] = (request.url ?? "").split("?");
  const canonical = [
    request.method,
    path
      .split("/")
      .map((part) => encodeURIComponent(part))
      .join("/"),
    "",
    ...names.map(
      (name) =>
        `${name}:${String(name === "host" ? (request.headers.host ?? request.headers[":authority"]) : request.headers[name])
          .trim()
          .replace(/ +/g, " ")}`,
    ),
    "",
    signedHeaders,
    createHash("sha256").update(body).digest("hex"),
  ].join("\n");
  const toSign = [
    "AWS4-HMAC-SHA256",
    request.headers["x-amz-date"],
    scope,
    createHash("sha256").update(canonical).digest("hex"),
  ].join("\n");
  let key: Buffer = Buffer.from(`AWS4${SECRET}`);
  for (const part of scope.split("/")) key = createHmac("sha256", key).update(part).digest();
  return createHmac("sha256", key).update(toSign).digest("hex");
}
