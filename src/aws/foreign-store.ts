import { setting } from "./deployment.ts";
import { S3Store } from "./s3-store.ts";

/**
 * A bucket that somebody else fills, and whose it must be: the account that deploy.bucket_owners names, else the stack's own. A name that
 * was given up and made again by a stranger is then refused (S3 User Guide, "Verifying bucket ownership with bucket owner condition").
 * @param location `s3://bucket` or `s3://bucket/prefix`
 */
export function foreignStore(location: string, owners: Readonly<Record<string, string>>): S3Store {
  const bucket = /^s3:\/\/([^/]+)/.exec(location)?.[1] ?? "";
  return new S3Store(location, { owner: Object.hasOwn(owners, bucket) ? (owners[bucket] ?? "") : setting("account") });
}

/** Such buckets by name, each opened once. */
export function foreignBuckets(owners: Readonly<Record<string, string>>): (bucket: string) => S3Store {
  const stores = new Map<string, S3Store>();
  return (bucket) => {
    const store = stores.get(bucket) ?? foreignStore(`s3://${bucket}`, owners);
    stores.set(bucket, store);
    return store;
  };
}
