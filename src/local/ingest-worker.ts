import { parentPort, workerData } from "node:worker_threads";
import { messageOf } from "../errors.ts";
import { batchReader } from "./batch-reader.ts";
import type { WorkerAnswer, WorkerTask } from "./ingest-parallel.ts";

const read = batchReader(workerData);

parentPort?.on("message", (batch: WorkerTask) => {
  read(batch).then(
    (result) => parentPort?.postMessage({ result } satisfies WorkerAnswer),
    (error: unknown) => parentPort?.postMessage({ error: messageOf(error) } satisfies WorkerAnswer),
  );
});
