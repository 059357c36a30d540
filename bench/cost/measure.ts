import { parquetMetadataAsync } from "hyparquet";
import type { ObjectStore } from "../../src/ports.ts";
import { addDays, DAY_MS, HOUR_MS } from "../../src/time.ts";
import type { Account, Run } from "./account.ts";
import type { LogFile, Traffic, Volume } from "./traffic.ts";

const MINUTE = 60_000;

/** Runs of each function, of which a month is made. Everything here was counted; nothing is a month yet. */
export interface Measured {
  /** A batch of one log object, and one of `batch` objects. */
  readonly single: Run;
  readonly full: Run;
  readonly batch: number;
  /** The detector: its first run in an environment, one in which nothing landed, one after a single object, one after `many` objects of the same hour. */
  readonly cold: Run;
  readonly unchanged: Run;
  readonly one: Run;
  readonly manyRun: Run;
  readonly many: number;
  /** The first run after a quarter past, which tells what the hour used. */
  readonly turn: Run;
  /** At midnight, when days are judged. */
  readonly midnight: Run;
  /** Compaction: with nothing to do, the run that writes the hour of the many objects, and the one that removes what landed. */
  readonly idle: Run;
  readonly compacting: Run;
  readonly removing: Run;
  /** Stored bytes of a record as it landed; the same compacted, by column; of a ledger entry; and of an hour of each table of sums. */
  readonly landedBytes: number;
  readonly recordBytes: ReadonlyMap<string, number>;
  readonly ledgerBytes: number;
  readonly sums: ReadonlyMap<string, ReadonlyMap<string, number>>;
}

/** Lands log objects of a volume and has ingest read them. */
export async function landing(account: Account, traffic: Traffic, { records }: Volume, count: number, at: number): Promise<Run> {
  const files = traffic.objects(count, records, at);
  for (const { key, bytes } of files) await account.logs.write(key, bytes);
  return account.invoke("ingest", sqsEvent(files), at + 20_000);
}

/** Runs the functions over some log objects of one volume, on a day of their own. @param many objects of one hour, at least twice a batch */
export async function measure(
  account: Account,
  traffic: Traffic,
  volume: Volume,
  { day, many, batch }: { readonly day: string; readonly many: number; readonly batch: number },
): Promise<Measured> {
  const start = Date.parse(`${day}T10:00:00Z`);
  const at = (minutes: number): number => start + minutes * MINUTE;
  const land = (count: number, minutes: number): Promise<Run> => landing(account, traffic, volume, count, at(minutes));
  const detect = (minutes: number): Promise<Run> => account.invoke("detect", {}, at(minutes));

  account.end("detect");
  account.end("compact");
  await account.invoke("compact", {}, at(-20));
  const idle = await account.invoke("compact", {}, at(0));
  await land(1, 4);
  await detect(6);
  await account.copyDay("hourly_usage", daysBefore(day, LOOKED_BACK, await there(account, "hourly_usage")));
  // Prices are looked at every ten minutes, whatever arrives: batches are measured between two looks.
  await land(1, 22);
  account.end("detect");
  const cold = await detect(24);
  const unchanged = await detect(25);
  const single = await land(1, 26);
  const one = await detect(30);
  const full = await land(batch, 31);
  for (let landed = batch; landed < many; landed += batch) await land(Math.min(batch, many - landed), 32);
  const manyRun = await detect(35);
  const landed = await sizes(account.data, `invocation_records/dt=${day}/hour=10/`);
  const turn = await detect(80);
  const compacting = await account.invoke("compact", {}, at(100));
  const stored = await storedBytes(account.data, day);
  const removing = await account.invoke("compact", {}, at(130));
  // So that what follows is of one hour.
  await detect(14 * 60 - 5);
  const midnight = await detect(14 * 60);
  const landedBytes = landed.reduce((sum, size) => sum + size, 0) / (landed.length * volume.records);
  const ticks = { cold, unchanged, one, manyRun, many, turn, midnight };
  return { single, full, batch, ...ticks, idle, compacting, removing, landedBytes, ...stored };
}

/** Days of hourly_usage that rules look back; calls_5m is three days, most of which other volumes have left. */
const LOOKED_BACK = 62;

const daysBefore = (day: string, count: number, there: ReadonlySet<string>): string[] =>
  Array.from({ length: count }, (_, back) => addDays(day, -1 - back)).filter((each) => !there.has(each));

