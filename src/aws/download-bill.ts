import { createWriteStream, mkdirSync, utimesSync } from "node:fs";
import { basename, dirname, join, sep } from "node:path";
import { pipeline } from "node:stream/promises";
import { findExports } from "../billing/find-exports.ts";
import { type Manifest, manifestPlace, parseManifest } from "../billing/manifest.ts";
import { InputError } from "../errors.ts";
import type { ObjectInfo } from "../ports.ts";
import { PROGRAM } from "../program.ts";
import { listLocations } from "./list-locations.ts";
import type { S3Store } from "./s3-store.ts";

export interface BillRange {
  /** Days, both included; everything unless given. */
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

/** Files of one bill at once. */
const AT_ONCE = 4;

/**
 * Copies what an import of a CUR 2.0 export reads into a folder: manifests, and the data files of the newest delivery of each period in
 * the range. Older deliveries stay where they are.
 * @returns folder or file to give to the import
 * @throws InputError when the location cannot be read or holds no export
 */
export async function downloadBill(location: string, folder: string, range: BillRange = {}): Promise<string> {
  const [listed] = await listLocations([location]);
  if (!listed) throw nothingThere(location);
  const { store, objects } = listed;
  const root = rootOf(location, objects);
  const below = objects.map((object) => ({ ...object, key: object.key.slice(root.length) }));
  const manifests = new Map<string, Manifest | string>();
  for (const { key } of below) {
    const place = manifestPlace(key);
    if (place && inRange(place.period, range))
      manifests.set(key, parseManifest(Buffer.from((await store.readAll(root + key))?.bytes ?? []).toString("utf8")));
  }
  const { deliveries, findings } = findExports(below, manifests);
  const chosen = deliveries.filter(({ period }) => period === null || inRange(period, range)).flatMap(({ files }) => files);
  // What is wrong with a delivery is told by the import, which sees the same manifests.
  if (chosen.length === 0 && findings.length === 0) throw nothingThere(location);
  const wanted = new Set([...chosen, ...manifests.keys()]);
  // The import names an export that lies right at its path after the folder.
  const target = join(folder, basename(root) || store.bucket);
  const queue = below.filter(({ key }) => wanted.has(key));
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      for (let next = queue.shift(); next; next = queue.shift()) await download(store, root, next, target);
    }),
  );
  const [only] = chosen;
  return root + (only ?? "") === objects[0]?.key && objects.length === 1 && only !== undefined ? join(target, only) : target;
}

/** `s3://bucket/a/b` is the folder `a/b/`; of a single object, the folder that it lies in. */
function rootOf(location: string, objects: readonly ObjectInfo[]): string {
  const prefix = location.replace(/^s3:\/\/[^/]+\/?/, "");
  if (objects.some(({ key }) => key === prefix)) return prefix.slice(0, prefix.lastIndexOf("/") + 1);
  return prefix === "" || prefix.endsWith("/") ? prefix : `${prefix}/`;
}

const inRange = (period: string, { from, to }: BillRange): boolean =>
  (from === undefined || period >= from.slice(0, 7)) && (to === undefined || period <= to.slice(0, 7));

async function download(store: S3Store, root: string, { key, lastModified }: ObjectInfo, target: string): Promise<void> {
  const path = join(target, key);
  if (!path.startsWith(target + sep)) throw new InputError(key, `s3: the key ${key} leaves the folder it is copied to`);
  mkdirSync(dirname(path), { recursive: true });
  const { body } = await store.read(root + key);
  await pipeline(body, createWriteStream(path));
  utimesSync(path, lastModified / 1000, lastModified / 1000);
}

const nothingThere = (location: string): InputError =>
  new InputError(location, `billing: ${location} holds no CUR 2.0 export`, {
    hint: `Give the prefix that contains data/ and metadata/; ${PROGRAM} doctor shows where the export goes.`,
  });
