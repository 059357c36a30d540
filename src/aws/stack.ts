import type { ObjectStore } from "../ports.ts";
import { AthenaWarehouse } from "./athena-warehouse.ts";
import { setting, topics } from "./deployment.ts";
import { S3Store } from "./s3-store.ts";
import { SnsSink } from "./sns-sink.ts";
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

export function stack(service: string): Stack {
  const own = telemetry(service);
  const data = new S3Store(setting("data"));
  const warehouse = new AthenaWarehouse({
    database: setting("database"),
    workgroup: setting("workgroup"),
    data: setting("data"),
    store: data,
    timeout: QUERY_TIMEOUT,
    onQuery: own.query,
  });
  return { telemetry: own, data, warehouse };
}

export const reportStore = (): ObjectStore => new S3Store(setting("reports"));

export const alertSink = (): SnsSink => new SnsSink({ topics: topics() });
