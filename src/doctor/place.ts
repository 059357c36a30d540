import type { Place } from "./account-view.ts";

/** `s3://bucket/prefix` → bucket and prefix; undefined for a folder. */
export function placeOf(location: string): Place | undefined {
  const match = /^s3:\/\/([^/]+)(?:\/(.*))?$/s.exec(location);
  if (!match) return undefined;
  const prefix = match[2] ?? "";
  return { bucket: match[1] ?? "", prefix: prefix === "" || prefix.endsWith("/") ? prefix : `${prefix}/` };
}

/** Bedrock takes a prefix with or without the slash at its end. */
export const targetPlace = (target: { readonly bucketName: string; readonly keyPrefix?: string }): Place =>
  placeOf(`s3://${target.bucketName}/${target.keyPrefix ?? ""}`) ?? { bucket: target.bucketName, prefix: "" };

export const nameOf = ({ bucket, prefix }: Place): string =>
  `s3://${bucket}${prefix === "" ? "" : `/${prefix.replace(/\/$/, "")}`}`;

/** Whether what lies at `inner` is read when `outer` is. */
export const covers = (outer: Place, inner: Place): boolean =>
  outer.bucket === inner.bucket && inner.prefix.startsWith(outer.prefix);
