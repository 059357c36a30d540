import { promisify } from "node:util";
import { constants, createGzip } from "node:zlib";
import type { Day } from "./calendar.ts";
import { accounts } from "./company.ts";
import type { Schedule } from "./incidents.ts";
import { gzipped, type LoggedCall, type LogObject, pack } from "./log-objects.ts";
import type { Random } from "./random.ts";

/** Lines that are no invocation records. None stands for a call, so none is on the bill. */
const GARBAGE: readonly (readonly string[])[] = [
  [
    '{"schemaType":"ModelInvocationLog","schemaVersion":"1.0","timestamp":"2026-10-05T14:1',
    '["not","a","record"]',
    "just words, no record",
  ],
  ['"a bare string"', '{"anthropic_version":"bedrock-2023-05-31","max_tokens":512,"messages":[]}'],
  [
    '{"schemaType":"ModelInvocationLog","schemaVersion":"1.0","timestamp":"2026-10-05T14:14:05Z","accountId":"111122223333","region":"us-east-1","operation":"Converse","modelId":"us.amazon.nova-lite-v1:0"}',
    '{"schemaType":"ModelInvocationLog","schemaVersion":"1.0","timestamp":"2026-10-05T14:14:05Z","accountId":"111122223333","identity":{"arn":"arn:aws:iam::111122223333:user/carol"},"region":"us-east-1","requestId":"0a1b2c3d-0000-4000-8000-00000000bad0","operation":"Converse","modelId":"us.amazon.nova-lite-v1:0","input":{"inputContentType":"application/json","inputTokenCount":"a lot"},"output":{"outputContentType":"application/json","outputTokenCount":79}}',
  ],
];

interface DeliveredObject {
  readonly key: string;
  readonly body: Buffer;
}

export interface Delivery {
  readonly objects: readonly DeliveredObject[];
  /** Records that can be read, of calls that no earlier record had. */
  readonly readable: readonly LoggedCall[];
  readonly duplicates: number;
  readonly garbage: number;
  readonly damagedObjects: number;
  /** Calls whose only record was in the lost part of a truncated object. */
  readonly lost: readonly LoggedCall[];
}

const HOME = { accountId: accounts.dev.id, region: "us-east-1" };
const TRUNCATED = { accountId: accounts.prod.id, region: "us-west-2", hour: 11 };
const REDELIVERED_PER_DAY = 4;

/** Compresses a day's objects and does to some of them what goes wrong in practice. */
export async function deliver(
  day: Day,
  packed: readonly LogObject[],
  damage: Schedule["damage"],
  random: Random,
): Promise<Delivery> {
  const garbageLines = GARBAGE[damage.garbage.findIndex((other) => other.date === day.date)] ?? [];
  const home = packed.filter(
    (object) => object.accountId === HOME.accountId && object.region === HOME.region && object.calls.length >= 1,
  );
  const dirty = garbageLines.length > 0 ? home[Math.floor(home.length / 2)] : undefined;
  const torn = day.date === damage.truncated.date ? tornObject(packed) : undefined;
  const repeated = damage.redelivered.some((other) => other.date === day.date) ? redelivery(home, random) : undefined;

  const lost: LoggedCall[] = [];
  const readable: LoggedCall[] = [];
  const objects = await Promise.all(
    [...packed, ...(repeated ? [repeated] : [])].map(async (object): Promise<DeliveredObject> => {
      if (object === torn) {
        const keep = Math.floor(object.lines.length * 0.6);
        lost.push(...object.calls.slice(keep));
        readable.push(...object.calls.slice(0, keep));
        return { key: object.key, body: await truncated(object.lines, keep) };
      }
      if (object !== repeated) readable.push(...object.calls);
      const lines = object === dirty ? withGarbage(object.lines, garbageLines) : object.lines;
      // A final line end is not guaranteed: every other object has one.
      return { key: object.key, body: await gzipped(lines.join("\n") + (object.lines.length % 2 === 0 ? "\n" : "")) };
    }),
  );
  return {
    objects,
    readable,
    duplicates: repeated?.calls.length ?? 0,
    garbage: dirty ? garbageLines.length : 0,
    damagedObjects: torn ? 1 : 0,
    lost,
  };
}

/** The first object of the hour with at least two lines, or the fullest of the day in a tiny company. */
function tornObject(packed: readonly LogObject[]): LogObject | undefined {
  const here = packed.filter((object) => object.accountId === TRUNCATED.accountId && object.region === TRUNCATED.region);
  const chosen = here.find(
    (object) => new Date(object.calls[0]?.call.time ?? 0).getUTCHours() === TRUNCATED.hour && object.lines.length > 1,
  );
  return chosen ?? here.toSorted((a, b) => b.lines.length - a.lines.length)[0];
}

/** The day's busiest object's first records again, seven minutes later, in an object of their own. */
function redelivery(home: readonly LogObject[], random: Random): LogObject | undefined {
  const busiest = home.toSorted((a, b) => b.calls.length - a.calls.length)[0];
  const again = busiest?.calls.filter(({ call }) => call.oddity !== "offloaded").slice(0, REDELIVERED_PER_DAY);
  return again && again.length > 0 ? pack(again, random, 420_000) : undefined;
}

/** Garbage goes between good lines. */
function withGarbage(lines: readonly string[], garbage: readonly string[]): string[] {
  const middle = Math.floor(lines.length / 2);
  return [...lines.slice(0, middle), ...garbage, ...lines.slice(middle)];
}

/**
 * A gzip file that ends in the middle: `keep` whole lines and half of the next can be read. The flush before the cut makes every reader
 * see the same amount; the trailer with checksum and length is missing.
 */
async function truncated(lines: readonly string[], keep: number): Promise<Buffer> {
  const stream = createGzip({ level: constants.Z_BEST_SPEED });
  const chunks: Buffer[] = [];
  stream.on("data", (chunk: Buffer) => chunks.push(chunk));
  const next = lines[keep] ?? "";
  stream.write(`${lines.slice(0, keep).join("\n")}\n${next.slice(0, Math.floor(next.length / 2))}`);
  await promisify((done: () => void) => stream.flush(constants.Z_SYNC_FLUSH, done))();
  stream.destroy();
  return Buffer.concat(chunks);
}
