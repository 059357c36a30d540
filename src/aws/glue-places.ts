import { GetPartitionsCommand, type GlueClient } from "@aws-sdk/client-glue";
import { asking } from "./failure.ts";
import { swapPartitions } from "./partition-swap.ts";
import type { S3Store } from "./s3-store.ts";

/** Where the days of tables lie, as the Glue catalog says. */
export function gluePlaces({
  glue,
  store,
  database,
}: {
  readonly glue: GlueClient;
  readonly store: S3Store;
  readonly database: string;
}) {
  return {
    async read(table: string, first: string, last?: string): Promise<ReadonlyMap<string, string>> {
      const found = new Map<string, string>();
      const start = `${store.name}/`;
      let NextToken: string | undefined;
      do {
        const page = await asking("glue", `reading partitions of ${table}`, table, () =>
          glue.send(
            new GetPartitionsCommand({
              DatabaseName: database,
              TableName: table,
              Expression: `dt >= '${first}'${last === undefined ? "" : ` and dt <= '${last}'`}`,
              ExcludeColumnSchema: true,
              ...(NextToken === undefined ? {} : { NextToken }),
            }),
          ),
        );
        for (const { Values: [day = ""] = [], StorageDescriptor } of page.Partitions ?? []) {
          const place = StorageDescriptor?.Location ?? "";
          if (place.startsWith(start) && day >= first && (last === undefined || day <= last))
            found.set(day, place.slice(start.length));
        }
        NextToken = page.NextToken;
      } while (NextToken !== undefined);
      return found;
    },
    async point(table: string, folder: string, days: readonly string[]): Promise<void> {
      await swapPartitions(glue, { store, database, table, key: "dt", folder, values: days });
    },
  };
}
