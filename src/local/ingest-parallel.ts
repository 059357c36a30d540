import { availableParallelism } from "node:os";
import { extname } from "node:path";
import { Worker } from "node:worker_threads";
import { addCounts, type IngestCounts, noCounts } from "../curated/counts.ts";
import type { Batch, IngestResult } from "../curated/ingest-objects.ts";
import { batchReader, type ReaderSetup } from "./batch-reader.ts";

/** Bytes, as stored, for which a worker would take longer to start than to read. */
const FEW_BYTES = 1_000_000;

/** What a worker is told and what it answers. */
export type WorkerTask = Batch;
export type WorkerAnswer = { readonly result: IngestResult } | { readonly error: string };

/** Ingests batches on all cores; the result does not depend on how many there are. */
export async function ingestParallel(
  batches: readonly Batch[],
  setup: ReaderSetup,
  onProgress: (done: number, total: number, counts: IngestCounts) => void = () => undefined,
): Promise<IngestResult> {
  const results: IngestResult[] = [];
  const queue = batches.map((batch, index) => ({ batch, index }));
  let done = 0;
  let counts = noCounts();
  const finished = (index: number, result: IngestResult): void => {
    results[index] = result;
    counts = addCounts(counts, result.counts);
    done += 1;
    onProgress(done, batches.length, counts);
  };

  const runHere = async (): Promise<void> => {
    const read = batchReader(setup);
    for (const { batch, index } of queue) finished(index, await read(batch));
  };

  const runWorker = (): Promise<void> =>
    new Promise((resolve, reject) => {
      const worker = new Worker(new URL(`./ingest-worker${extname(import.meta.filename)}`, import.meta.url), {
        workerData: setup,
        // Records are short-lived: a larger nursery saves a tenth of the time.
        resourceLimits: { maxYoungGenerationSizeMb: 64 },
      });
      let current = -1;
      const next = (): void => {
        const task = queue.shift();
        if (!task) {
          void worker.terminate().then(() => resolve());
          return;
        }
        current = task.index;
        worker.postMessage(task.batch satisfies WorkerTask);
      };
      worker.on("error", reject);
      worker.on("message", (answer: WorkerAnswer) => {
        if ("error" in answer) {
          void worker.terminate().then(() => reject(new Error(answer.error)));
          return;
        }
        finished(current, answer.result);
        next();
      });
      next();
    });

  const bytes = batches.reduce((sum, { objects }) => objects.reduce((part, { size }) => part + size, sum), 0);
  const workers = Math.min(availableParallelism(), batches.length);
  if (bytes < FEW_BYTES) await runHere();
  else await Promise.all(Array.from({ length: workers }, runWorker));
  return {
    counts,
    hours: [...new Set(results.flatMap((result) => result.hours))].sort((a, b) => a - b),
    failures: results.flatMap((result) => result.failures),
  };
}
