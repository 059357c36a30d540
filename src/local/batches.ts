import type { Batch } from "../curated/ingest-objects.ts";
import { classifyKey, isLog } from "../invocation/object-key.ts";
import type { ObjectInfo } from "../ports.ts";
import { dayOf } from "../time.ts";

/** Stored bytes after which a day's objects are split: enough work to keep every core busy, little enough to balance. */
const MOST_BYTES = 64 * 1024 * 1024;

export interface LocalBatch extends Batch {
  /** False when nothing in it is a log. */
  readonly hasLogs: boolean;
}

/**
 * Objects that are written together: those that Bedrock delivered on the same day, and files without a delivery time in a group of their own.
 * The same objects make the same batches, in whatever order they were found.
 * @param label before every name, where batches of several sources are written to one place
 */
export function batches(objects: readonly ObjectInfo[], label = ""): LocalBatch[] {
  const groups = new Map<string, ObjectInfo[]>();
  for (const object of [...objects].sort((a, b) => (a.key < b.key ? -1 : 1))) {
    const { deliveredAt } = classifyKey(object.key);
    const group = deliveredAt === undefined ? "files" : dayOf(deliveredAt);
    const members = groups.get(group);
    if (members) members.push(object);
    else groups.set(group, [object]);
  }
  return [...groups.keys()].sort().flatMap((group) => split(label + group, groups.get(group) ?? []));
}

function split(group: string, objects: readonly ObjectInfo[]): LocalBatch[] {
  const parts: ObjectInfo[][] = [[]];
  let bytes = 0;
  for (const object of objects) {
    if (bytes > 0 && bytes + object.size > MOST_BYTES) {
      parts.push([]);
      bytes = 0;
    }
    parts.at(-1)?.push(object);
    bytes += object.size;
  }
  return parts.map((members, index) => ({
    name: `${group}-${String(index).padStart(3, "0")}`,
    objects: members,
    hasLogs: members.some(isLog),
  }));
}
