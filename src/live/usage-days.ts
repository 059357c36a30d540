import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import type { TagChange } from "../attribution/learned-owners.ts";
import type { Relabelled } from "../attribution/relabelled.ts";
import type { StrataConfig } from "../config/strata-config.ts";
import type { DuckDbWarehouse } from "../local/duckdb.ts";
import { FolderStore } from "../local/folder-store.ts";
import { type BilledLabels, writePrincipals } from "../pipeline/principals.ts";
import { type Hour, hourKey, inParallel, markWholeDays, recentHours } from "../pipeline/stale-hours.ts";
import { type UsageTable, usageTables } from "../pipeline/usage-tables.ts";
import type { ObjectStore, Warehouse } from "../ports.ts";
import { addDays, dayOf } from "../time.ts";
import { type DayPlaces, publishDays } from "./day-places.ts";
import type { HourFiles, Mirror } from "./mirror.ts";
import { markNewTables } from "./new-tables.ts";

/** Small tables that calls are completed with. */
const DIMENSIONS = [
  "principals/principals.parquet",
  "learned_owners/learned_owners.jsonl",
  "attribution_sources/attribution_sources.jsonl",
  "identity_sources/identity_sources.jsonl",
];

/** What telemetry and CloudTrail add to single calls; by day, made elsewhere. */
const TOLD = ["call_matches", "call_people"];

/** Days of each table that alert rules and budgets look back. */
const LOOKS_BACK: Readonly<Record<string, number>> = { hourly_usage: 62, calls_5m: 3, metadata_usage: 40 };

/** Stored bytes of a table's sums up to which they are kept in the engine's memory, where they take some ten times as many: each question would open every day's file. */
const MOST_HELD_BYTES = 16 * 1024 * 1024;

/** What changes on this machine while hours are summed up, beside the sums. */
const SHOWN = ["invocation_records", "principals", "learned_owners", "attribution_sources", "identity_sources", ...TOLD];

/** Stored bytes of records that are here at once, beside those of the last hours. */
const AT_ONCE_BYTES = 512 * 1024 * 1024;

export interface UsageDaysInput {
  readonly store: ObjectStore;
  readonly mirror: Mirror;
  readonly engine: DuckDbWarehouse;
  readonly places: DayPlaces;
  /** Has the days that are too old to be here. */
  readonly history?: () => Warehouse | undefined;
}

export interface SumUp {
  readonly config: StrataConfig;
  readonly labels: BilledLabels;
  /** Milliseconds. */
  readonly now: number;
  readonly hours: readonly Hour[];
}

/**
 * The tables that sum the calls of each hour, made from the records of the hours that changed by the queries that a data folder is made with. An hour's rows
 * are a function of its files: nothing is added up over runs, so a repeated run, a crash between two steps or a lost disk leaves nothing to repair.
 */
export class UsageDays {
  readonly #input: UsageDaysInput;
  /** What each hour was summed up from. */
  readonly #signatures = new Map<string, string>();
  /** Where each day that is here came from, by table. */
  readonly #here = new Map<string, Map<string, string>>();

  constructor(input: UsageDaysInput) {
    this.#input = input;
  }

