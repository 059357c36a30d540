import { promisify } from "node:util";
import { constants, gzip } from "node:zlib";
import { HOUR_MS, isoOf } from "../time.ts";
import { bodiesOf } from "./bodies.ts";
import type { Call } from "./call.ts";
import type { Random } from "./random.ts";
import { recordLine } from "./record.ts";

/** Folder in front of AWSLogs, as a logging configuration's key prefix. */
const LOG_PREFIX = "prod";

export interface LoggedCall {
  readonly call: Call;
  readonly requestId: string;
}

export interface LogObject {
  readonly accountId: string;
  readonly region: string;
  readonly key: string;
  /** When Bedrock delivered it, milliseconds. */
  readonly stamp: number;
  readonly calls: readonly LoggedCall[];
  readonly lines: readonly string[];
}

/** At most about so many records go into one object; a busy hour is cut into equal slices. */
const RECORDS_PER_OBJECT = 200;

export const permissionCheckKey = (accountId: string, region: string): string =>
  `${root(accountId, region)}/amazon-bedrock-logs-permission-check`;

const root = (accountId: string, region: string): string =>
  `${LOG_PREFIX}/AWSLogs/${accountId}/BedrockModelInvocationLogs/${region}`;

const folder = (accountId: string, region: string, stamp: number): string => {
  const text = isoOf(stamp);
  return `${root(accountId, region)}/${text.slice(0, 4)}/${text.slice(5, 7)}/${text.slice(8, 10)}/${text.slice(11, 13)}`;
};

/** Key of a log object delivered at `stamp`: folders and name are delivery time, some seconds behind the events. */
const logKey = (accountId: string, region: string, stamp: number, random: Random): string =>
  `${folder(accountId, region, stamp)}/${isoOf(stamp).replace(/[-:.]/g, "")}_${random.hex(16)}.json.gz`;

/** Packs a day's logged calls, in time order, into the objects that Bedrock would deliver. */
export function packObjects(calls: readonly LoggedCall[], random: Random): LogObject[] {
  const places = Map.groupBy(calls, ({ call }) => `${call.target.accountId}/${call.target.region}`);
  return [...places.entries()]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([, here]) =>
      [...Map.groupBy(here, ({ call }) => Math.floor(call.time / HOUR_MS)).values()].flatMap((hour) => {
        const slices = Math.ceil(hour.length / RECORDS_PER_OBJECT);
        return [...Map.groupBy(hour, ({ call }) => Math.floor(((call.time % HOUR_MS) * slices) / HOUR_MS)).values()].map(
          (slice) => pack(slice, random),
        );
      }),
    );
}

/** One object with exactly these calls, delivered `delay` milliseconds after the last of them, by default about a minute. */
export function pack(calls: readonly LoggedCall[], random: Random, delay = random.int(20_000, 70_000)): LogObject {
  const last = calls.at(-1)?.call;
  if (!last) throw new RangeError("generate: an object without calls");
  const { accountId, region } = last.target;
  const stamp = last.time + delay;
  const place = (call: Call, requestId: string): string =>
    `s3://example-bedrock-logs-${accountId}-${region}/${bodyKey(call, requestId, stamp)}`;
  return {
    accountId,
    region,
    stamp,
    key: logKey(accountId, region, stamp, random),
    calls,
    lines: calls.map(({ call, requestId }) => recordLine(call, requestId, place)),
  };
}

const bodyKey = (call: Call, requestId: string, stamp: number): string =>
  `${folder(call.target.accountId, call.target.region, stamp)}/data/${requestId}`;

/** Side bodies of the object's offloaded calls: key and text. */
export function sideBodies(object: LogObject): { readonly key: string; readonly text: string }[] {
  return object.calls.flatMap(({ call, requestId }) => {
    if (call.oddity !== "offloaded") return [];
    const bodies = bodiesOf(call);
    const key = bodyKey(call, requestId, object.stamp);
    return [
      { key: `${key}_input.json.gz`, text: JSON.stringify(bodies.request) },
      { key: `${key}_output.json.gz`, text: JSON.stringify(bodies.response) },
    ];
  });
}

const compress = promisify(gzip);

/** Level 1 is a third of the time of the default and the bodies compress well anyway. Node writes no time stamp into the header. */
export const gzipped = (text: string): Promise<Buffer> => compress(text, { level: constants.Z_BEST_SPEED });
