import { createReadStream } from "node:fs";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";

/**
 * Reads compressed text to its end: DuckDB takes text that is cut off between two lines for the whole, and says nothing.
 * @throws Error where the text does not end as it should
 */
export async function checkGzip(path: string): Promise<void> {
  await pipeline(createReadStream(path), createGunzip(), async (chunks) => {
    for await (const _ of chunks);
  });
}
