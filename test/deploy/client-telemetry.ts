import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { parse, stringify } from "yaml";
import { answersOf, logOf, RECORDINGS } from "../telemetry/recordings.ts";
import { type Input, logKey } from "./input.ts";
import { OTEL_BUCKET } from "./world.ts";

/** Prefix that the collector was given. */
export const OTEL_PREFIX = "otel";

const SESSION = `${RECORDINGS}claude-code/tools-delta`;
const RECORDED_AT = Date.parse("2026-11-29T08:11:31Z");
/** The session was this long ago: not in the hours that detection looks at by itself, nor in the outage. */
const AGO = 5 * 3_600_000;

/**
 * A recorded session of Claude Code that was over some hours ago: its calls go into the log, what its collector wrote into a folder of its own, and
 * the place of that into the configuration. @param now milliseconds @returns the folder of the collector's objects
 */
export function addTelemetry(input: Input, now: number): string {
  const shift = now - AGO - RECORDED_AT;
  const answers = answersOf(SESSION).map((answer) => ({ ...answer, at: new Date(Date.parse(answer.at) + shift).toISOString() }));
  const log = join(input.logs, logKey(RECORDED_AT + shift + 300_000));
  mkdirSync(join(log, ".."), { recursive: true });
  writeFileSync(log, gzipSync(logOf(answers, { bodies: false })));
  const folder = join(input.logs, "../collector");
  mkdirSync(folder, { recursive: true });
  for (const signal of ["logs", "metrics"])
    writeFileSync(join(folder, `${signal}_123456789.json`), moved(readFileSync(`${SESSION}/${signal}.jsonl`, "utf8"), shift));
  const { sources, ...rest }: { sources: object } = parse(readFileSync(input.config, "utf8"));
  const telemetry = [`s3://${OTEL_BUCKET}/${OTEL_PREFIX}`];
  writeFileSync(input.config, stringify({ ...rest, sources: { ...sources, telemetry } }));
  return folder;
}

/** OTLP in JSON, all times later. Nanoseconds have nineteen digits. */
const moved = (text: string, shift: number): string =>
  text
    .replaceAll(/\b1[78]\d{17}\b/g, (nanoseconds) => String(BigInt(nanoseconds) + BigInt(shift) * 1_000_000n))
    .replaceAll(/\b2026-11-29T[\d:.]+Z/g, (instant) => new Date(Date.parse(instant) + shift).toISOString());
