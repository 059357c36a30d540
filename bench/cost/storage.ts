import { glueTable } from "../../src/aws/glue-tables.ts";
import { TIERED_BYTES } from "../../src/aws/s3-store.ts";
import { tables } from "../../src/tables/index.ts";
import type { Measured } from "./measure.ts";
import { DAYS, OPEN_MORNINGS, RUNS, straddling } from "./schedule.ts";
import type { TableShape } from "./tables-read.ts";
import { objectsOf, type Volume } from "./traffic.ts";
import { plus, type Usage } from "./usage.ts";

/** Days that replaced days of sums are kept (infra/buckets.yml). */
const SUPERSEDED_DAYS = 7;
/** Days that old versions of records are kept. */
const VERSION_DAYS = 30;
/** Hours whose landed files are still there: the running one, half an hour until it is compacted, half until the files go. */
export const LANDED_HOURS = 1.75;
const GB = 1e9;
/** Bytes that a table with a row a day or a principal may have in a day or at all; below the least that Athena bills. */
const SMALL = 100_000;

export interface Stored {
  readonly volume: Volume;
  readonly measured: Measured;
  /** Days of data that there are. */
  readonly kept: number;
}

/** How each table lies in the bucket at this volume. */
export function shapes(volume: Volume, { recordBytes, ledgerBytes, sums }: Measured): (table: string) => TableShape {
  const objects = objectsOf(volume) / DAYS;
  const records = volume.calls / DAYS;
  const whole = (bytes: number): ReadonlyMap<string, number> => new Map([["*", bytes]]);
  const known: Readonly<Record<string, TableShape>> = {
    invocation_records: {
      byDay: true,
      files: 24,
      partitions: 24,
      // The running hour, the one before for a while, and late ones.
      recent: (objects / 24) * straddling * LANDED_HOURS,
      bytes: new Map([...recordBytes].map(([column, bytes]) => [column, bytes * records])),
    },
    ingested_objects: { byDay: true, files: objects, partitions: 1, bytes: whole(objects * ledgerBytes) },
    ...Object.fromEntries(
      [...sums].map(([table, columns]) => [
        table,
        { byDay: true, files: 1, partitions: 1, bytes: new Map([...columns].map(([column, bytes]) => [column, bytes * 24])) },
      ]),
    ),
  };
  return (name) => {
    const [partition] = tables().find((table) => table.name === name)?.partitions ?? [];
    // Days of tables whose partitions are worked out by Athena are listed whether there is anything or not.
    const listedFrom = firstProjected(name);
    const projected = listedFrom === undefined ? {} : { listedFrom };
    // A month's partition is a thirtieth of one a day.
    const share = partition?.name === "period" ? 1 / DAYS : 1;
    const shape = known[name] ?? { byDay: partition !== undefined, files: share, partitions: share, bytes: whole(SMALL * share) };
    return { ...shape, ...projected };
  };
}

const catalog = new Map(tables().map((table) => [table.name, glueTable(table, "s3://bucket/")]));

/** First day that Athena lists of a table, where the catalog says no days one by one. */
const firstProjected = (name: string): string | undefined =>
  catalog.get(name)?.Parameters?.["projection.dt.range"]?.split(",")[0];

/**
 * Gigabyte-months of records by the age of their days. S3 moves an object of Intelligent-Tiering down 30 and 90 days after it was last read (S3 User Guide, "How S3
 * Intelligent-Tiering works"); statements read the running month, and the month before on some mornings.
 */
function recordStorage(gbDay: number, objectBytes: number, kept: number): Usage {
  if (objectBytes < TIERED_BYTES) return { s3_gb_month: gbDay * kept };
  const warm = Math.min(kept, DAYS + OPEN_MORNINGS + 30);
  const cool = Math.min(kept - warm, 60);
  return {
    s3_gb_month: gbDay * warm,
    s3_infrequent_gb_month: gbDay * cool,
    s3_archive_instant_gb_month: gbDay * (kept - warm - cool),
    s3_tiering_month: 24 * kept,
  };
}

export function storageUsage({ volume, measured: { landedBytes }, kept }: Stored, shape: (table: string) => TableShape): Usage {
  const bytesOf = (table: string): number => [...shape(table).bytes.values()].reduce((sum, bytes) => sum + bytes, 0);
  const records = recordStorage(bytesOf("invocation_records") / GB, bytesOf("invocation_records") / 24, kept);
  const lasting = ["ingested_objects", "hourly_usage", "calls_5m"].reduce((sum, table) => sum + bytesOf(table) * kept, 0);
  // A day is written anew by every run, and is half full on average.
  const replaced = ["hourly_usage", "calls_5m"].reduce(
    (sum, table) => sum + (bytesOf(table) / 2) * (RUNS / DAYS) * SUPERSEDED_DAYS,
    0,
  );
  // What landed is kept as an old version after it is removed.
  const removed = (volume.calls / DAYS) * landedBytes * VERSION_DAYS;
  const tags = 2 * (RUNS / DAYS) * SUPERSEDED_DAYS;
  return plus(records, { s3_gb_month: (lasting + replaced + removed) / GB, s3_tag_month: tags });
}
