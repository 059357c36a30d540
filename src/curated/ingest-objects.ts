import { messageOf } from "../errors.ts";
import { classifyKey, isLog } from "../invocation/object-key.ts";
import type { ObjectInfo, ObjectStore } from "../ports.ts";
import { dayOf, HOUR_MS, isoOf } from "../time.ts";
import { addCounts, type IngestCounts, noCounts } from "./counts.ts";
import type { Curator, Lane } from "./curator.ts";
import { HourBatches, type Span } from "./hour-batches.ts";
import { objectItems } from "./object-items.ts";
import { ObjectTally } from "./object-tally.ts";
import { type ObjectBytes, ReadAhead } from "./read-ahead.ts";
import type { RecordFacts, SourceObject } from "./record-facts.ts";
import { RefusedLines } from "./refused-lines.ts";
import { type Reading, withSideBodies } from "./side-bodies.ts";

/** Quarantine entries that are held in memory. */
const MOST_QUARANTINED = 20_000;
/** Items between two looks at the guard: milliseconds of work. */
const GUARD_EVERY = 512;

export interface Batch {
  /** Name of the output files. The same objects always make a batch of the same name. */
  readonly name: string;
  readonly objects: readonly ObjectInfo[];
}

/** Where the ledger of a batch lies. Days apart, so that a question about two of them does not open the files of all. */
export const ledgerKey = (day: string, name: string): string => `ingested_objects/dt=${day}/${name}.jsonl`;

export interface IngestOptions {
  readonly source: ObjectStore;
  readonly target: ObjectStore;
  readonly curator: Curator;
  /** What a file of records holds; an hour unless given. */
  readonly span?: Span | undefined;
  /** First and last day of events to keep; all unless given. */
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  /** Asked while an object is read; throws to give that object up. Its neighbours are not touched. */
  readonly guard?: (() => void) | undefined;
}

export interface IngestResult {
  readonly counts: IngestCounts;
  /** Starts of the hours of the events that landed, milliseconds, ascending. */
  readonly hours: readonly number[];
  /** Objects that could not be read or written at all. Their records are in no count; on AWS they are retried. */
  readonly failures: readonly { readonly object: string; readonly message: string }[];
}

/**
 * Reads the log objects of a batch and writes their rows, quarantine entries and ledger, the ledger last.
 * The same batch writes the same bytes. Memory holds one flush of rows, whatever the objects' size.
 */
export async function ingestObjects(batch: Batch, options: IngestOptions): Promise<IngestResult> {
  const lane = options.curator.take();
  try {
    return await new Ingest(batch, options, lane).run();
  } finally {
    options.curator.release(lane);
  }
}

class Ingest {
  readonly #batch: Batch;
  readonly #options: IngestOptions;
  readonly #lane: Lane;
  readonly #hours: HourBatches;
  readonly #landedHours = new Set<number>();
  #lastHour = Number.NaN;
  #quarantined: string[] = [];
  #quarantineParts = 0;
  /** By day of delivery. */
  readonly #ledger = new Map<string, string[]>();
  readonly #failures: { object: string; message: string }[] = [];
  #counts = noCounts();

  constructor(batch: Batch, options: IngestOptions, lane: Lane) {
    this.#batch = batch;
    this.#options = options;
    this.#lane = lane;
    this.#hours = new HourBatches(batch.name, options.span ?? "hour", lane.idle);
  }

