import { closeSync, openSync, readSync } from "node:fs";
import { join } from "node:path";
import { createGunzip } from "node:zlib";
import type { IngestResult } from "../../curated/ingest-objects.ts";
import { quarantineEntries } from "../../curated/quarantine-entries.ts";
import { InputError } from "../../errors.ts";
import { counted, thousands } from "../../figures.ts";
import { REASONS, type ReasonCode } from "../../invocation/reasons.ts";
import type { ObjectStore } from "../../ports.ts";
import type { LogSource } from "./find-sources.ts";
import { looksLike } from "./looks-like.ts";

interface Asked {
  readonly paths: readonly string[];
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

const EXPECTED = "Logs are .json, .jsonl or .json.gz files such as AWSLogs/<account>/BedrockModelInvocationLogs/<region>/….";

/** There is no file that could be a log. */
export async function nothingToRead(paths: readonly string[], sources: readonly LogSource[]): Promise<InputError> {
  const place = paths.join(", ");
  const files = sources.reduce((sum, { objects }) => sum + objects, 0);
  const what =
    files === 0 ? "it is empty" : `${counted(files, "file")}, ${files === 1 ? "which is no log" : "none of them is a log"}`;
  const looks = await firstLook(sources);
  return new InputError(
    place,
    `analyze: no invocation logs in ${place}: ${what}${looks === undefined ? "" : `; ${looks.text}`}`,
    {
      hint: looks?.hint ?? EXPECTED,
    },
  );
}

/**
 * Refuses to make a result of nothing: no record was read, all of them went to the quarantine, or none is of the asked days. The result that was
 * there before stays.
 * @throws InputError saying what the input looks like, and the commonest reason
 */
export async function refuseNothing(
  asked: Asked,
  sources: readonly LogSource[],
  ingested: IngestResult,
  data: ObjectStore,
): Promise<void> {
  const { counts, failures } = ingested;
  if (counts.landed > 0) return;
  const place = asked.paths.join(", ");
  const [failure] = failures;
  if (counts.objects === 0 && failure !== undefined)
    throw new InputError(place, `analyze: nothing could be read in ${place}: ${failure.message}`, {
      hint: "Check that the files may be read.",
    });
  if (counts.outside_range > 0 && counts.quarantined === 0)
    throw new InputError(
      place,
      `analyze: ${counts.outside_range === 1 ? "the one record" : `none of the ${thousands(counts.outside_range)} records`} in ${place} is ${counts.outside_range === 1 ? "not " : ""}of the days from ${asked.from ?? "the first"} to ${asked.to ?? "the last"}`,
      { hint: "Check --from and --to." },
    );
  const looks = await firstLook(sources);
  const told =
    counts.quarantined === 0
      ? "holds no record"
      : `holds no record that can be read: ${counted(counts.quarantined, "line")} ${counts.quarantined === 1 ? "is" : "are"} something else`;
  const reason = await commonestReason(data);
  throw new InputError(
    place,
    `analyze: ${place} ${told}${reason === undefined ? "" : `, most often because ${reason}`}${looks === undefined ? "" : `; ${looks.text}`}`,
    { hint: looks?.hint ?? EXPECTED },
  );
}

/** The reason of most quarantined lines, with the first place where it occurs. */
async function commonestReason(data: ObjectStore): Promise<string | undefined> {
  const reasons = new Map<string, { lines: number; first: string; detail: string }>();
  for await (const { reason, detail, object, line, records } of quarantineEntries(data)) {
    const same = reasons.get(reason);
    if (same === undefined) reasons.set(reason, { lines: records, first: `${object} line ${line}`, detail });
    else same.lines += records;
  }
  const [most] = [...reasons].sort(([, a], [, b]) => b.lines - a.lines);
  if (most === undefined) return undefined;
  const [code, { lines, first, detail }] = most;
  const meaning = isReason(code) ? REASONS[code].replace(/\.$/, "").toLowerCase() : detail;
  return `${meaning} (${code}, ${counted(lines, "time")}, first ${first}: ${detail})`;
}

const isReason = (code: string): code is ReasonCode => Object.hasOwn(REASONS, code);

/** What the first file that is known looks like. */
async function firstLook(sources: readonly LogSource[]): Promise<{ readonly text: string; readonly hint: string } | undefined> {
  for (const { location, samples } of sources)
    for (const key of samples) {
      const head = await headOf(join(location, key));
      const found = head === undefined ? undefined : looksLike(key, head);
      if (found !== undefined) return { text: `${key} looks like ${found.name}`, hint: found.hint };
    }
  return undefined;
}

const HEAD_BYTES = 64 * 1024;

/** The beginning of a file, unpacked when it is gzip. */
async function headOf(path: string): Promise<Buffer | undefined> {
  try {
    const file = openSync(path, "r");
    const head = Buffer.alloc(HEAD_BYTES);
    const length = readSync(file, head, 0, HEAD_BYTES, 0);
    closeSync(file);
    const bytes = head.subarray(0, length);
    return bytes[0] === 0x1f && bytes[1] === 0x8b ? await unpacked(bytes) : bytes;
  } catch {
    return undefined;
  }
}

/** As much as the beginning of a gzip stream gives. */
const unpacked = (bytes: Buffer): Promise<Buffer> =>
  new Promise((resolve) => {
    const gunzip = createGunzip();
    const parts: Buffer[] = [];
    let size = 0;
    const done = (): void => {
      gunzip.destroy();
      resolve(Buffer.concat(parts));
    };
    gunzip.on("data", (part: Buffer) => {
      parts.push(part);
      size += part.length;
      if (size >= HEAD_BYTES) done();
    });
    gunzip.on("error", done);
    gunzip.on("end", done);
    gunzip.end(bytes);
  });
