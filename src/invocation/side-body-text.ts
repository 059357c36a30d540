import { DamagedObject, plainBytes } from "./decompress.ts";

const MAX_BYTES = 64 * 1024 * 1024;

/**
 * The JSON text of an off-loaded body, gunzipped if it is gzip; for withBody. Undefined when the object is damaged or longer than `maxBytes`
 * (default 64 MiB): the record then stays as it was logged.
 * @throws what the source throws while reading
 */
export async function sideBodyText(body: AsyncIterable<Uint8Array>, maxBytes: number = MAX_BYTES): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of plainBytes(body)) {
      size += chunk.length;
      if (size > maxBytes) return undefined;
      chunks.push(chunk);
    }
  } catch (thrown) {
    if (thrown instanceof DamagedObject) return undefined;
    throw thrown;
  }
  return Buffer.concat(chunks)
    .toString("utf8")
    .replace(/^\uFEFF/, "");
}
