import { type AthenaOptions, AthenaWarehouse } from "./athena-warehouse.ts";
import { setting } from "./deployment.ts";
import { S3Store } from "./s3-store.ts";
import { type Telemetry, telemetry } from "./telemetry.ts";
import { type LambdaContext, timeLeft } from "./time-left.ts";

/** The adapters of one function, from the variables that the stack sets. */
export interface Stack {
  readonly telemetry: Telemetry;
  /** Curated data. */
  readonly data: S3Store;
  readonly warehouse: AthenaWarehouse;
  /** Milliseconds that this run still has for its work. */
  readonly timeLeft: () => number;
}

/** One query never takes longer, however much time its function has. */
const QUERY_TIMEOUT = 600_000;

/** @param swapPartitions for functions that replace tables */
export function stack(service: string, context?: LambdaContext, swapPartitions?: AthenaOptions["swapPartitions"]): Stack {
  const own = telemetry(service);
  const left = timeLeft(context);
  const data = new S3Store(setting("data"));
  const warehouse = new AthenaWarehouse({
    database: setting("database"),
    workgroup: setting("workgroup"),
    data: setting("data"),
    store: data,
    timeout: QUERY_TIMEOUT,
    timeLeft: left,
    onQuery: own.query,
    ...(swapPartitions ? { swapPartitions } : {}),
  });
  return { telemetry: own, data, warehouse, timeLeft: left };
}
