import { parentPort, workerData } from "node:worker_threads";
import { curator } from "../curated/curator.ts";
import { ingestObjects } from "../curated/ingest-objects.ts";
import { messageOf } from "../errors.ts";
import { FolderStore } from "./folder-store.ts";
import type { ParallelIngest, WorkerAnswer, WorkerTask } from "./ingest-parallel.ts";

const setup: ParallelIngest = workerData;
const options = {
  source: new FolderStore(setup.sourceFolder),
  target: new FolderStore(setup.targetFolder),
  curator: curator(setup.config),
  from: setup.from,
  to: setup.to,
};

parentPort?.on("message", (batch: WorkerTask) => {
  ingestObjects(batch, options).then(
    (result) => parentPort?.postMessage({ result } satisfies WorkerAnswer),
    (error: unknown) => parentPort?.postMessage({ error: messageOf(error) } satisfies WorkerAnswer),
  );
});
