import { GetPartitionsCommand, type GlueClient } from "@aws-sdk/client-glue";
import { asking } from "./failure.ts";
import type { S3Store } from "./s3-store.ts";

export interface Catalog {
  readonly glue: GlueClient;
  readonly store: S3Store;
  readonly database: string;
}

/** Where the days of a table lie, as the Glue catalog says: folders of the store, with a slash at their ends. */
export async function readPlaces(
  catalog: Catalog,
  table: string,
  first: string,
  last?: string,
): Promise<ReadonlyMap<string, string>> {
  const found = await partitions(catalog, table, `dt >= '${first}'${last === undefined ? "" : ` and dt <= '${last}'`}`);
  return new Map([...found].filter(([day]) => day >= first && (last === undefined || day <= last)));
}

/** All of them, by day or month: two or three requests for years of days. */
export const readAllPlaces = (catalog: Catalog, table: string): Promise<ReadonlyMap<string, string>> =>
  partitions(catalog, table);

async function partitions({ glue, store, database }: Catalog, table: string, expression?: string): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  const start = `${store.name}/`;
  let NextToken: string | undefined;
  do {
    const page = await asking("glue", `reading partitions of ${table}`, table, () =>
      glue.send(
        new GetPartitionsCommand({
          DatabaseName: database,
          TableName: table,
          ...(expression === undefined ? {} : { Expression: expression }),
          ExcludeColumnSchema: true,
          ...(NextToken === undefined ? {} : { NextToken }),
        }),
      ),
    );
    for (const { Values: [value = ""] = [], StorageDescriptor } of page.Partitions ?? []) {
      const place = StorageDescriptor?.Location ?? "";
      if (place.startsWith(start)) found.set(value, place.slice(start.length));
    }
    NextToken = page.NextToken;
  } while (NextToken !== undefined);
  return found;
}
