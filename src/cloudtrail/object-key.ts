/**
 * What an object of a trail's bucket is, by its key (CloudTrail User Guide, "Finding your CloudTrail log files"); organisation trails have the
 * organisation's id before the account's. Digests, insights and what other services deliver to the same bucket are never opened. A file outside
 * that layout is taken by its ending.
 */
export function trailKindOf(key: string): string {
  const folder = /(?:^|\/)AWSLogs\/(?:o-[a-z0-9]{10,32}\/)?\d{12}\/([^/]+)\//.exec(key)?.[1];
  if (folder === "CloudTrail-Digest") return "digest";
  if (folder?.startsWith("CloudTrail-Insight")) return "insight";
  if (folder !== undefined && folder !== "CloudTrail") return "other_service";
  const name = key.slice(key.lastIndexOf("/") + 1);
  if (/_CloudTrail-Digest_/.test(name)) return "digest";
  if (/_CloudTrail-Insight_/.test(name)) return "insight";
  return /\.(?:json|jsonl|gz)$/i.test(name) && !/\.(?:csv|parquet|tar)\.gz$/i.test(name) ? "records" : "other";
}