async function there(account: Account, table: string): Promise<ReadonlySet<string>> {
  const found = new Set<string>();
  for await (const { key } of account.data.list(`${table}/`)) found.add(/\/dt=([\d-]{10})\//.exec(key)?.[1] ?? "");
  return found;
}

/** As EventBridge hands them to the queue. */
const sqsEvent = (files: readonly LogFile[]): object => ({
  Records: files.map(({ key, bytes }, index) => ({
    messageId: `m${index}`,
    eventSource: "aws:sqs",
    body: JSON.stringify({
      source: "aws.s3",
      "detail-type": "Object Created",
      detail: { bucket: { name: "raw-logs" }, object: { key, size: bytes.length } },
    }),
  })),
});

async function storedBytes(data: ObjectStore, day: string): Promise<Pick<Measured, "recordBytes" | "ledgerBytes" | "sums">> {
  const compacted = await parquetBytes(data, `invocation_records/dt=${day}/hour=10/compacted.parquet`);
  const ledger = await sizes(data, `ingested_objects/dt=${day}/`);
  const sums = new Map<string, ReadonlyMap<string, number>>();
  for (const table of ["hourly_usage", "calls_5m"]) {
    // The day's largest file holds two busy hours: the one of the objects, and a little of the one of the first.
    let [largest, size] = ["", 0];
    for await (const file of data.list(`${table}/`))
      if (file.key.includes(`/dt=${day}/`) && file.size > size) [largest, size] = [file.key, file.size];
    sums.set(table, (await parquetBytes(data, largest)).columns);
  }
  const recordBytes = new Map([...compacted.columns].map(([name, bytes]) => [name, bytes / compacted.rows]));
  return { recordBytes, ledgerBytes: ledger.reduce((sum, size) => sum + size, 0) / ledger.length, sums };
}

/** Stored bytes of a file by column; what belongs to none is `(footer)`. */
async function parquetBytes(
  data: ObjectStore,
  key: string,
): Promise<{ readonly columns: ReadonlyMap<string, number>; readonly rows: number }> {
  const bytes = new Uint8Array((await data.readAll(key))?.bytes ?? []);
  const file = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength);
  const { row_groups, num_rows } = await parquetMetadataAsync(file);
  const columns = new Map<string, number>();
  let inColumns = 0;
  for (const { columns: chunks } of row_groups)
    for (const { meta_data } of chunks) {
      const [name = ""] = meta_data?.path_in_schema ?? [];
      const size = Number(meta_data?.total_compressed_size ?? 0);
      inColumns += size;
      columns.set(name, (columns.get(name) ?? 0) + size);
    }
  columns.set("(footer)", bytes.length - inColumns);
  return { columns, rows: Number(num_rows) };
}

async function sizes(data: ObjectStore, prefix: string, within = ""): Promise<number[]> {
  const found: number[] = [];
  for await (const { key, size } of data.list(prefix)) if (key.includes(within)) found.push(size);
  return found;
}

/** The jobs that work on months, run once: what they ask hangs on the days, not on how much was called. */
export interface Jobs {
  /** A delivery with new lines, after new calls. */
  readonly reconcile: Run;
  /** The hourly look for months that wait, where there is none. */
  readonly waiting: Run;
  /** The running month, in its middle: with what is known of single calls, and asking about them. */
  readonly report: Run;
  readonly reportAsking: Run;
  /** The month before, which is not closed yet: with what is known, and when it is asked about anew, as for its closing. */
  readonly reportBefore: Run;
  readonly reportClosing: Run;
  readonly day: string;
}

/** @param callMore lands further calls of the day and has them summed up */
export async function measureJobs(
  account: Account,
  day: string,
  exported: string,
  callMore: (now: number) => Promise<void>,
): Promise<Jobs> {
  const now = Date.parse(`${addDays(day, 1)}T05:30:00Z`);
  const period = day.slice(0, 7);
  const before = new Date(Date.parse(`${period}-01`) - DAY_MS).toISOString().slice(0, 7);
  // A function that runs once an hour or a day begins cold.
  const cold = (name: string, event: unknown, at: number): Promise<Run> => {
    account.end(name);
    return account.invoke(name, event, at);
  };
  // The first delivery and the first statements make tables and answers that later ones find.
  await cold(
    "reconcile",
    await delivery(account, exported, period, [lineOf("one", day), lineOf("two", day)], now - 8 * HOUR_MS),
    now - 7 * HOUR_MS,
  );
  await cold("report", {}, now - 6 * HOUR_MS);
  await callMore(now - 5 * HOUR_MS);
  const more = ["one", "two", "three", "four"].map((id) => lineOf(id, day));
  const reconcile = await cold("reconcile", await delivery(account, exported, period, more, now - 2 * HOUR_MS), now - HOUR_MS);
  const waiting = await cold("reconcile", { waiting: true }, now - HOUR_MS / 2);
  const reportBefore = await cold("report", { month: before }, now);
  const reportClosing = await cold("report", { month: before, final: true }, now + MINUTE);
  const report = await cold("report", {}, now + 2 * MINUTE);
  // As if they were of another week.
  await account.reports.remove("reports/calls.json");
  const reportAsking = await cold("report", {}, now + 3 * MINUTE);
  return { reconcile, waiting, report, reportAsking, reportBefore, reportClosing, day };
}

/** Writes a delivery of the export. @returns the event of its manifest */
async function delivery(
  account: Account,
  exported: string,
  period: string,
  lines: readonly string[],
  at: number,
): Promise<object> {
  const key = `${exported}/data/BILLING_PERIOD=${period}/bedrock-cur2-00001.csv`;
  await account.bills.write(key, [HEADER, ...lines].join("\n"));
  const manifest = `${exported}/metadata/BILLING_PERIOD=${period}/bedrock-cur2-Manifest.json`;
  const delivered = {
    executionId: `e${at}`,
    lastUpdatedAt: new Date(at).toISOString(),
    dataFiles: [`s3://billing/${key}`],
  };
  await account.bills.write(manifest, JSON.stringify({ ...delivered, statusCode: "DELIVERY_SUCCESS" }));
  return {
    source: "aws.s3",
    "detail-type": "Object Created",
    detail: { bucket: { name: "billing" }, object: { key: manifest, size: 200 } },
  };
}

const HEADER =
  "identity_line_item_id,bill_payer_account_id,line_item_usage_account_id,line_item_usage_start_date,line_item_usage_end_date,line_item_line_item_type,line_item_product_code,line_item_usage_type,line_item_usage_amount,pricing_unit,line_item_unblended_cost,line_item_iam_principal,product_region_code";

const lineOf = (id: string, day: string): string =>
  `${id},999900001111,111122223333,${day}T10:00:00Z,${day}T11:00:00Z,Usage,AmazonBedrock,USE1-Claude4.6Sonnet-input-tokens,200,1K tokens,0.66,,us-east-1`;
