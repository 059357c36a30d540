import { parseInstant } from "../time.ts";

/** What an object is, told from its key alone. Only `log` objects hold invocation records. */
export type KeyKind = "log" | "body" | "media" | "permission-check" | "data-exports-test" | "other";

export interface ObjectKey {
  readonly kind: KeyKind;
  /** From the AWS layout; absent for files that lie elsewhere. */
  readonly accountId?: string;
  readonly region?: string;
  /** Milliseconds, from the file name `YYYYMMDDThhmmssSSSZ_<hex>`: when Bedrock wrote the object. */
  readonly deliveredAt?: number;
}

// [prefix/]AWSLogs/<account>/BedrockModelInvocationLogs/<region>/YYYY/MM/DD/HH/<rest>. The prefix is greedy, so that the
// last match counts: a customer's own prefix may contain any of these words, `data/` and `AWSLogs/` included.
const LAYOUT =
  /^(?:.*\/)?AWSLogs\/(\d{12})\/BedrockModelInvocationLogs\/([a-z0-9-]+)\/(?:\d{4}\/\d{2}\/\d{2}\/\d{2}\/)?([^/].*)$/s;
/** The same tail after somebody copied only a part of the tree. */
const HOUR_FOLDER = /^(?:.*\/)?\d{4}\/\d{2}\/\d{2}\/\d{2}\/([^/].*)$/s;
const STAMP = /^(\d{4})(\d{2})(\d{2})T(\d{2})(\d{2})(\d{2})(\d{3})Z_/;
const LOOSE_BODY = /(?:^|\/)data\/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}_(?:input|output)\.json(?:\.gz)?$/i;
const BODY_NAME = /\.json(?:\.gz)?$/i;
const LOG_NAME = /\.(?:json|jsonl|ndjson|log|gz)$/i;
/** Ends like a log but is something else that people keep beside logs: bill exports, archives, export manifests. */
const NOT_A_LOG = /(?:\.(?:csv|parquet|tar|sql|xml|txt|pdf)\.gz|manifest\.json)$/i;

/**
 * Tells what an object is from its decoded key (data-sources §2; also for plain files outside the AWS layout, by their ending).
 * `data/` means an off-loaded body only directly after the hour folder.
 */
export function classifyKey(key: string): ObjectKey {
  const name = key.slice(key.lastIndexOf("/") + 1);
  if (name.startsWith("amazon-bedrock-logs-permission-check")) return { kind: "permission-check", ...place(key) };
  if (name === "aws-programmatic-access-test-object") return { kind: "data-exports-test" };

  const tail = LAYOUT.exec(key)?.[3] ?? HOUR_FOLDER.exec(key)?.[1];
  if (tail?.startsWith("data/")) return { kind: BODY_NAME.test(name) ? "body" : "media", ...place(key) };
  if (tail === undefined && LOOSE_BODY.test(key)) return { kind: "body" };
  if (!LOG_NAME.test(name) || NOT_A_LOG.test(name)) return { kind: "other", ...place(key) };
  return { kind: "log", ...place(key), ...delivery(name) };
}

/** Whether an object is read for invocation records: by its name, or because somebody looked into it. */
export const isLog = ({ key, holdsLogs }: { readonly key: string; readonly holdsLogs?: boolean }): boolean =>
  holdsLogs === true || classifyKey(key).kind === "log";

function place(key: string): { accountId?: string; region?: string } {
  const match = LAYOUT.exec(key);
  return match?.[1] === undefined || match[2] === undefined ? {} : { accountId: match[1], region: match[2] };
}

function delivery(name: string): { deliveredAt?: number } {
  const match = STAMP.exec(name);
  if (!match) return {};
  const [, year, month, day, hour, minute, second, millis] = match;
  const deliveredAt = parseInstant(`${year}-${month}-${day}T${hour}:${minute}:${second}.${millis}Z`);
  return deliveredAt === undefined ? {} : { deliveredAt };
}
