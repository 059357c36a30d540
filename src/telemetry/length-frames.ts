import { Readable } from "node:stream";
import type { Frame } from "./frame.ts";
import { TelemetryError } from "./telemetry-error.ts";
import { bufferOf, damage, gathered, isJson, MOST_BYTES, unpacked } from "./unpack.ts";

/** Messages behind their length, four bytes big-endian (file exporter); each may be compressed alone. A wrong length makes the rest unreadable. */
export async function* lengthFrames(stream: AsyncIterable<unknown>): AsyncGenerator<Frame> {
  const bytes = new Front();
  let number = 1;
  let offset = 0;
  const bad = (error: TelemetryError): Frame => ({ form: "bad", error, number, offset });
  try {
    for await (const chunk of stream) {
      bytes.push(bufferOf(chunk));
      while (bytes.length >= 4) {
        const length = bytes.first(4).readUInt32BE(0);
        if (length > MOST_BYTES) {
          yield bad(
            number === 1
              ? new TelemetryError("not_otlp", "neither JSON, nor protobuf, nor messages behind their length")
              : new TelemetryError("too_large", `message ${number} says that it has ${length} bytes; ${MOST_BYTES} are read`),
          );
          return;
        }
        if (bytes.length < 4 + length) break;
        bytes.shift(4);
        yield await oneMessage(bytes.shift(length), number, offset);
        offset += 4 + length;
        number += 1;
      }
    }
  } catch (error) {
    yield bad(damage(error));
    return;
  }
  if (bytes.length > 0) yield bad(new TelemetryError("damaged_object", `the object ends within message ${number}`));
}

async function oneMessage(packed: Buffer, number: number, offset: number): Promise<Frame> {
  try {
    const [head, stream] = await unpacked(Readable.from([packed]));
    return { form: isJson(head) ? "json" : "protobuf", bytes: await gathered(stream), number, offset };
  } catch (error) {
    return { form: "bad", error: damage(error), number, offset };
  }
}

/** Bytes that come in at the end and leave at the front. */
class Front {
  #parts: Buffer[] = [];
  length = 0;

  push(part: Buffer): void {
    this.#parts.push(part);
    this.length += part.length;
  }

  first(count: number): Buffer {
    if ((this.#parts[0]?.length ?? 0) < count) this.#parts = [Buffer.concat(this.#parts)];
    return (this.#parts[0] ?? Buffer.alloc(0)).subarray(0, count);
  }

  shift(count: number): Buffer {
    const taken = this.first(count);
    const [front, ...rest] = this.#parts;
    this.#parts = front && front.length > count ? [front.subarray(count), ...rest] : rest;
    this.length -= count;
    return taken;
  }
}
