import { type DatedRow, DayRows } from "../curated/day-rows.ts";
import { messageOf } from "../errors.ts";
import type { ObjectInfo, ObjectStore } from "../ports.ts";
import { clientCallRecords } from "../tables/client-call-records.ts";
import { clientPoints } from "../tables/client-points.ts";
import { clientToolRecords } from "../tables/client-tool-records.ts";
import { telemetryObjects } from "../tables/telemetry-objects.ts";
import { dayOf, isoOf } from "../time.ts";
import type { KeptKeys } from "./kept-keys.ts";
import { readTelemetry, type TelemetryProblem, type TelemetryRow, type TelemetryTally } from "./read-object.ts";

export interface TelemetryBatch {
  /** Name of the output files. The same objects always make a batch of the same name. */
  readonly name: string;
  readonly objects: readonly ObjectInfo[];
}

export interface TelemetryResult {
  readonly objects: number;
  readonly messages: number;
  readonly items: number;
  readonly rows: number;
  readonly quarantined: number;
  /** Places of what could not be used, the first ones. */
  readonly problems: readonly string[];
  /** Days of the rows that landed. */
  readonly days: readonly string[];
  /** Objects that could not be read or written at all; on AWS they are tried again. */
  readonly failures: readonly { readonly object: string; readonly message: string }[];
}

/** Places that are told of one object; the count says how many there are. */
const MOST_PROBLEMS = 20;

/** Reads the telemetry objects of a batch and writes their rows by day, and their ledger last. The same batch writes the same bytes. */
export async function ingestTelemetry(
  batch: TelemetryBatch,
  { source, target, keys }: { readonly source: ObjectStore; readonly target: ObjectStore; readonly keys: KeptKeys },
): Promise<TelemetryResult> {
  const rows = new DayRows(batch.name, target);
  const ledger = new Map<string, string[]>();
  const failures: { object: string; message: string }[] = [];
  const problems: string[] = [];
  const totals = { objects: 0, messages: 0, items: 0, rows: 0, quarantined: 0 };
  for (const object of batch.objects) {
    const refused: string[] = [];
    let quarantined = 0;
    const refuse = (problem: TelemetryProblem): void => {
      quarantined += 1;
      if (refused.length < MOST_PROBLEMS) refused.push(described(problem));
    };
    let tally: TelemetryTally;
    const deliveredAt = object.lastModified;
    try {
      const { body } = await source.read(object.key, object.version);
      const reading = readTelemetry({ key: object.key, deliveredAt, body }, keys, refuse);
      [tally] = await rows.take(dated(reading));
    } catch (error) {
      rows.takeBack();
      failures.push({ object: object.key, message: messageOf(error) });
      continue;
    }
    totals.objects += 1;
    totals.messages += tally.messages;
    totals.items += tally.items;
    totals.rows += tally.rows;
    totals.quarantined += quarantined;
    for (const problem of refused) if (problems.length < MOST_PROBLEMS) problems.push(`${object.key}, ${problem}`);
    const day = dayOf(deliveredAt);
    const entries = ledger.get(day) ?? [];
    ledger.set(day, entries);
    entries.push(
      JSON.stringify({
        source_object: object.key,
        version: object.version ?? null,
        delivered_at: isoOf(deliveredAt),
        bytes: object.size,
        messages: tally.messages,
        items: tally.items,
        landed: tally.rows,
        quarantined,
        problems: refused,
        skipped: [...tally.skipped].sort(([a], [b]) => (a < b ? -1 : 1)).map(([scope, count]) => `${scope}: ${count}`),
        other_labels: tally.otherLabels,
      }),
    );
  }
  await rows.flush();
  for (const [day, entries] of ledger)
    await target.write(`${telemetryObjects.name}/dt=${day}/${batch.name}.jsonl`, entries.map((entry) => `${entry}\n`).join(""));
  return { ...totals, problems, days: rows.days, failures };
}

const described = ({ message, offset, reason, detail }: TelemetryProblem): string =>
  `message ${message} at byte ${offset}: ${reason}: ${detail}`;

const TABLES = { client_call_records: clientCallRecords, client_tool_records: clientToolRecords, client_points: clientPoints };

async function* dated(reading: AsyncGenerator<TelemetryRow, TelemetryTally>): AsyncGenerator<DatedRow, TelemetryTally> {
  for (;;) {
    const { value, done } = await reading.next();
    if (done === true) return value;
    yield { table: TABLES[value.table], day: dayOf(value.row.event_time ?? 0), row: value.row };
  }
}
