import type { ObjectStore } from "./ports.ts";

/**
 * Writes an object only when its bytes differ from those that are there: in a versioned bucket every write is kept and paid for, and readers who
 * cache by ETag would read it again.
 * @returns whether it was written
 */
export async function writeChanged(store: ObjectStore, key: string, content: Uint8Array | string): Promise<boolean> {
  const bytes = typeof content === "string" ? Buffer.from(content) : content;
  const there = await store.readAll(key);
  if (there !== undefined && Buffer.compare(there.bytes, bytes) === 0) return false;
  await store.write(key, bytes);
  return true;
}
