import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { gzipSync } from "node:zlib";
import { parse, stringify } from "yaml";
import { answersOf, logOf, RECORDINGS } from "../telemetry/recordings.ts";
import { type Input, logKey } from "./input.ts";
import { MORE_BUCKET, ROOT } from "./world.ts";

/** What is read beside logs and bills, by its name in `sources` and on the command line. */
export interface MoreSource {
  readonly name: "telemetry" | "cloudtrail" | "batch" | "kiro";
  /** Its objects on this machine; in the account they lie below a prefix of its name. */
  readonly folder: string;
  readonly location: string;
}

const SAMPLES = join(ROOT, "test/fixtures/samples");
const SESSION = `${RECORDINGS}claude-code/tools-delta`;
const RECORDED_AT = Date.parse("2026-11-29T08:11:31Z");
/** The session was this long ago: not in the hours that detection looks at by itself, nor in the outage. */
const AGO = 5 * 3_600_000;
const JOB = "abcdef123456";
const KIRO = "KIRO_CLI_111122223333_user_report_202607100000.csv";

/**
 * A recorded session of Claude Code that was over some hours ago, a trail's file, a batch job's output and a report of Kiro; the session's calls are
 * in the log, too. Their places go into the configuration. @param now milliseconds
 */
export function addMoreSources(input: Input, now: number): MoreSource[] {
  const root = join(input.logs, "../more");
  const put = (path: string, bytes: string | Buffer): void => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), bytes);
  };
  addSession(input, now - AGO - RECORDED_AT, put);
  put(
    "cloudtrail/AWSLogs/111122223333/CloudTrail/us-east-1/2026/10/05/111122223333_CloudTrail_us-east-1_20261005T1420Z_AbCdEfGhIjKlMnOp.json.gz",
    gzipSync(readFileSync(join(SAMPLES, "cloudtrail/events.json"))),
  );
  for (const name of ["records-invoke.jsonl.out", "records-converse.jsonl.out", "manifest.json.out"])
    put(`batch/${JOB}/${name}`, readFileSync(join(SAMPLES, "batch", JOB, name)));
  put(
    `kiro/AWSLogs/111122223333/KiroLogs/user_report/us-east-1/2026/07/10/00/${KIRO}`,
    readFileSync(join(SAMPLES, "kiro", KIRO)),
  );
  const added = (["telemetry", "cloudtrail", "batch", "kiro"] as const).map((name) => ({
    name,
    folder: join(root, name),
    location: `s3://${MORE_BUCKET}/${name}`,
  }));
  const { sources, ...rest }: { sources: object } = parse(readFileSync(input.config, "utf8"));
  const places = Object.fromEntries(added.map(({ name, location }) => [name, [location]]));
  writeFileSync(input.config, stringify({ ...rest, sources: { ...sources, ...places } }));
  return added;
}

/** @param shift milliseconds from the recording's time to the session's */
function addSession(input: Input, shift: number, put: (path: string, text: string) => void): void {
  const answers = answersOf(SESSION).map((answer) => ({ ...answer, at: new Date(Date.parse(answer.at) + shift).toISOString() }));
  const log = join(input.logs, logKey(RECORDED_AT + shift + 300_000));
  mkdirSync(dirname(log), { recursive: true });
  writeFileSync(log, gzipSync(logOf(answers, { bodies: false })));
  for (const signal of ["logs", "metrics"])
    put(`telemetry/${signal}_123456789.json`, moved(readFileSync(`${SESSION}/${signal}.jsonl`, "utf8"), shift));
}

/** OTLP in JSON, all times later. Nanoseconds have nineteen digits. */
const moved = (text: string, shift: number): string =>
  text
    .replaceAll(/\b1[78]\d{17}\b/g, (nanoseconds) => String(BigInt(nanoseconds) + BigInt(shift) * 1_000_000n))
    .replaceAll(/\b2026-11-29T[\d:.]+Z/g, (instant) => new Date(Date.parse(instant) + shift).toISOString());
