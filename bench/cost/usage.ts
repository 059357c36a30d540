import type { Counted } from "../../test/deploy/front/counter.ts";
import list from "./list-prices.data.json" with { type: "json" };

type Unit = keyof typeof list.prices;
/** How much of what AWS bills. */
export type Usage = Readonly<Partial<Record<Unit, number>>>;

export const NOTHING: Usage = {};

const units = Object.keys(list.prices) as Unit[];

export function plus(...all: readonly Usage[]): Usage {
  return Object.fromEntries(
    units.flatMap((unit) => {
      const sum = all.reduce((total, usage) => total + (usage[unit] ?? 0), 0);
      return sum === 0 ? [] : [[unit, sum]];
    }),
  );
}

export const times = (usage: Usage, factor: number): Usage =>
  Object.fromEntries(Object.entries(usage).map(([unit, amount]) => [unit, amount * factor]));

export const minus = (usage: Usage, other: Usage): Usage => plus(usage, times(other, -1));

/** Dollars at list prices. */
export const dollars = (usage: Usage): number => units.reduce((sum, unit) => sum + (usage[unit] ?? 0) * list.prices[unit].usd, 0);

const S3_WRITES = new Set([
  "CompleteMultipartUpload",
  "CopyObject",
  "CreateMultipartUpload",
  "ListObjects",
  "ListObjectVersions",
  "PutObject",
  "PutObjectTagging",
  "UploadPart",
]);
const S3_FREE = new Set(["AbortMultipartUpload", "DeleteObject", "DeleteObjects"]);
/** A message or request of more is counted as several. Bytes. */
const CHUNK = 65_536;
/** Models that Bedrock's own counts are read of; a search returns a metric for each. */
const MODELS = 10;
const COUNTS_READ = 3;

/**
 * What one request is billed as.
 * @throws Error for a service that the list of prices does not know
 */
export function usageOf({ service, operation }: Counted, bytes: number): Usage {
  switch (service) {
    case "s3":
      return S3_FREE.has(operation) ? NOTHING : S3_WRITES.has(operation) ? { s3_write: 1 } : { s3_read: 1 };
    case "sqs":
      return { sqs_request: Math.max(1, Math.ceil(bytes / CHUNK)) };
    case "sns":
      return { sns_publish: Math.max(1, Math.ceil(bytes / CHUNK)) };
    case "glue":
      return { glue_request: 1 };
    case "monitoring":
      return { metric_read: MODELS * COUNTS_READ };
    // Executions are billed by what they scan (athena-usage.ts).
    case "athena":
    // Bedrock's control plane and the Price List API cost nothing.
    case "bedrock":
    case "pricing":
      return NOTHING;
    default:
      throw new Error(`sim:cost: no price for requests to ${service} (${operation})`);
  }
}
