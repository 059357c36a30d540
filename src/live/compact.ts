import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { workWithin } from "../bounded-work.ts";
import { WriteConflict } from "../errors.ts";
import { jsonOf } from "../json-of.ts";
import { DuckDbWarehouse } from "../local/duckdb.ts";
import { type Hour, hourKey, markHour, staleMarks, startOf } from "../pipeline/stale-hours.ts";
import type { ObjectInfo, ObjectStore, Row } from "../ports.ts";
import { addDays, dayOf, HOUR_MS } from "../time.ts";
import type { DayPlaces } from "./day-places.ts";
import { COMPACTED, isCompacted, landedHours } from "./landed-hours.ts";
import { type HourFiles, hourFiles, hourPrefix, Mirror } from "./mirror.ts";

/** What is remembered from run to run. Lost, it costs compacting some hours again. */
const REMEMBERED = "state/compacted-hours.json";
/** Days that each run looks through; what landed in older ones is found once a day. */
const RECENT_DAYS = 3;
/** After the end of an hour most of its logs are delivered; what comes later makes the hour be compacted once more. Milliseconds. */
const DELIVERY_MS = 5 * 60_000;
/** A query that listed an hour before it was compacted still opens the landed files. Athena ends a query after 30 minutes. */
const READERS_MS = 25 * 60_000;
/** An hour is not begun with less time than this. Milliseconds. */
const LEAST_TIME = 20_000;
/** Removals under way at once. */
const AT_ONCE = 32;
/** Sums of what only its client tells of a call, and the sums that are recounted. */
const BY_DAY = ["call_matches", "hourly_usage"];
const OWNERS = "learned_owners/learned_owners.jsonl";

export interface CompactorInput {
  readonly store: ObjectStore;
  readonly places: Pick<DayPlaces, "read">;
  /** A folder of this machine. */
  readonly work: string;
  /** Engine threads; all cores unless given. */
  readonly threads?: number;
  /** An hour whose records do not add up to its sums, although nothing says that the sums are still to be made. */
  readonly onDifference?: (hour: Hour, sums: Row) => void;
}

export interface Compacted {
  /** Hours whose compacted file was written. */
  readonly written: number;
  /** Landed files that were removed. */
  readonly removed: number;
  /** Hours whose sums in hourly_usage are not those of their records; they are marked to be summed up again, and looked at again. */
  readonly differing: number;
  /** Hours that still wait, because the time was not enough. */
  readonly waiting: number;
  readonly failures: readonly unknown[];
}

/**
 * Puts the files of each hour that is over into one. An hour's records then lie there twice until, in a later run, the landed files go: readers
 * drop copies (`copy_rank`), so that at every moment, and after a crash at any, each record is there once. Only what the compacted file holds is
 * removed, and only as it was read: both writes and removals are conditional.
 */
export class Compactor {
  readonly #input: CompactorInput;
  readonly #mirror: Mirror;
  readonly #engine: DuckDbWarehouse;

  private constructor(input: CompactorInput, mirror: Mirror, engine: DuckDbWarehouse) {
    this.#input = input;
    this.#mirror = mirror;
    this.#engine = engine;
  }

  static async open(input: CompactorInput): Promise<Compactor> {
    const mirror = new Mirror(input.store, input.work);
    const engine = await DuckDbWarehouse.open(mirror.folder, {
      spill: join(input.work, "spill"),
      mixed: true,
      ...(input.threads === undefined ? {} : { threads: input.threads }),
    });
    return new Compactor(input, mirror, engine);
  }

  close(): void {
    this.#engine.close();
  }

  /** @param now milliseconds */
  async run(now: number, timeLeft: () => number): Promise<Compacted> {
    const { store } = this.#input;
    const { hours: known, looked_through: lookedThrough } = await remembered(store);
    const today = dayOf(now);
    const days = [...Array.from({ length: RECENT_DAYS }, (_, back) => addDays(today, -back)), ...[...known.keys()].map(dayOfKey)];
    const landed = await landedHours(store, lookedThrough === today ? new Set(days) : undefined);
    const pieces = landed.filter((hour) => startOf(hour) + HOUR_MS + DELIVERY_MS <= now);
    const unsummed = new Set((await staleMarks(store)).flatMap(({ hours }) => hours.map(hourKey)));
    const done = { written: 0, removed: 0, differing: 0 };
    const still = new Map<string, string>();
    await this.#mirror.object(OWNERS);
    await this.#engine.refresh(["learned_owners"]);
    const { left, failed } = await workWithin({
      pieces,
      timeLeft,
      least: LEAST_TIME,
      work: async (hour) => {
        const listed = await this.#mirror.list(hour);
        const compacted = listed.files.find(isCompacted);
        const held = compacted !== undefined && known.get(hourKey(hour)) === listed.signature;
        if (!held) {
          const signature = await this.#compact(listed, compacted);
          if (signature === undefined) return;
          still.set(hourKey(hour), signature);
          done.written += 1;
        } else if (now - compacted.lastModified < READERS_MS) still.set(hourKey(hour), listed.signature);
        else if (await this.#sumsDiffer(hour, compacted, unsummed)) {
          still.set(hourKey(hour), listed.signature);
          done.differing += 1;
        } else done.removed += await this.#removeLanded(listed);
      },
    });
    for (const hour of left) {
      const signature = known.get(hourKey(hour));
      if (signature !== undefined) still.set(hourKey(hour), signature);
    }
    const remember = { looked_through: left.length === 0 ? today : lookedThrough, hours: Object.fromEntries([...still].sort()) };
    await store.write(REMEMBERED, `${JSON.stringify(remember, null, 1)}\n`);
    return { ...done, waiting: left.length, failures: failed.map(({ error }) => error) };
  }

