import { GlueClient } from "@aws-sdk/client-glue";
import { clientConfig } from "./client-options.ts";
import { setting } from "./deployment.ts";
import { readAllPlaces } from "./read-places.ts";
import type { S3Store } from "./s3-store.ts";

/** Where all partitions of a table lie, for what is kept by month (`keptAnswers`). */
export function catalogPlaces(store: S3Store): (table: string) => Promise<ReadonlyMap<string, string>> {
  const catalog = { glue: new GlueClient(clientConfig()), store, database: setting("database") };
  return (table) => readAllPlaces(catalog, table);
}
