/**
 * What an object of a trail's bucket is, by its key (CloudTrail User Guide, "Finding your CloudTrail log files"); organisation trails have the
 * organisation's id before the account's. Digests, insights and what other services deliver to the same bucket are never opened. A file outside
 * that layout is taken by its ending.
 */
export function trailKindOf(key: string): string {
  const name = key.slice(key.lastIndexOf("/") + 1);
  // Keys that are read from a prefix on lack what stands before it: the file's own name says the service, too.
  const service =
    /(?:^|\/)AWSLogs\/(?:o-[a-z0-9]{10,32}\/)?\d{12}\/([^/]+)\//.exec(key)?.[1] ??
    /^\d{12}_([A-Za-z][A-Za-z-]*)_/.exec(name)?.[1];
  if (service === "CloudTrail-Digest") return "digest";
  if (service?.startsWith("CloudTrail-Insight")) return "insight";
  if (service !== undefined && service !== "CloudTrail") return "other_service";
  return /\.(?:json|jsonl|gz)$/i.test(name) && !/\.(?:csv|parquet|tar)\.gz$/i.test(name) ? "records" : "other";
}