  /** Brings here what alert rules read. */
  async follow(config: Pick<StrataConfig, "alerts" | "budgets">, today: string): Promise<void> {
    const { mirror, engine } = this.#input;
    await Promise.all(DIMENSIONS.map((key) => mirror.object(key)));
    await Promise.all(usageTables(config).map(({ name }) => this.#bring(name, addDays(today, -(LOOKS_BACK[name] ?? 0)))));
    await engine.refresh(SHOWN);
    for (const { name } of usageTables(config))
      if (bytesOf(join(mirror.folder, name)) <= MOST_HELD_BYTES) await engine.hold([name]);
      else await engine.release([name]);
  }

  /** Marks the days of tables that are new, as far as rules look back; `follow` comes before. */
  async markNew(config: Pick<StrataConfig, "alerts" | "budgets">, today: string): Promise<void> {
    const [usage, ...later] = usageTables(config);
    const there = [...this.#hereOf(usage?.name ?? "").keys()];
    const daysOf = (name: string): string[] => there.filter((day) => day >= addDays(today, -(LOOKS_BACK[name] ?? 0)));
    await markNewTables(this.#input.store, later, daysOf);
  }

  /**
   * Sums up those of the hours whose files, callers or settings are others than when they were summed up last.
   * @returns the hours whose rows were made anew
   */
  async sumUp({ config, labels, now, hours }: SumUp): Promise<readonly Hour[]> {
    const { mirror, engine } = this.#input;
    const tables = usageTables(config);
    const today = dayOf(now);
    const done: Hour[] = [];
    for (const [day, wanted] of Map.groupBy(hours, ({ day }) => day)) {
      const recent = tables.every(({ name }) => day >= addDays(today, -(LOOKS_BACK[name] ?? 0)));
      if (!recent) for (const { name } of tables) await this.#bring(name, day, day);
      for (const name of TOLD) await this.#bring(name, day, day);
      const listed = await Promise.all(wanted.map((hour) => mirror.list(hour)));
      const settings = digest(JSON.stringify([tables, config.attribution, labels.prices, labels.tags.map(tagText)]));
      const sign = (hour: HourFiles): string =>
        [hour.signature, settings, this.#dimensions(), this.#placesOf(tables, day)].join("\n");
      const changed = listed.filter((hour) => this.#signatures.get(hourKey(hour)) !== sign(hour));
      for (const some of bySize(changed)) {
        for (const hour of some) await mirror.fetch(hour);
        mirror.show(some);
        await engine.refresh(SHOWN);
        await writePrincipals(engine, this.#both(), config, [{ from: day, to: day }], { ...labels, asOf: today }, (change) =>
          this.#markRelabelled(change, today),
        );
        await engine.refresh(SHOWN);
        for (const table of tables) await this.#replace(table, day, some);
        mirror.show([]);
        mirror.keep(recentHours(now));
        done.push(...some.map(({ day, hour }) => ({ day, hour })));
      }
      if (changed.length > 0) {
        await engine.refresh(SHOWN);
        for (const hour of listed) this.#signatures.set(hourKey(hour), sign(hour));
      }
      for (const { name } of recent ? [] : tables)
        if (day < addDays(today, -(LOOKS_BACK[name] ?? 0))) {
          this.#forget(name, day);
          await engine.refresh([name]);
        }
    }
    return done;
  }

  /** Days that a newer bill gives other owners are summed up again. They are marked before the owners are written, so that a run that is cut off loses none. */
  async #markRelabelled({ from, daysOf }: Relabelled, today: string): Promise<void> {
    const { store, engine, history } = this.#input;
    if (from === undefined || from > today) return;
    const asked = (from < addDays(today, -(LOOKS_BACK["hourly_usage"] ?? 0)) ? history?.() : undefined) ?? engine;
    const { rows } = await asked.query("rollups/callers_by_day", { from, to: today });
    const days = daysOf(
      rows.map((row) => ({ kind: String(row["kind"]), id: String(row["id"]), days: String(row["days"]).split(",") })),
    );
    await markWholeDays(store, "labels", days);
  }

  async #replace({ name, query, params }: UsageTable, day: string, hours: readonly Hour[]): Promise<void> {
    const { engine, mirror } = this.#input;
    const before = contentOf(join(mirror.folder, name, `dt=${day}`));
    await engine.replaceHours(name, query, { day, hours: hours.map(({ hour }) => hour) }, params);
    const after = contentOf(join(mirror.folder, name, `dt=${day}`));
    if (before === undefined ? after === undefined : after !== undefined && Buffer.compare(before, after) === 0) return;
    const here = this.#hereOf(name);
    here.delete(day);
    try {
      const place = (await publishDays(this.#input, name, new Map([[day, after]]))).get(day);
      if (place !== undefined) here.set(day, place);
    } catch (error) {
      // What is here is nobody's: the next run fetches what the table points at, or makes the day's first rows again.
      mirror.drop(`${name}/dt=${day}`);
      await engine.refresh([name]);
      throw error;
    }
  }

  /** Fetches the days of a table whose place is another one than that of what is here. */
  async #bring(table: string, first: string, last?: string): Promise<void> {
    const { mirror, places, engine } = this.#input;
    const here = this.#hereOf(table);
    const there = await places.read(table, first, last);
    const wanted = [...there].filter(([day, place]) => here.get(day) !== place);
    const gone = [...here.keys()].filter((day) => !there.has(day) && (last === undefined || (day >= first && day <= last)));
    if (wanted.length + gone.length === 0) return;
    // First, so that what the engine holds is read anew even if not every day can be fetched.
    await engine.refresh([table]);
    for (const day of gone) this.#forget(table, day);
    await inParallel(wanted, async ([day, place]) => {
      here.delete(day);
      await mirror.day(table, day, place);
      here.set(day, place);
    });
  }

  #forget(table: string, day: string): void {
    this.#hereOf(table).delete(day);
    this.#input.mirror.drop(`${table}/dt=${day}`);
  }

  #hereOf(table: string): Map<string, string> {
    const known = this.#here.get(table) ?? new Map<string, string>();
    this.#here.set(table, known);
    return known;
  }

  #placesOf = (tables: readonly UsageTable[], day: string): string =>
    [...tables.map(({ name }) => name), ...TOLD].map((name) => this.#hereOf(name).get(day) ?? "").join(" ");

  #dimensions(): string {
    const { folder } = this.#input.mirror;
    return DIMENSIONS.map((key) => (existsSync(join(folder, key)) ? digest(readFileSync(join(folder, key))) : "")).join(" ");
  }

  /** Small tables are written to the bucket and here; what is here is what the bucket had at the start of the run. */
  #both(): ObjectStore {
    const { store, mirror } = this.#input;
    const here = new FolderStore(mirror.folder);
    return {
      name: store.name,
      list: (prefix) => here.list(prefix),
      read: (key) => here.read(key),
      readAll: (key) => here.readAll(key),
      remove: (key, condition) => here.remove(key, condition),
      write: async (key, bytes) => {
        const written = await store.write(key, bytes);
        await here.write(key, bytes);
        return written;
      },
    };
  }
}

function* bySize(hours: readonly HourFiles[]): Generator<HourFiles[]> {
  let some: HourFiles[] = [];
  let bytes = 0;
  for (const hour of hours) {
    const size = hour.files.reduce((sum, file) => sum + file.size, 0);
    if (some.length > 0 && bytes + size > AT_ONCE_BYTES) {
      yield some;
      [some, bytes] = [[], 0];
    }
    some.push(hour);
    bytes += size;
  }
  if (some.length > 0) yield some;
}

const digest = (content: string | Uint8Array): string => createHash("sha256").update(content).digest("hex");
const tagText = ({ sets, ...change }: TagChange) => ({ ...change, sets: sets.map((set) => [...set]) });

const bytesOf = (folder: string): number =>
  existsSync(folder)
    ? readdirSync(folder, { recursive: true, encoding: "utf8" }).reduce((sum, path) => sum + statSync(join(folder, path)).size, 0)
    : 0;

/** The bytes of a day's only file; of several files, which another engine wrote, none that could be the same. */
function contentOf(folder: string): Uint8Array | undefined {
  const files = existsSync(folder) ? readdirSync(folder) : [];
  if (files.length === 0) return undefined;
  return Buffer.concat(files.sort().map((file) => readFileSync(join(folder, file))));
}
