import { randomUUID } from "node:crypto";
import type { ObjectStore } from "../ports.ts";

/** Where the days of a table lie. Each day changes its place in one step, so that readers see the old rows or the new ones. */
export interface DayPlaces {
  /** Folder of each day from the first on, by day, with a slash at its end. */
  read(table: string, first: string, last?: string): Promise<ReadonlyMap<string, string>>;
  /** Points days at `<folder>/dt=<day>/`; a day that is not among the filled ones is empty from then on. The others hold one file, `dayFile`. */
  point(table: string, folder: string, days: readonly string[], filled: ReadonlySet<string>): Promise<void>;
}

/** Name of the one file of a day that is written here. */
export const dayFile = (table: string): string => `${table}.parquet`;

/** Writes the new files of some days into a folder of their own and points the table at them. @returns the new place of each day */
export async function publishDays(
  { store, places }: { readonly store: ObjectStore; readonly places: DayPlaces },
  table: string,
  days: ReadonlyMap<string, Uint8Array | undefined>,
): Promise<ReadonlyMap<string, string>> {
  const folder = `${table}/run=${randomUUID()}`;
  for (const [day, bytes] of days) if (bytes !== undefined) await store.write(`${folder}/dt=${day}/${dayFile(table)}`, bytes);
  const filled = new Set([...days].flatMap(([day, bytes]) => (bytes === undefined ? [] : [day])));
  await places.point(table, folder, [...days.keys()].sort(), filled);
  return new Map([...days].flatMap(([day, bytes]) => (bytes === undefined ? [] : [[day, `${folder}/dt=${day}/`] as const])));
}
