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
  const start = `${store.name}/`;
  const folders = places.flatMap((place) => (place.startsWith(start) ? [place.slice(start.length)] : []));
  let tagged = 0;
  const tag = async (key: string): Promise<boolean> => {
    const done = await store.tag(key, SUPERSEDED.key, SUPERSEDED.value);
    if (done) tagged += 1;
    return done;
  };
  // Days that one run wrote lie side by side: one listing shows them all.
  for (const [run, days] of Map.groupBy(folders, runOf)) {
    const [only] = days;
    if (file !== undefined && days.length === 1 && only !== run && (await tag(`${only}${file}`))) continue;
    for await (const { key } of store.list(days.length === 1 ? only : run))
      if (days.some((folder) => key.startsWith(folder))) await tag(key);
  }
  return tagged;
}

/** `table/run=<id>/dt=<day>/` → `table/run=<id>/`; a folder that no run wrote stands for itself. */
const runOf = (folder: string): string => /^.*\/run=[^/]+\//.exec(folder)?.[0] ?? folder;
