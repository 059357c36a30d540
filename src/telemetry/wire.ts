import { TelemetryError } from "./telemetry-error.ts";

/** Wire types of protobuf (protobuf.dev/programming-guides/encoding). 3 and 4 are groups, which OTLP has none of. */
export const Wire = { varint: 0, fixed64: 1, bytes: 2, fixed32: 5 } as const;

/** Bytes nested in bytes further down than any OTLP message; AnyValue is the only type that holds itself. */
const DEEPEST = 32;

/**
 * Walks over the fields of one message. `next` says whether there is another one; then `field`, `type` and the readers are about it. What is not read is skipped.
 * @throws TelemetryError `bad_protobuf` where the bytes end early or are no protobuf, `too_deep` where messages nest without end
 */
export class WireReader {
  readonly #bytes: Buffer;
  readonly #start: number;
  readonly #end: number;
  readonly #depth: number;
  #at: number;
  #value = 0;
  field = 0;
  type = 0;

  private constructor(bytes: Buffer, start: number, end: number, depth: number) {
    if (depth > DEEPEST) throw new TelemetryError("too_deep", `messages nested more than ${DEEPEST} deep`);
    this.#bytes = bytes;
    this.#start = start;
    this.#at = start;
    this.#end = end;
    this.#depth = depth;
  }

  static of(bytes: Uint8Array): WireReader {
    return new WireReader(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength), 0, bytes.byteLength, 0);
  }

  next(): boolean {
    if (this.#at >= this.#end) return false;
    const key = this.#varint32();
    this.field = key >>> 3;
    this.type = key & 7;
    if (this.field === 0) throw this.#bad("field 0");
    this.#value = this.#at;
    switch (this.type) {
      case Wire.varint:
        this.#skipVarint();
        break;
      case Wire.fixed64:
        this.#skip(8);
        break;
      case Wire.bytes: {
        const length = this.#varint32();
        this.#value = this.#at;
        this.#skip(length);
        break;
      }
      case Wire.fixed32:
        this.#skip(4);
        break;
      default:
        throw this.#bad(`wire type ${this.type}`);
    }
    return true;
  }

  /** The same message from its beginning. */
  again(): WireReader {
    return new WireReader(this.#bytes, this.#start, this.#end, this.#depth);
  }

  is(field: number, type: number): boolean {
    return this.field === field && this.type === type;
  }

  /** Length of a `bytes` field. */
  get length(): number {
    return this.#at - this.#value;
  }

  message(): WireReader {
    return new WireReader(this.#bytes, this.#value, this.#at, this.#depth + 1);
  }

  text(): string {
    return this.#bytes.toString("utf8", this.#value, this.#at);
  }

  hex(): string {
    return this.#bytes.toString("hex", this.#value, this.#at);
  }

  fixed64(): bigint {
    return this.#bytes.readBigUInt64LE(this.#value);
  }

  sfixed64(): bigint {
    return this.#bytes.readBigInt64LE(this.#value);
  }

  double(): number {
    return this.#bytes.readDoubleLE(this.#value);
  }

  /** The varint as a signed 64-bit integer. */
  int64(): bigint {
    let value = 0n;
    for (let at = this.#value, shift = 0n; at < this.#at; at += 1, shift += 7n) value |= BigInt(this.#byte(at) & 0x7f) << shift;
    return BigInt.asIntN(64, value);
  }

  #byte(at: number): number {
    return this.#bytes[at] ?? 0;
  }

  #skip(length: number): void {
    if (length > this.#end - this.#at)
      throw this.#bad(`field ${this.field} of ${length} bytes, ${this.#end - this.#at} are left`);
    this.#at += length;
  }

  #skipVarint(): void {
    for (let count = 0; count < 10; count += 1) {
      if (this.#at >= this.#end) break;
      const byte = this.#byte(this.#at);
      this.#at += 1;
      if (byte < 0x80) return;
    }
    throw this.#bad("a number without an end");
  }

  /** Keys and lengths: at most 32 bits. */
  #varint32(): number {
    let value = 0;
    for (let shift = 0; shift < 35; shift += 7) {
      if (this.#at >= this.#end) break;
      const byte = this.#byte(this.#at);
      this.#at += 1;
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) {
        if (value > 0xffff_ffff) break;
        return value;
      }
    }
    throw this.#bad("a length without an end");
  }

  #bad(what: string): TelemetryError {
    return new TelemetryError("bad_protobuf", `not protobuf at byte ${this.#at}: ${what}`);
  }
}
