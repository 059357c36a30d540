import { constants, createGunzip, type Gunzip, gunzipSync } from "node:zlib";
import { foreignFormat, isGzip, MAGIC_BYTES } from "./magic.ts";
import type { DamageReason } from "./reasons.ts";
import { utf8Of, utf16Of } from "./utf16.ts";

/** Ends the stream of `plainBytes`: what came before is good, what follows cannot be read. */
export class DamagedObject extends Error {
  readonly reason: DamageReason;

  constructor(reason: DamageReason, detail: string) {
    super(detail);
    this.name = "DamagedObject";
    this.reason = reason;
  }
}

/** Input is fed in pieces, so that one piece of a gzip bomb expands to 1,032 times this at most (zlib's own limit): 16 MiB. */
const PIECE_BYTES = 16 * 1024;
const OUTPUT_BYTES = 64 * 1024;
/** Compressed bytes kept to recover the last output before a corruption; Bedrock's own objects are smaller. */
const KEPT_BYTES = 4 * 1024 * 1024;
/** Header and trailer around an empty stream (RFC 1952). */
const SMALLEST_GZIP = 18;
const RECOVERED_BYTES = 256 * 1024 * 1024;

/**
 * The bytes of an object as UTF-8 text, gunzipped if they are gzip, whatever the name says.
 * @throws DamagedObject after everything that could be read; errors of the source itself pass through.
 */
export async function* plainBytes(body: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  const source = withFullHead(body);
  const first = await source.next();
  if (first.done) return;
  if (isGzip(first.value)) {
    yield* asUtf8(unpackedAgain(gunzipped(first.value, source)));
    return;
  }
  const foreign = foreignFormat(first.value);
  if (foreign) throw new DamagedObject(foreign.damage, `${foreign.name}, not JSON lines or gzip`);
  yield* asUtf8(prepended(first.value, source));
}

async function* asUtf8(text: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  const source = withFullHead(text);
  const first = await source.next();
  if (first.done) return;
  const encoding = utf16Of(first.value);
  if (encoding === undefined) {
    yield first.value;
    yield* source;
  } else if (!(yield* utf8Of(prepended(first.value, source), encoding)))
    throw new DamagedObject("utf16", "UTF-16 text that ends within a character");
}

/** Firehose compresses what CloudWatch Logs has compressed already, where it is told to compress. Twice is as far as that goes. */
async function* unpackedAgain(once: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const source = withFullHead(once);
  const first = await source.next();
  if (first.done) return;
  if (isGzip(first.value)) {
    yield* gunzipped(first.value, source);
    return;
  }
  yield first.value;
  yield* source;
}

