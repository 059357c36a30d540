import { messageOf } from "../errors.ts";
import { classifyKey } from "../invocation/object-key.ts";
import { readInvocations } from "../invocation/read-invocations.ts";
import type { ObjectInfo, ObjectStore } from "../ports.ts";
import { dayOf, isoOf } from "../time.ts";
import type { RowBuilder } from "./build-row.ts";
import { addCounts, type IngestCounts, noCounts } from "./counts.ts";
import { HourBuffers } from "./hour-buffers.ts";
import { withSideBodies } from "./side-bodies.ts";

export interface Batch {
  /** Name of the output files. The same objects always make a batch of the same name. */
  readonly name: string;
  readonly objects: readonly ObjectInfo[];
}

export interface IngestOptions {
  readonly source: ObjectStore;
  readonly target: ObjectStore;
  readonly buildRow: RowBuilder;
  /** First and last day of events to keep; all unless given. */
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

export interface IngestResult {
  readonly counts: IngestCounts;
  /** Days of the events that landed. */
  readonly days: readonly string[];
  /** Objects that could not be read or written at all. Their records are in no count; on AWS they are retried. */
  readonly failures: readonly { readonly object: string; readonly message: string }[];
}

/**
 * Reads the log objects of a batch and writes their rows, quarantine entries and ledger, the ledger last.
 * The same batch writes the same bytes. Memory holds one flush of rows, whatever the objects' size.
 */
export async function ingestObjects(batch: Batch, options: IngestOptions): Promise<IngestResult> {
  const buffers = new HourBuffers(batch.name);
  const quarantined: string[] = [];
  const ledger: string[] = [];
  const failures: { object: string; message: string }[] = [];
  const days = new Set<string>();
  let counts = noCounts();

  const flush = async (): Promise<void> => {
    for (const file of buffers.flush()) await options.target.write(file.key, file.bytes);
  };

  for (const object of batch.objects) {
    const { kind, accountId, region, deliveredAt = object.lastModified } = classifyKey(object.key);
    if (kind !== "log") {
      counts = addCounts(counts, { ...noCounts(), skipped_objects: 1 });
      continue;
    }
    const tally = new ObjectTally();
    try {
      const { body } = await options.source.read(object.key, object.version);
      for await (const item of readInvocations(body, object.key)) {
        if ("record" in item) {
          const { record, usage, outcome } = await withSideBodies(item, object.key, options.source);
          const day = dayOf(record.timestamp);
          if ((options.from !== undefined && day < options.from) || (options.to !== undefined && day > options.to)) {
            tally.outside += 1;
            continue;
          }
          buffers.add(
            options.buildRow(record, usage, outcome, { object: object.key, line: item.line, part: item.part, deliveredAt }),
            record.timestamp,
          );
          tally.land(record.timestamp, record.coerced || usage.coerced, record.unknownFields);
          days.add(day);
          if (buffers.full) await flush();
        } else {
          const damaged = "damaged" in item;
          if (damaged) tally.damaged = item.damaged;
          else tally.bad += 1;
          quarantined.push(
            JSON.stringify({
              source_object: object.key,
              version: object.version ?? null,
              source_line: item.line,
              byte_offset: damaged ? null : item.offset,
              reason: damaged ? "damaged_object" : item.bad,
              detail: damaged ? item.damaged : item.detail,
              fingerprint: damaged ? null : item.fingerprint,
              delivered_at: isoOf(deliveredAt),
            }),
          );
        }
      }
    } catch (error) {
      failures.push({ object: object.key, message: messageOf(error) });
      counts = addCounts(counts, tally.counts(0));
      continue;
    }
    counts = addCounts(counts, { ...tally.counts(object.size), objects: 1 });
    ledger.push(
      JSON.stringify({
        source_object: object.key,
        version: object.version ?? null,
        account_id: accountId ?? null,
        region: region ?? null,
        delivered_at: isoOf(deliveredAt),
        bytes: object.size,
        ...tally.row(),
      }),
    );
  }
  await flush();
  if (quarantined.length > 0) await options.target.write(`quarantine/${batch.name}.jsonl`, lines(quarantined));
  if (ledger.length > 0) await options.target.write(`ingested_objects/${batch.name}.jsonl`, lines(ledger));
  return { counts, days: [...days].sort(), failures };
}

const lines = (entries: readonly string[]): string => entries.map((entry) => `${entry}\n`).join("");

/** What became of one object's records. */
class ObjectTally {
  bad = 0;
  outside = 0;
  damaged: string | null = null;
  #landed = 0;
  #coerced = 0;
  #first = Number.POSITIVE_INFINITY;
  #last = Number.NEGATIVE_INFINITY;
  readonly #unknown = new Map<string, number>();

  land(eventTime: number, coerced: boolean, unknownFields: readonly string[]): void {
    this.#landed += 1;
    if (coerced) this.#coerced += 1;
    this.#first = Math.min(this.#first, eventTime);
    this.#last = Math.max(this.#last, eventTime);
    for (const path of unknownFields) this.#unknown.set(path, (this.#unknown.get(path) ?? 0) + 1);
  }

  counts(bytes: number): IngestCounts {
    return {
      ...noCounts(),
      bytes,
      damaged_objects: this.damaged === null ? 0 : 1,
      records: this.#landed + this.bad,
      landed: this.#landed,
      quarantined: this.bad,
      coerced: this.#coerced,
      outside_range: this.outside,
      unknown_fields: Object.fromEntries(this.#unknown),
    };
  }

  row(): Record<string, unknown> {
    return {
      records: this.#landed + this.bad,
      landed: this.#landed,
      quarantined: this.bad,
      coerced: this.#coerced,
      damaged: this.damaged,
      first_event: this.#landed === 0 ? null : isoOf(this.#first),
      last_event: this.#landed === 0 ? null : isoOf(this.#last),
      unknown_fields: [...this.#unknown.keys()].sort(),
    };
  }
}
