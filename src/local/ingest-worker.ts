import { parentPort, workerData } from "node:worker_threads";
import { curator } from "../curated/curator.ts";
import { ingestObjects } from "../curated/ingest-objects.ts";
import { messageOf } from "../errors.ts";
import { FolderStore } from "./folder-store.ts";
import type { ParallelIngest, WorkerAnswer, WorkerTask } from "./ingest-parallel.ts";
import { openSource } from "./open-source.ts";

const setup: ParallelIngest = workerData;
const openBatch = openSource(setup.source);
const options = {
  target: new FolderStore(setup.targetFolder),
  curator: curator(setup.config),
  from: setup.from,
  to: setup.to,
};

const ingest = async (batch: WorkerTask) => ingestObjects(batch, { ...options, source: (await openBatch)(batch.objects) });

parentPort?.on("message", (batch: WorkerTask) => {
  ingest(batch).then(
    (result) => parentPort?.postMessage({ result } satisfies WorkerAnswer),
    (error: unknown) => parentPort?.postMessage({ error: messageOf(error) } satisfies WorkerAnswer),
  );
});
