import { InputError, messageOf } from "../errors.ts";
import { hasLogMark, LOOKED_AT } from "../invocation/log-mark.ts";
import { classifyKey } from "../invocation/object-key.ts";
import type { ObjectInfo } from "../ports.ts";
import type { ListedBucket } from "./list-locations.ts";

/** Objects whose names say nothing that are looked into: a request each. A bucket with more of them is no place of exports. */
const MOST_LOOKS = 1_000;
const AT_ONCE = 16;

/** Objects of a bucket with those marked that hold invocation logs though their names do not say so, and what kept us from knowing. */
export async function lookInside({
  store,
  objects,
}: ListedBucket): Promise<{ objects: readonly ObjectInfo[]; problems: InputError[] }> {
  const unknown = objects.filter(({ key, size }) => size > 0 && classifyKey(key).kind === "other");
  const looked = unknown.slice(0, MOST_LOOKS);
  const marked = new Set<string>();
  const problems: InputError[] = [];
  for (let at = 0; at < looked.length; at += AT_ONCE)
    await Promise.all(
      looked.slice(at, at + AT_ONCE).map(async ({ key, size }) => {
        try {
          if (hasLogMark(new Uint8Array(await store.range(key, 0, Math.min(size, LOOKED_AT))))) marked.add(key);
        } catch (cause) {
          const place = `${store.name}/${key}`;
          const hint = "What its name says is believed: it is taken for no log. Check the permissions, and --debug.";
          problems.push(new InputError(place, `input: ${place} could not be looked into: ${messageOf(cause)}`, { hint, cause }));
        }
      }),
    );
  if (unknown.length > MOST_LOOKS)
    problems.push(
      new InputError(
        store.name,
        `input: ${unknown.length - MOST_LOOKS} objects of ${store.name} are named like no log and were not looked into`,
        {
          hint: "Give the prefix below which the export lies.",
        },
      ),
    );
  return { objects: objects.map((object) => (marked.has(object.key) ? { ...object, holdsLogs: true } : object)), problems };
}
