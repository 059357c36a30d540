/**
 * How fast ingest is, beside others on the same files: `npm run bench`. `-- --json` prints the same as JSON, `-- --quick` takes less data,
 * `-- --full` adds ten million records to the curve, `-- --case "7 KB"` measures one case only (or `curve`). Results are compared before anything is timed.
 */
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { gzipSync } from "node:zlib";
import { logText, SHAPES, type Shape } from "./records.ts";
import type { Time } from "./rival-process.ts";
import { parquetTotals, RIVALS, type Totals, type Work } from "./rivals.ts";
import { TimedRival } from "./timed-rival.ts";

interface Result {
  readonly case: string;
  readonly rival: string;
  readonly records: number;
  /** Decompressed. */
  readonly bytes: number;
  /** Processor time of all threads, the best of the rounds: the clock on the wall also counts what else the machine does. */
  readonly seconds: number;
  readonly medianSeconds: number;
  /** The same by the clock. */
  readonly wallSeconds: number;
  readonly recordsPerSecond: number;
  /** Time of this rival ÷ time of strata, the best of each. */
  readonly ratio: number;
  readonly peakMegabytes: number | null;
}

const OBJECT_BYTES = 4 * 1024 * 1024;
const { values: options } = parseArgs({
  options: { json: { type: "boolean" }, quick: { type: "boolean" }, full: { type: "boolean" }, case: { type: "string" } },
});
const ROUNDS = options.quick ? 3 : 7;
const CASE_BYTES = options.quick ? 12e6 : 120e6;
/** Of the curve: so many different objects, each of so many records. */
const KINDS = 10;
const PER_OBJECT = 10_000;

