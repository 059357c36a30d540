import type { AthenaClient } from "@aws-sdk/client-athena";
import type { GlueClient } from "@aws-sdk/client-glue";
import { queryFile } from "../query/files.ts";
import { viewsInOrder } from "../query/views-in-order.ts";
import { tables } from "../tables/index.ts";
import { saveQueries } from "./athena-saved.ts";
import type { AthenaWarehouse } from "./athena-warehouse.ts";
import { GlueCatalog } from "./glue-catalog.ts";

export interface BuildCatalogOptions {
  readonly warehouse: AthenaWarehouse;
  readonly database: string;
  readonly workgroup: string;
  /** `s3://bucket` or `s3://bucket/prefix` */
  readonly data: string;
  readonly glue?: GlueClient;
  readonly athena?: AthenaClient;
}

/** Database, tables, views, saved queries, in this order. Running it again changes nothing. @returns what was done, one sentence each */
export async function buildCatalog(options: BuildCatalogOptions): Promise<string[]> {
  const { warehouse, database, workgroup } = options;
  const catalog = new GlueCatalog({
    database,
    data: `${options.data.replace(/\/$/, "")}/`,
    ...(options.glue ? { glue: options.glue } : {}),
  });
  const done = await catalog.ensure(tables());
  for (const name of viewsInOrder()) {
    await warehouse.define(name, `create or replace view ${name.slice("views/".length)} as\n${queryFile(name).sql}`);
  }
  done.push(`made ${viewsInOrder().length} views`);
  done.push(...(await saveQueries({ database, workgroup, ...(options.athena ? { athena: options.athena } : {}) })));
  return done;
}