  async run(): Promise<IngestResult> {
    const { name, objects } = this.#batch;
    const { target } = this.#options;
    const ahead = new ReadAhead(this.#options.source, objects);
    for (const [index, object] of objects.entries()) {
      if (isLog(object)) {
        await this.#object(object, () => ahead.open(index));
        if (this.#quarantined.length >= MOST_QUARANTINED) await this.#flushQuarantine();
      } else this.#counts = addCounts(this.#counts, { ...noCounts(), skipped_objects: 1 });
    }
    await this.#flush();
    await this.#flushQuarantine();
    for (const [day, rows] of this.#ledger) await target.write(ledgerKey(day, name), lines(rows));
    const hours = [...this.#landedHours].sort((a, b) => a - b).map((hour) => hour * HOUR_MS);
    return {
      counts: this.#counts,
      hours,
      failures: this.#failures,
    };
  }

  async #object(object: ObjectInfo, open: () => Promise<ObjectBytes>): Promise<void> {
    const { accountId, region, deliveredAt = object.lastModified } = classifyKey(object.key);
    const tally = new ObjectTally();
    const refused = new RefusedLines(object, deliveredAt);
    this.#hours.mark();
    try {
      await this.#records(await open(), object, { key: object.key, deliveredAt }, tally, refused);
    } catch (error) {
      this.#failures.push({ object: object.key, message: messageOf(error) });
      this.#hours.takeBack();
      return;
    }
    this.#quarantined.push(...refused.entries());
    this.#counts = addCounts(this.#counts, { ...tally.counts(object.size), objects: 1 });
    const entry = JSON.stringify({
      source_object: object.key,
      version: object.version ?? null,
      account_id: accountId ?? null,
      region: region ?? null,
      delivered_at: isoOf(deliveredAt),
      bytes: object.size,
      ...tally.row(),
    });
    const day = dayOf(deliveredAt);
    const ledger = this.#ledger.get(day) ?? [];
    this.#ledger.set(day, ledger);
    ledger.push(entry);
  }

  async #records(
    bytes: ObjectBytes,
    object: ObjectInfo,
    source: SourceObject,
    tally: ObjectTally,
    refused: RefusedLines,
  ): Promise<void> {
    const lane = this.#lane;
    const { guard } = this.#options;
    const items = objectItems(bytes, lane.scanner, {
      straight: lane.readsBodies,
      eventTimes: lane.eventTimes(source.deliveredAt),
    });
    let taken = 0;
    do {
      // One line may be larger than all there is to read of it.
      guard?.();
      for (let item = items.next(); item !== undefined; item = items.next()) {
        if (taken++ % GUARD_EVERY === 0) guard?.();
        if (item === true) {
          let facts = lane.scanned(items.line);
          if (lane.wantsProfile) {
            await lane.findProfile();
            facts = lane.scanned(items.line);
          }
          if ("record" in facts) {
            const reading = await withSideBodies(facts, object.key, this.#options.source);
            const read = lane.read(reading, items.line, 1);
            this.#land(lane.wantsProfile ? await this.#again(reading, items.line, 1) : read, source, tally, []);
          } else this.#land(facts, source, tally, []);
        } else if ("record" in item) {
          const wanted = item.usage.needsBody || lane.readsBodies;
          const reading = wanted ? await withSideBodies(item, object.key, this.#options.source, lane.wanted) : item;
          const read = lane.read(reading, item.line, item.part);
          const facts = lane.wantsProfile ? await this.#again(reading, item.line, item.part) : read;
          this.#land(facts, source, tally, item.record.unknownFields);
        } else {
          if ("damaged" in item) tally.damaged = item.damaged;
          else tally.bad += 1;
          refused.add(item);
        }
        if (this.#hours.full) await this.#flush();
      }
    } while (await items.more());
  }

  /** A record whose inference profile had to be looked up first. */
  async #again(reading: Reading, line: number, part: number): Promise<RecordFacts> {
    await this.#lane.findProfile();
    return this.#lane.read(reading, line, part);
  }

  #land(facts: RecordFacts, source: SourceObject, tally: ObjectTally, unknownFields: readonly string[]): void {
    const { from, to } = this.#options;
    if (from !== undefined || to !== undefined) {
      const day = dayOf(facts.eventTime);
      if ((from !== undefined && day < from) || (to !== undefined && day > to)) {
        tally.outside += 1;
        return;
      }
    }
    this.#hours.add(facts, source);
    const hour = Math.floor(facts.eventTime / HOUR_MS);
    if (hour !== this.#lastHour) this.#landedHours.add(hour);
    this.#lastHour = hour;
    tally.land(facts.eventTime, facts.coerced, unknownFields);
  }

  async #flushQuarantine(): Promise<void> {
    if (this.#quarantined.length === 0) return;
    await this.#options.target.write(quarantineKey(this.#batch.name, this.#quarantineParts), lines(this.#quarantined));
    this.#quarantineParts += 1;
    this.#quarantined = [];
  }

  async #flush(): Promise<void> {
    for (const file of this.#hours.flush()) await this.#options.target.write(file.key, file.bytes);
  }
}

/** A batch's entries in files of a bounded size: `quarantine/<batch>.jsonl`, then `quarantine/<batch>.part-1.jsonl` and so on. */
export const quarantineKey = (batch: string, part: number): string =>
  `quarantine/${batch}${part === 0 ? "" : `.part-${part}`}.jsonl`;

const lines = (entries: readonly string[]): string => entries.map((entry) => `${entry}\n`).join("");