const folder = mkdtempSync(join(tmpdir(), "strata-bench-"));
try {
  const results: Result[] = [];
  for (const shape of SHAPES) if (wanted(shape.name)) results.push(...(await compare(shape)));
  if (wanted("curve")) results.push(...curve());
  if (options.json) console.log(JSON.stringify(results, null, 2));
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function wanted(name: string): boolean {
  return options.case === undefined || options.case === name;
}

async function compare(shape: Shape): Promise<Result[]> {
  const { work, records, bytes } = prepare(shape);
  const timed = RIVALS.map((rival) => new TimedRival(rival));
  let expected: Totals | undefined;
  for (const each of timed) {
    const { name, makes } = each.rival;
    const { totals } = await each.run(work);
    const found = makes === undefined ? totals : await parquetTotals(join(work.out, makes));
    expected ??= found ?? undefined;
    if (found !== null && JSON.stringify(found) !== JSON.stringify(expected))
      throw new Error(`bench: ${name} found ${JSON.stringify(found)}, strata ${JSON.stringify(expected)}`);
    await each.run(work);
  }
  // Rivals take turns, so that whatever else the machine does hits them alike.
  for (let round = 0; round < ROUNDS; round += 1) for (const each of timed) await each.time(work);
  const own = timed[0]?.times("seconds").best ?? Number.NaN;
  const results = timed.map((each): Result => {
    each.stop();
    const { best, median } = each.times("seconds");
    return {
      case: shape.name,
      rival: each.rival.name,
      records,
      bytes,
      seconds: best,
      medianSeconds: median,
      wallSeconds: each.times("wallSeconds").best,
      recordsPerSecond: Math.round(records / best),
      ratio: best / own,
      peakMegabytes: each.peakMegabytes,
    };
  });
  print(shape, results);
  return results;
}

function print(shape: Shape, results: readonly Result[]): void {
  const [strata] = results;
  if (strata === undefined) return;
  const { records, bytes } = strata;
  say(`\n${shape.name}: ${shape.what}; ${records.toLocaleString("en-US")} records, ${(bytes / 1e6).toFixed(0)} MB`);
  say("                best  median  µs a record   records/s   MB/s     peak   strata takes, of its time");
  for (const { rival, seconds, medianSeconds, recordsPerSecond, peakMegabytes } of results) {
    const what = RIVALS.find(({ name }) => name === rival)?.what;
    const share = `${(strata.seconds / seconds).toFixed(2)} (median ${(strata.medianSeconds / medianSeconds).toFixed(2)})`;
    const peak = peakMegabytes === null ? "" : `${peakMegabytes.toFixed(0)} MB`;
    say(
      `  ${rival.padEnd(11)}${milliseconds(seconds)}${milliseconds(medianSeconds)}${((seconds / records) * 1e6).toFixed(2).padStart(13)}${recordsPerSecond.toLocaleString("en-US").padStart(12)}${(bytes / seconds / 1e6).toFixed(0).padStart(7)}${peak.padStart(9)}   ${share}   ${what}`,
    );
  }
  if (!results.some(({ rival }) => rival === "python")) say("  python3 is not on this machine: its line is left out");
}

function milliseconds(seconds: number): string {
  return `${(seconds * 1000).toFixed(0)} ms`.padStart(8);
}

function prepare(shape: Shape): { work: Work; records: number; bytes: number } {
  const probe = logText(shape, 200);
  const records = Math.round(CASE_BYTES / (probe.length / 200));
  const text = logText(shape, records);
  const name = shape.name.replace(" ", "");
  const work = { folder: join(folder, name), files: [] as string[], out: join(folder, `${name}-out`) };
  mkdirSync(work.folder);
  for (let start = 0; start < text.length; ) {
    const cut = start + OBJECT_BYTES >= text.length ? text.length : text.lastIndexOf("\n", start + OBJECT_BYTES) + 1;
    const file = `${String(work.files.length).padStart(4, "0")}.json.gz`;
    writeFileSync(join(work.folder, file), gzipSync(text.subarray(start, cut)));
    work.files.push(file);
    start = cut;
  }
  return { work, records, bytes: text.length };
}

/** Metadata-only records in processes of their own, so that the peak memory is theirs. */
function curve(): Result[] {
  const sizes = [10_000, 100_000, ...(options.quick ? [] : [1_000_000]), ...(options.full ? [10_000_000] : [])];
  const objects = join(folder, "curve");
  const objectBytes = writeObjects(objects);
  say("\nScaling: metadata-only records in one batch, one thread, a process each");
  return sizes.map((records) => {
    const script = join(import.meta.dirname, "scale-one.ts");
    const { stdout, status, stderr } = spawnSync(process.execPath, [script, objects, String(records), String(PER_OBJECT)], {
      encoding: "utf8",
    });
    if (status !== 0) throw new Error(`bench: ${records} records failed: ${stderr}`);
    const { seconds, wallSeconds, peakMegabytes }: Time & { peakMegabytes: number } = JSON.parse(stdout);
    say(
      `  ${records.toLocaleString("en-US").padStart(10)} records ${seconds.toFixed(2).padStart(7)} s ${((seconds / records) * 1e6).toFixed(2)} µs a record, peak ${peakMegabytes.toFixed(0)} MB`,
    );
    const recordsPerSecond = Math.round(records / seconds);
    return {
      case: `scaling ${records}`,
      rival: "strata",
      records,
      bytes: Math.round((objectBytes * records) / PER_OBJECT),
      seconds,
      medianSeconds: seconds,
      wallSeconds,
      recordsPerSecond,
      ratio: 1,
      peakMegabytes,
    };
  });
}

/** Objects of the curve; how many bytes one holds. */
function writeObjects(to: string): number {
  const [shape] = SHAPES;
  if (shape === undefined) throw new Error("bench: no shape");
  mkdirSync(to);
  let bytes = 0;
  for (let kind = 0; kind < KINDS; kind += 1) {
    const text = logText(shape, PER_OBJECT, kind + 1);
    bytes += text.length / KINDS;
    writeFileSync(join(to, `${kind}.json.gz`), gzipSync(text));
  }
  return bytes;
}

function say(line: string): void {
  if (!options.json) console.log(line);
}
