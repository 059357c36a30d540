import { Readable } from "node:stream";

/** One attempt to read from an offset on; undefined bytes means to the end. */
export type OpenFrom = (offset: number) => Promise<AsyncIterable<Uint8Array>>;

/**
 * Bytes of an object as a stream that survives a connection that breaks in the middle: it asks for the rest, of the same version.
 * The SDK retries a request, but not a body that stops half-way, and a large object takes long enough for that to happen.
 */
export function resumingBody(first: AsyncIterable<Uint8Array>, openFrom: OpenFrom, attempts = 4): Readable {
  return Readable.from(bytes(first, openFrom, attempts), { objectMode: false, highWaterMark: 256 * 1024 });
}

async function* bytes(first: AsyncIterable<Uint8Array>, openFrom: OpenFrom, attempts: number): AsyncGenerator<Uint8Array> {
  let source = first;
  let offset = 0;
  let failures = 0;
  for (;;) {
    try {
      for await (const chunk of source) {
        offset += chunk.byteLength;
        failures = 0;
        yield chunk;
      }
      return;
    } catch (error) {
      failures += 1;
      if (failures >= attempts) throw error;
      source = await openFrom(offset);
    }
  }
}
