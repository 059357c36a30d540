import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { GetObjectCommand, ListObjectsV2Command, type S3Client } from "@aws-sdk/client-s3";

/** Every key of a bucket. */
export async function keysOf(s3: S3Client, Bucket: string, Prefix = ""): Promise<string[]> {
  const keys: string[] = [];
  let ContinuationToken: string | undefined;
  do {
    const page = await s3.send(new ListObjectsV2Command({ Bucket, Prefix, ...(ContinuationToken ? { ContinuationToken } : {}) }));
    for (const { Key = "" } of page.Contents ?? []) keys.push(Key);
    ContinuationToken = page.NextContinuationToken;
  } while (ContinuationToken !== undefined);
  return keys;
}

export async function bytesOf(s3: S3Client, Bucket: string, Key: string): Promise<Buffer> {
  const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }));
  return Buffer.from((await Body?.transformToByteArray()) ?? []);
}

/** The tables of a month's statement by name, as they were written to the reports bucket. */
export async function deployedStatement(s3: S3Client, bucket: string, month: string): Promise<Map<string, string>> {
  const prefix = `reports/month=${month}/`;
  const tables = new Map<string, string>();
  for (const key of await keysOf(s3, bucket, prefix))
    if (key.endsWith(".csv")) tables.set(key.slice(prefix.length), (await bytesOf(s3, bucket, key)).toString("utf8"));
  return tables;
}

/** The same in a data folder. */
export function localStatement(data: string, month: string): Map<string, string> {
  const folder = join(data, "reports", `month=${month}`);
  return new Map(
    readdirSync(folder)
      .filter((name) => name.endsWith(".csv"))
      .map((name) => [name, readFileSync(join(folder, name), "utf8")]),
  );
}
