import type { StrataConfig } from "../../src/config/strata-config.ts";

/** A place of logs or of a bill, as strata.yml names it. */
interface Named {
  readonly bucket: string;
  /** Without the slash at its end. */
  readonly prefix: string;
}

export interface Expected {
  readonly event: string;
  readonly match: boolean;
}

const LOG =
  "AWSLogs/111122223333/BedrockModelInvocationLogs/us-east-1/2026/11/29/08/20261129T080000123Z_0123456789abcdef.json.gz";
const MANIFEST = "bedrock-cur2/metadata/BILLING_PERIOD=2026-10/bedrock-cur2-Manifest.json";
const DATA = "bedrock-cur2/data/BILLING_PERIOD=2026-10/bedrock-cur2-00001.snappy.parquet";

/** An event as S3 sends it (S3 User Guide, "EventBridge event message structure"). */
const created = (bucket: string, key: string, rest: object = {}): string =>
  JSON.stringify({
    version: "0",
    id: "17793124-05d4-b198-2fde-7ededc63b103",
    "detail-type": "Object Created",
    source: "aws.s3",
    account: "111122223333",
    time: "2026-11-29T08:00:00Z",
    region: "us-east-1",
    resources: [`arn:aws:s3:::${bucket}`],
    detail: {
      version: "0",
      bucket: { name: bucket },
      object: { key, size: 5, etag: "b1946ac92492d2347c6235b4d2611184", sequencer: "00617F08299329D189" },
      "request-id": "N4N7GDK58NMKJ12R",
      requester: "bedrock.amazonaws.com",
      reason: "PutObject",
    },
    ...rest,
  });

const placesOf = (locations: readonly string[]): Named[] =>
  locations.flatMap((location) => {
    const [bucket = "", ...rest] = location.replace(/^s3:\/\//, "").split("/");
    return location.startsWith("s3://") ? [{ bucket, prefix: rest.join("/").replace(/\/$/, "") }] : [];
  });

/** What must reach the queue for these places and what must not, told without the code that makes patterns. */
export const logEvents = ({ sources }: StrataConfig): Expected[] => expected(placesOf(sources.logs), [LOG], []);

/** Likewise the manifests that start reconcile. */
export const billEvents = ({ sources }: StrataConfig): Expected[] => expected(placesOf(sources.cur), [MANIFEST], [DATA]);

function expected(places: readonly Named[], wanted: readonly string[], unwanted: readonly string[]): Expected[] {
  const whole = new Set(places.filter(({ prefix }) => prefix === "").map(({ bucket }) => bucket));
  return places.flatMap(({ bucket, prefix }) => {
    const base = prefix === "" ? "" : `${prefix}/`;
    const neighbours = whole.has(bucket) ? [] : [`${prefix}-eu/`, `${prefix}x/`, `x/${base}`, base.slice(1), ""];
    return [
      ...wanted.map((key) => ({ event: created(bucket, base + key), match: true })),
      ...unwanted.map((key) => ({ event: created(bucket, base + key), match: false })),
      ...neighbours
        .filter((other) => !places.some((place) => place.bucket === bucket && other.startsWith(`${place.prefix}/`)))
        .map((other) => ({ event: created(bucket, other + (wanted[0] ?? "")), match: false })),
      ...wanted.flatMap((key) => [
        { event: created(`${bucket}-other`, base + key), match: false },
        { event: created(bucket, base + key, { "detail-type": "Object Deleted" }), match: false },
        { event: created(bucket, base + key, { source: "custom.s3" }), match: false },
      ]),
    ];
  });
}
