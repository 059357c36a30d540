import type { TrinoFiles } from "../../../scripts/trino/install-trino.ts";
import { startTrino, type TrinoServer } from "../../../scripts/trino/start-trino.ts";
import { ACCOUNT, REGION } from "../clients.ts";

/** As Athena calls it. */
export const CATALOG = "awsdatacatalog";

/**
 * Trino as Athena runs it: the metastore is Glue, the files are objects, partitions are projected, and a statement writes into 100 partitions at
 * most (Athena, "CREATE TABLE AS": 100 partitions).
 * @param endpoint where Glue and S3 are
 */
export const startEngine = (java: string, files: TrinoFiles, work: string, endpoint: string): Promise<TrinoServer> =>
  startTrino({
    java,
    files,
    work,
    catalog: {
      name: CATALOG,
      properties: {
        "hive.metastore": "glue",
        "hive.metastore.glue.region": REGION,
        "hive.metastore.glue.endpoint-url": endpoint,
        "hive.metastore.glue.aws-access-key": ACCOUNT,
        "hive.metastore.glue.aws-secret-key": "test",
        "fs.native-s3.enabled": "true",
        "s3.endpoint": endpoint,
        "s3.region": REGION,
        "s3.path-style-access": "true",
        "s3.aws-access-key": ACCOUNT,
        "s3.aws-secret-key": "test",
        "hive.non-managed-table-creates-enabled": "true",
        "hive.partition-projection-enabled": "true",
        "hive.max-partitions-per-writers": "100",
      },
    },
  });
