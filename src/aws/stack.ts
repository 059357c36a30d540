import { type AthenaOptions, AthenaWarehouse } from "./athena-warehouse.ts";
import { setting } from "./deployment.ts";
import { S3Store } from "./s3-store.ts";
import { type Telemetry, telemetry } from "./telemetry.ts";

/** The adapters of one function, from the variables that the stack sets. */
export interface Stack {
  readonly telemetry: Telemetry;
  /** Curated data. */
  readonly data: S3Store;
  readonly warehouse: AthenaWarehouse;
}

/** Athena waits at most this long for one query; the longest function may run for 15 minutes. */
const QUERY_TIMEOUT = 600_000;

/** @param swapPartitions for functions that replace tables */
export function stack(service: string, swapPartitions?: AthenaOptions["swapPartitions"]): Stack {
  const own = telemetry(service);
  const data = new S3Store(setting("data"));
  const warehouse = new AthenaWarehouse({
    database: setting("database"),
    workgroup: setting("workgroup"),
    data: setting("data"),
    store: data,
    timeout: QUERY_TIMEOUT,
    onQuery: own.query,
    ...(swapPartitions ? { swapPartitions } : {}),
  });
  return { telemetry: own, data, warehouse };
}
