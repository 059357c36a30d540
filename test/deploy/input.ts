import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { gzipSync } from "node:zlib";
import { PutObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import { parse, stringify } from "yaml";
import { generate } from "../../src/generate/generate.ts";
import { addDays, dayOf } from "../../src/time.ts";
import { ACCOUNT, REGION } from "./clients.ts";
import { BILL_BUCKET, LOG_BUCKET } from "./world.ts";

/** Prefixes that the account's owner chose. */
export const LOG_PREFIX = "bedrock";
export const BILL_PREFIX = "exports";
/** The queue that is woken at night. */
export const PAGER = "pager";

export interface Input {
  readonly logs: string;
  readonly cur: string;
  readonly config: string;
  /** The month that is billed, YYYY-MM; it is over. */
  readonly month: string;
  readonly from: string;
  readonly to: string;
  /** Those that have logs, YYYY-MM-DD. */
  readonly days: readonly string[];
}

const FIVE_MINUTES = 300_000;
/** Calls of a team of today in every five minutes: two hours, of which most of the last one fails. */
const CALLS = 20;
const HOURS = 2;
const FAILING_MS = 50 * 60_000;
/** So many days of the month are logged; the rest of its bill is billed and not logged. Each object is read many times here. */
const LOGGED_DAYS = 4;

/** Last month of the invented company with its bill, and today's calls, whose end is an outage. @param now milliseconds */
export async function prepareInput(folder: string, now: number): Promise<Input> {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const lastMonth = new Date(now);
  lastMonth.setUTCDate(0);
  const month = lastMonth.toISOString().slice(0, 7);
  await generate({ out: folder, scale: 0.005, month });
  keepFirstDays(join(folder, "logs"));
  const end = Math.floor(now / FIVE_MINUTES) * FIVE_MINUTES;
  for (let start = end - HOURS * 3_600_000; start < end; start += FIVE_MINUTES) {
    const lines = Array.from({ length: CALLS }, (_, index) =>
      record(start + index * (FIVE_MINUTES / CALLS), start >= end - FAILING_MS && index % 5 < 3),
    );
    const object = gzipSync(lines.join("\n"));
    write(join(folder, "logs", logKey(start + FIVE_MINUTES)), object);
    // Bedrock delivers some records twice, in objects of their own.
    if (start === end - FIVE_MINUTES) write(join(folder, "logs", logKey(start + FIVE_MINUTES + 1)), object);
  }
  const config = join(folder, "deployed.yml");
  const company: object = parse(readFileSync(join(folder, "strata.yml"), "utf8"));
  writeFileSync(
    config,
    stringify({
      ...company,
      sources: { logs: [`s3://${LOG_BUCKET}/${LOG_PREFIX}`], cur: [`s3://${BILL_BUCKET}/${BILL_PREFIX}`] },
      deploy: { subscriptions: { critical: [`arn:aws:sqs:${REGION}:${ACCOUNT}:${PAGER}`] } },
    }),
  );
  return {
    logs: join(folder, "logs"),
    cur: join(folder, "cur"),
    config,
    month,
    from: `${month}-01`,
    to: dayOf(now),
    days: [
      ...Array.from({ length: LOGGED_DAYS }, (_, index) => `${month}-${String(index + 1).padStart(2, "0")}`),
      addDays(dayOf(now), -1),
      dayOf(now),
    ],
  };
}

/** Puts every file of a folder into a bucket, the manifest of a delivery last. @returns how many */
export async function upload(s3: S3Client, folder: string, Bucket: string, prefix: string): Promise<number> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name))
    .sort((a, b) => Number(a.endsWith("Manifest.json")) - Number(b.endsWith("Manifest.json")) || (a < b ? -1 : 1));
  for (const file of files)
    await s3.send(new PutObjectCommand({ Bucket, Key: `${prefix}/${file.slice(folder.length + 1)}`, Body: readFileSync(file) }));
  return files.length;
}

/** What no result, message or log may hold. */
export const CANARY = "canary-41c7-never-to-be-stored";

function record(time: number, failed: boolean): string {
  const text = [{ role: "user", content: [{ text: CANARY }] }];
  const usage = { inputTokens: 1000, outputTokens: 200, totalTokens: 1200 };
  const answer = { output: { message: { role: "assistant", content: [{ text: CANARY }] } }, usage };
  return JSON.stringify({
    schemaType: "ModelInvocationLog",
    schemaVersion: "1.0",
    timestamp: new Date(time).toISOString().replace(/\.\d+Z/, "Z"),
    accountId: ACCOUNT,
    region: REGION,
    requestId: `00000000-0000-4000-8000-${String(time).padStart(12, "0").slice(-12)}`,
    operation: "Converse",
    modelId: "anthropic.claude-sonnet-4-6",
    identity: { arn: `arn:aws:sts::${ACCOUNT}:assumed-role/checkout/checkout` },
    ...(failed ? { errorCode: "InternalServerException" } : {}),
    input: { inputContentType: "application/json", inputTokenCount: 1000, inputBodyJson: { messages: text } },
    ...(failed ? {} : { output: { outputContentType: "application/json", outputTokenCount: 200, outputBodyJson: answer } }),
  });
}

/** As Bedrock names an object: the hour's folder, the time of delivery, sixteen hexadecimal digits. @param delivered milliseconds */
export function logKey(delivered: number): string {
  const iso = new Date(delivered).toISOString();
  const stamp = `${iso.replace(/[-:.]/g, "").replace("Z", "")}Z`;
  const hour = iso.slice(0, 13).replace(/[-T]/g, "/");
  return `AWSLogs/${ACCOUNT}/BedrockModelInvocationLogs/${REGION}/${hour}/${stamp}_${delivered.toString(16).padStart(16, "0")}.json.gz`;
}

/** Objects of later days go: their paths end in year, month, day, hour and name. */
function keepFirstDays(folder: string): void {
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const day = /\/\d{4}\/\d{2}\/(\d{2})\/\d{2}(\/data)?$/.exec(entry.parentPath)?.[1];
    if (entry.isFile() && day !== undefined && Number(day) > LOGGED_DAYS) rmSync(join(entry.parentPath, entry.name));
  }
}

function write(path: string, bytes: Buffer): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, bytes);
}