/** Chunks as Buffers; the first has at least the magic bytes unless the object is shorter. */
async function* withFullHead(body: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer, undefined> {
  let head: Buffer | undefined = Buffer.alloc(0);
  for await (const chunk of body) {
    const buffer = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    if (head === undefined) {
      yield buffer;
      continue;
    }
    head = head.length === 0 ? buffer : Buffer.concat([head, buffer]);
    if (head.length < MAGIC_BYTES) continue;
    yield head;
    head = undefined;
  }
  if (head !== undefined && head.length > 0) yield head;
}

/**
 * Feeds piece by piece and takes all output of a piece before the next, because a zlib stream that fails throws away
 * what it holds.
 */
async function* gunzipped(first: Buffer, rest: AsyncGenerator<Buffer>): AsyncGenerator<Buffer> {
  const gunzip = new FedGunzip();
  const kept = new KeptInput();
  let emitted = 0;
  try {
    for await (const chunk of prepended(first, rest)) {
      for (let start = 0; start < chunk.length; start += PIECE_BYTES) {
        const piece = chunk.subarray(start, start + PIECE_BYTES);
        kept.add(piece);
        const { output, failure } = await gunzip.feed(piece);
        for (const part of output) emitted += part.length;
        yield* output;
        if (failure) {
          yield* kept.outputAfter(emitted);
          throw damageOf(failure);
        }
      }
    }
    const { output, failure } = await gunzip.end();
    yield* output;
    if (failure) throw damageOf(failure);
    // zlib takes less than a header for the end of nothing.
    if (kept.bytes < SMALLEST_GZIP) throw truncated();
  } finally {
    gunzip.destroy();
  }
}

async function* prepended(first: Buffer, rest: AsyncGenerator<Buffer>): AsyncGenerator<Buffer> {
  yield first;
  yield* rest;
}

interface Fed {
  readonly output: readonly Buffer[];
  readonly failure: Error | undefined;
}

type Done = (failure?: Error | null) => void;

/** A gunzip stream driven by hand: a piece in, all of its output out. */
class FedGunzip {
  readonly #stream: Gunzip = createGunzip({ chunkSize: OUTPUT_BYTES });
  #output: Buffer[] = [];
  #failure: Error | undefined;
  #ended = false;
  #done: Done = () => {};

  constructor() {
    this.#stream.on("data", (chunk: Buffer) => this.#output.push(chunk));
    // A write that fails or meets the end of the data does not call back.
    this.#stream.on("error", (failure) => this.#done(failure));
    this.#stream.on("end", () => {
      this.#ended = true;
      this.#done();
    });
  }

  /** Zlib ends at a zero byte after a member and ignores what follows: padding of zeros is in order, anything else is not. */
  async feed(piece: Buffer): Promise<Fed> {
    if (!this.#ended) await this.#run((done) => this.#stream.write(piece, done));
    if (this.#ended && piece.at(-1) !== 0) this.#failure ??= new Error("incorrect header check");
    return this.#fed();
  }

  /** Waits for the readable side: the writable one is finished before zlib has said whether the data is whole. */
  async end(): Promise<Fed> {
    if (!this.#ended) await this.#run(() => this.#stream.end());
    return this.#fed();
  }

  destroy(): void {
    this.#stream.destroy();
  }

  #fed(): Fed {
    const output = this.#output;
    this.#output = [];
    return { output, failure: this.#failure };
  }

  #run(start: (done: Done) => void): Promise<void> {
    return new Promise((resolve) => {
      this.#done = (failure) => {
        this.#failure ??= failure ?? undefined;
        resolve();
      };
      start(this.#done);
    });
  }
}

function damageOf(failure: Error): DamagedObject {
  const code = "code" in failure ? failure.code : undefined;
  if (code === "Z_BUF_ERROR") return truncated();
  // zlib looks for a header only where a member starts: past the first one these are bytes that are not gzip.
  if (failure.message.includes("header check"))
    return new DamagedObject("gzip_trailing_bytes", "bytes after the end of the gzip data");
  return new DamagedObject("gzip_corrupt", failure.message);
}

const truncated = (): DamagedObject => new DamagedObject("gzip_truncated", "unexpected end of gzip data");

/** The compressed input so far, while it is small, to get back the output that zlib withholds when a piece fails. */
class KeptInput {
  #pieces: Buffer[] = [];
  bytes = 0;

  add(piece: Buffer): void {
    this.bytes += piece.length;
    if (this.bytes <= KEPT_BYTES) this.#pieces.push(piece);
    else this.#pieces = [];
  }

  /** What the longest readable part of the input holds beyond the first `emitted` bytes of output. */
  *outputAfter(emitted: number): Generator<Buffer> {
    const input = Buffer.concat(this.#pieces);
    let good = Math.max(0, input.length - (this.#pieces.at(-1)?.length ?? 0));
    let bad = input.length;
    let output: Buffer | undefined;
    while (bad - good > 1) {
      const middle = (good + bad) >> 1;
      const attempt = inflatedPrefix(input.subarray(0, middle));
      if (attempt === undefined) bad = middle;
      else {
        good = middle;
        output = attempt;
      }
    }
    if (output !== undefined && output.length > emitted) yield output.subarray(emitted);
  }
}

function inflatedPrefix(input: Buffer): Buffer | undefined {
  try {
    return gunzipSync(input, { finishFlush: constants.Z_SYNC_FLUSH, maxOutputLength: RECOVERED_BYTES });
  } catch {
    return undefined;
  }
}
