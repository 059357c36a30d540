import { createHash } from "node:crypto";
import { foldAddress } from "../fold-address.ts";
import type { clientCallRecords } from "../tables/client-call-records.ts";
import type { RowOf } from "../tables/column.ts";
import type { LogItem, PointItem, SpanItem } from "./item.ts";
import type { KeptKeys } from "./kept-keys.ts";
import type { Values } from "./values.ts";

/** Where an item was read. */
export interface Place {
  readonly object: string;
  readonly message: number;
  /** Milliseconds; the object's own time. */
  readonly deliveredAt: number;
}

type Common = Pick<
  RowOf<typeof clientCallRecords>,
  | "event_time"
  | "identity"
  | "scope"
  | "client"
  | "client_version"
  | "entrypoint"
  | "session_id"
  | "prompt_id"
  | "device_id"
  | "person"
  | "labels"
  | "source_object"
  | "source_message"
>;

/** What rows about calls and tools share. */
export function common(item: LogItem | SpanItem, values: Values, place: Place, keys: KeptKeys): Common {
  return {
    event_time: millis(timeOf(item)),
    identity: identityOf(item),
    ...who(item, values, keys),
    prompt_id: values.id("prompt.id"),
    source_object: place.object,
    source_message: place.message,
  };
}

/** Which client it was, and who sat before it. A device id is no person. */
export function who(
  item: LogItem | SpanItem | PointItem,
  values: Values,
  keys: KeptKeys,
): Pick<Common, "scope" | "client" | "client_version" | "entrypoint" | "session_id" | "device_id" | "person" | "labels"> {
  const user = values.id("user.id");
  const isDevice = user !== null && /^[0-9a-f]{64}$/.test(user);
  return {
    scope: item.scope.name.slice(0, 128),
    client: values.name("service.name"),
    client_version: values.name("service.version", "app.version"),
    entrypoint: values.name("app.entrypoint"),
    session_id: values.id("session.id", "gen_ai.conversation.id"),
    device_id: isDevice ? user : null,
    person: values.name("user.email")?.toLowerCase() ?? (isDevice ? null : user && foldAddress(user)),
    labels: values.labels(keys.isLabel),
  };
}

export const timeOf = (item: LogItem | SpanItem | PointItem): bigint => {
  if (item.kind === "point") return item.time;
  if (item.kind === "span") return item.end === 0n ? item.start : item.end;
  return item.time === 0n ? item.observed : item.time;
};

export const millis = (nanos: bigint): number => Number(nanos / 1_000_000n);

/** A span has its ids; an event is what it says, with the time at which it says it. */
function identityOf(item: LogItem | SpanItem): string {
  if (item.kind === "span" && item.traceId !== null && item.spanId !== null) return `${item.traceId}/${item.spanId}`;
  const words = [item.scope.name, item.name ?? "", String(timeOf(item)), item.traceId ?? "", item.spanId ?? ""];
  for (const attributes of [item.resource, item.attributes])
    for (const [key, value] of [...attributes].sort(([a], [b]) => (a < b ? -1 : 1)))
      words.push(`${key}=${typeof value}:${value}`);
  return createHash("sha256").update(words.join("\u0000")).digest("base64url").slice(0, 22);
}
