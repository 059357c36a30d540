import { createHash } from "node:crypto";
import { existsSync, linkSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Hour } from "../pipeline/stale-hours.ts";
import type { ObjectInfo, ObjectStore } from "../ports.ts";
import { dayFile } from "./day-places.ts";

/** The files of an hour of records as a listing shows them. */
export interface HourFiles extends Hour {
  readonly files: readonly ObjectInfo[];
  /** Of keys and contents: as long as it stays, nothing was added, replaced or removed. */
  readonly signature: string;
}

/** Objects that are fetched at once: S3 takes about 30 ms for each. */
const AT_ONCE = 32;

export const hourPrefix = ({ day, hour }: Hour): string => `invocation_records/dt=${day}/hour=${String(hour).padStart(2, "0")}/`;

/**
 * What lies on this machine of the data bucket. Objects of records are never changed under the same key and ETag, so each is fetched once; a disk that is
 * lost costs fetching again and nothing else. `folder` is laid out as a data folder, in which only those hours of records appear that are shown.
 */
export class Mirror {
  readonly folder: string;
  readonly #cache: string;
  readonly #store: ObjectStore;
  readonly #hours = new Map<string, HourFiles>();

  constructor(store: ObjectStore, place: string) {
    this.#store = store;
    this.folder = join(place, "data");
    this.#cache = join(place, "records");
    // Whose state it was is gone; records are named for their content and stay.
    rmSync(this.folder, { recursive: true, force: true });
    mkdirSync(this.folder, { recursive: true });
  }

  /** One small object as it is now. @returns whether it changed */
  async object(key: string): Promise<boolean> {
    const path = join(this.folder, key);
    const found = await this.#store.readAll(key);
    if (found === undefined) {
      const there = existsSync(path);
      rmSync(path, { force: true });
      return there;
    }
    if (existsSync(path) && Buffer.compare(readFileSync(path), found.bytes) === 0) return false;
    put(path, found.bytes);
    return true;
  }

  /** The files below a prefix as those of one partition on this machine. */
  async partition(prefix: string, into: string): Promise<void> {
    const target = join(this.folder, into);
    rmSync(target, { recursive: true, force: true });
    let index = 0;
    for await (const { key } of this.#store.list(prefix)) {
      const found = await this.#store.readAll(key);
      if (found !== undefined) put(join(target, `${index++}.parquet`), found.bytes);
    }
  }

  /** A day of a table of sums. */
  async day(table: string, day: string, place: string): Promise<void> {
    const into = `${table}/dt=${day}`;
    // Where a run has written a day itself (publishDays), its one file has a known name: asking for it costs a twelfth of a listing.
    const found = place.includes("/run=") ? await this.#store.readAll(`${place}${dayFile(table)}`) : undefined;
    if (found === undefined) return this.partition(place, into);
    this.drop(into);
    put(join(this.folder, into, "0.parquet"), found.bytes);
  }

  drop(path: string): void {
    rmSync(join(this.folder, path), { recursive: true, force: true });
  }

  /** What an hour holds now. */
  async list(hour: Hour): Promise<HourFiles> {
    const files: ObjectInfo[] = [];
    for await (const file of this.#store.list(hourPrefix(hour))) if (file.key.endsWith(".parquet")) files.push(file);
    return hourFiles(hour, files);
  }

  /** Brings the files of an hour here that are not here yet, and forgets those that are gone. @returns whether all of them are as they were listed */
  async fetch(hour: HourFiles): Promise<boolean> {
    const folder = join(this.#cache, hourPrefix(hour));
    const wanted = new Map(hour.files.map((file) => [nameOf(file), file]));
    for (const name of existsSync(folder) ? readdirSync(folder) : []) if (!wanted.has(name)) rmSync(join(folder, name));
    const missing = [...wanted].filter(([name]) => !existsSync(join(folder, name)));
    let asListed = true;
    for (let at = 0; at < missing.length; at += AT_ONCE)
      await Promise.all(
        missing.slice(at, at + AT_ONCE).map(async ([name, { key, etag }]) => {
          // One that was removed between listing and reading is in the compacted file, which was there long before.
          const found = await this.#store.readAll(key);
          if (found !== undefined) put(join(folder, name), found.bytes);
          if (found === undefined || (etag !== undefined && found.etag !== etag)) asListed = false;
        }),
      );
    this.#hours.set(hourPrefix(hour), hour);
    return asListed;
  }

  /** Makes these hours, which must be here, all that the folder shows of records. */
  show(hours: readonly Hour[]): void {
    this.drop("invocation_records");
    for (const hour of hours) {
      const from = join(this.#cache, hourPrefix(hour));
      const to = join(this.folder, hourPrefix(hour));
      for (const name of existsSync(from) ? readdirSync(from) : []) {
        mkdirSync(to, { recursive: true });
        linkSync(join(from, name), join(to, name));
      }
    }
  }

  /** Frees the disk of every hour but these. */
  keep(hours: readonly Hour[]): void {
    const kept = new Set(hours.map(hourPrefix));
    for (const prefix of this.#hours.keys()) {
      if (kept.has(prefix)) continue;
      rmSync(join(this.#cache, prefix), { recursive: true, force: true });
      this.#hours.delete(prefix);
    }
  }
}

/** @param files in any order */
export function hourFiles({ day, hour }: Hour, files: readonly ObjectInfo[]): HourFiles {
  const sorted = files.toSorted((a, b) => (a.key < b.key ? -1 : 1));
  return { day, hour, files: sorted, signature: digest(sorted.map((file) => `${file.key} ${contentOf(file)}`).join("\n")) };
}

function put(path: string, bytes: Uint8Array): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(`${path}.tmp`, bytes);
  renameSync(`${path}.tmp`, path);
}

const digest = (text: string): string => createHash("sha256").update(text).digest("hex").slice(0, 32);
const contentOf = ({ etag, size, lastModified }: ObjectInfo): string => etag ?? `${size} ${lastModified}`;
const nameOf = (file: ObjectInfo): string => `${digest(`${file.key} ${contentOf(file)}`)}.parquet`;
