import type { ObjectInfo, ObjectStore } from "../ports.ts";
import { FolderStore } from "./folder-store.ts";

/** Where a worker reads: one store for each batch. */
export type OpenBatch = (objects: readonly ObjectInfo[]) => ObjectStore;

/**
 * A worker thread gets names, not stores, so it opens its own.
 * @param location a folder, or `s3://bucket`
 */
export async function openSource(location: string): Promise<OpenBatch> {
  if (!location.startsWith("s3://")) {
    const store = new FolderStore(location);
    return () => store;
  }
  // Loading the client takes longer than reading a small folder.
  const [{ S3Store }, { ReadAhead }] = await Promise.all([import("../aws/s3-store.ts"), import("../aws/read-ahead.ts")]);
  const store = new S3Store(location);
  return (objects) => new ReadAhead(store, objects);
}
