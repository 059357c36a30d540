import type { S3Store } from "./s3-store.ts";

/** The lifecycle rule of the curated bucket removes objects with this tag after a week. */
export const SUPERSEDED = { key: "strata", value: "superseded" } as const;

/**
 * Tags every object below locations that no partition points to any more. A tag that could not be set costs storage, not correctness,
 * so a failure is not the caller's.
 * @param places `s3://bucket/folder/`
 * @param file the one file that most of them hold, if there is such a name: it is tagged without listing, which costs as much as a tag
 * @returns how many objects were tagged
 */
export async function markSuperseded(store: S3Store, places: readonly string[], file?: string): Promise<number> {
  let tagged = 0;
  for (const place of places) {
    const start = `${store.name}/`;
    if (!place.startsWith(start)) continue;
    const folder = place.slice(start.length);
    if (file !== undefined && folder.includes("/run=") && (await store.tag(`${folder}${file}`, SUPERSEDED.key, SUPERSEDED.value))) {
      tagged += 1;
      continue;
    }
    for await (const { key } of store.list(folder)) {
      if (await store.tag(key, SUPERSEDED.key, SUPERSEDED.value)) tagged += 1;
    }
  }
  return tagged;
}