  /** @returns the signature of the hour as it lies there then; undefined where the hour changed meanwhile, which is seen to by the next run */
  async #compact(listed: HourFiles, before: ObjectInfo | undefined): Promise<string | undefined> {
    const { store, work } = this.#input;
    const key = `${hourPrefix(listed)}${COMPACTED}`;
    const out = join(work, COMPACTED);
    try {
      if (!(await this.#show(listed))) return undefined;
      await this.#engine.exportRows("rollups/compacted_hour", { day: listed.day, hour: listed.hour }, out);
      const bytes = readFileSync(out);
      // What was read is what is replaced: nothing that another run compacted meanwhile is lost.
      const { etag } = await store.write(key, bytes, before === undefined ? { ifAbsent: true } : { ifEtag: etagOf(before) });
      const landed = listed.files.filter((file) => !isCompacted(file));
      return hourFiles(listed, [...landed, { key, size: bytes.length, lastModified: 0, etag }]).signature;
    } catch (error) {
      if (error instanceof WriteConflict) return undefined;
      throw error;
    } finally {
      rmSync(out, { force: true });
      this.#mirror.show([]);
      this.#mirror.keep([]);
    }
  }

  /** Whether hourly_usage says otherwise than the compacted file. The hour is marked then, for detect to sum it up again. */
  async #sumsDiffer(hour: Hour, compacted: ObjectInfo, unsummed: ReadonlySet<string>): Promise<boolean> {
    const { store, places, onDifference } = this.#input;
    for (const table of BY_DAY) {
      const place = (await places.read(table, hour.day, hour.day)).get(hour.day);
      if (place === undefined) this.#mirror.drop(table);
      else await this.#mirror.day(table, hour.day, place);
    }
    await this.#show(hourFiles(hour, [compacted]));
    await this.#engine.refresh(BY_DAY);
    const { rows } = await this.#engine.query("rollups/recounted_hour", { day: hour.day, hour: hour.hour });
    this.#mirror.show([]);
    this.#mirror.keep([]);
    for (const table of BY_DAY) this.#mirror.drop(table);
    const [sums] = rows;
    if (sums === undefined) return false;
    if (!unsummed.has(hourKey(hour))) {
      onDifference?.(hour, sums);
      await markHour(store, "recount", hour);
    }
    return true;
  }

  async #removeLanded({ files }: HourFiles): Promise<number> {
    const { store } = this.#input;
    const landed = files.filter((file) => !isCompacted(file));
    let removed = 0;
    for (let at = 0; at < landed.length; at += AT_ONCE)
      await Promise.all(
        landed.slice(at, at + AT_ONCE).map(async (file) => {
          try {
            await store.remove(file.key, { ifEtag: etagOf(file) });
            removed += 1;
          } catch (error) {
            // It was written again since, perhaps with other prices: it stays and is compacted anew.
            if (!(error instanceof WriteConflict)) throw error;
          }
        }),
      );
    return removed;
  }

  /** @returns whether what is shown is as it was listed */
  async #show(hour: HourFiles): Promise<boolean> {
    const asListed = await this.#mirror.fetch(hour);
    this.#mirror.show([hour]);
    await this.#engine.refresh(["invocation_records"]);
    return asListed;
  }
}

function etagOf({ key, etag }: ObjectInfo): string {
  if (etag === undefined) throw new TypeError(`compact: the listing gives no ETag of ${key}`);
  return etag;
}

/** Of `2026-10-05 07`. */
const dayOfKey = (key: string): string => key.slice(0, 10);

interface Remembered {
  /** What landed files each compacted file holds, by hour: the signature of both as they lay there. Never wrong, at worst of no use any more. */
  readonly hours: ReadonlyMap<string, string>;
  /** Day on which all hours were looked through. */
  readonly looked_through?: string | undefined;
}

/** Nothing of what is damaged: the hours are compacted again. */
async function remembered(store: ObjectStore): Promise<Remembered> {
  const { hours, looked_through }: { readonly hours?: unknown; readonly looked_through?: unknown } = Object(
    jsonOf((await store.readAll(REMEMBERED))?.bytes),
  );
  const signed = Object.entries(Object(hours)).filter((one): one is [string, string] => typeof one[1] === "string");
  return { hours: new Map(signed), ...(typeof looked_through === "string" ? { looked_through } : {}) };
}
