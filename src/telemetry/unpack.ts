import { Readable } from "node:stream";
import zlib from "node:zlib";
import { TelemetryError } from "./telemetry-error.ts";

/** One message or document, unpacked. A collector's batch is some megabytes. */
export const MOST_BYTES = 64 * 1024 * 1024;
/** All that one object may unpack to. */
const MOST_UNPACKED = 4 * 1024 * 1024 * 1024;

const startsWith = (bytes: Uint8Array, ...magic: number[]): boolean => magic.every((byte, index) => bytes[index] === byte);
const isGzip = (bytes: Uint8Array): boolean => startsWith(bytes, 0x1f, 0x8b);
const isZstd = (bytes: Uint8Array): boolean => startsWith(bytes, 0x28, 0xb5, 0x2f, 0xfd);

/**
 * An object or an array of objects, possibly behind a byte order mark and white space. A protobuf message may begin with a line feed and a brace, too
 * (field 1, 123 bytes), so a name or the end of the object has to follow.
 */
export function isJson(head: Uint8Array): boolean {
  let at = startsWith(head, 0xef, 0xbb, 0xbf) ? 3 : 0;
  const blank = (): void => {
    while (head[at] === 0x20 || head[at] === 0x0a || head[at] === 0x0d || head[at] === 0x09) at += 1;
  };
  blank();
  if (head[at] === 0x5b) {
    at += 1;
    blank();
    if (head[at] === 0x5d) return true;
  }
  if (head[at] !== 0x7b) return false;
  at += 1;
  blank();
  return head[at] === 0x7d || (head[at] === 0x22 && (head[at + 1] ?? 0) >= 0x20);
}

/** What is packed, unpacked, by its first bytes; anything else as it is. */
export async function unpacked(body: Readable): Promise<readonly [head: Uint8Array, body: Readable]> {
  const [head, stream] = await peek(body);
  const unpacker = isGzip(head) ? zlib.createGunzip() : isZstd(head) ? zstdUnpacker() : undefined;
  if (unpacker === undefined) return [head, stream];
  stream.on("error", (error) => unpacker.destroy(error));
  return peek(Readable.from(bounded(stream.pipe(unpacker))));
}

/** Node has it from 22.15 on, which is later than what the rest needs: by name it could not even be imported there. */
function zstdUnpacker(): zlib.ZstdDecompress {
  if ("createZstdDecompress" in zlib) return zlib.createZstdDecompress();
  throw new TelemetryError(
    "damaged_object",
    `the object is packed with zstd, which Node ${process.versions.node} cannot unpack`,
    {
      hint: "Run it with Node 22.15 or later, or let the collector pack with gzip.",
    },
  );
}

async function* bounded(stream: AsyncIterable<unknown>): AsyncGenerator<Buffer> {
  let total = 0;
  for await (const chunk of stream) {
    const part = bufferOf(chunk);
    total += part.length;
    if (total > MOST_UNPACKED) throw new TelemetryError("too_large", `the object unpacks to more than ${MOST_UNPACKED} bytes`);
    yield part;
  }
}

/** The first bytes, and a stream that still has them. An error of the stream comes where it is read. */
async function peek(body: Readable): Promise<readonly [Uint8Array, Readable]> {
  const iterator: AsyncIterator<unknown> = body[Symbol.asyncIterator]();
  const parts: Buffer[] = [];
  let length = 0;
  let failure: unknown;
  try {
    while (length < 64) {
      const { value, done } = await iterator.next();
      if (done === true) break;
      parts.push(bufferOf(value));
      length += parts.at(-1)?.length ?? 0;
    }
  } catch (error) {
    failure = error;
  }
  const head = Buffer.concat(parts);
  return [head, Readable.from(rejoined(head, iterator, failure))];
}

async function* rejoined(head: Buffer, rest: AsyncIterator<unknown>, failure: unknown): AsyncGenerator<Buffer> {
  if (head.length > 0) yield head;
  if (failure !== undefined) throw failure;
  for (;;) {
    const { value, done } = await rest.next();
    if (done === true) return;
    yield bufferOf(value);
  }
}

/**
 * All bytes of a message.
 * @throws TelemetryError `too_large`
 */
export async function gathered(stream: AsyncIterable<unknown>): Promise<Buffer> {
  const parts: Buffer[] = [];
  let length = 0;
  for await (const chunk of stream) {
    const part = bufferOf(chunk);
    length += part.length;
    if (length > MOST_BYTES) throw new TelemetryError("too_large", `a message of more than ${MOST_BYTES} bytes`);
    parts.push(part);
  }
  return Buffer.concat(parts);
}

export const bufferOf = (chunk: unknown): Buffer => {
  if (Buffer.isBuffer(chunk)) return chunk;
  if (chunk instanceof Uint8Array) return Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
  return Buffer.from(String(chunk));
};

export const damage = (error: unknown): TelemetryError =>
  error instanceof TelemetryError
    ? error
    : new TelemetryError("damaged_object", "the object cannot be unpacked to its end", { cause: error });
