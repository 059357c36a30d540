import { findInputs } from "../../local/find-inputs.ts";
import type { ObjectInfo, ObjectStore } from "../../ports.ts";
import { isS3 } from "./find-sources.ts";

/** What lies at one place: a store and the objects in it. */
export interface FoundObjects {
  readonly source: ObjectStore;
  /** Tells its batches from those of other buckets. */
  readonly label: string;
  readonly found: readonly ObjectInfo[];
}

/** All folders, files and globs are one place, each bucket is one. @param without a folder that is not looked into @throws UsageError, InputError */
export async function foundObjects(paths: readonly string[], without: string): Promise<FoundObjects[]> {
  const folders = paths.filter((path) => !isS3(path));
  const locations = paths.filter(isS3);
  const places: FoundObjects[] = [];
  if (folders.length > 0) {
    const { store, objects } = await findInputs(folders, [without]);
    places.push({ source: store, label: "", found: objects });
  }
  if (locations.length > 0) {
    const { listLocations } = await import("../../aws/list-locations.ts");
    for (const { store, objects } of await listLocations(locations))
      places.push({ source: store, label: `${store.bucket}-`, found: objects });
  }
  return places;
}
