import { availableParallelism } from "node:os";
import { extname } from "node:path";
import { Worker } from "node:worker_threads";
import type { StrataConfig } from "../config/strata-config.ts";
import { addCounts, type IngestCounts, noCounts } from "../curated/counts.ts";
import type { Batch, IngestResult } from "../curated/ingest-objects.ts";

export interface ParallelIngest {
  /** A folder, or `s3://bucket`. */
  readonly source: string;
  readonly targetFolder: string;
  readonly config: StrataConfig;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

/** What a worker is told and what it answers. */
export type WorkerTask = Batch;
export type WorkerAnswer = { readonly result: IngestResult } | { readonly error: string };

/** Ingests batches on all cores; the result does not depend on how many there are. */
export async function ingestParallel(
  batches: readonly Batch[],
  setup: ParallelIngest,
  onProgress: (done: number, total: number, counts: IngestCounts) => void = () => undefined,
): Promise<IngestResult> {
  const results: IngestResult[] = [];
  const queue = batches.map((batch, index) => ({ batch, index }));
  let done = 0;
  let counts = noCounts();

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
        results[current] = answer.result;
        counts = addCounts(counts, answer.result.counts);
        done += 1;
        onProgress(done, batches.length, counts);
        next();
      });
      next();
    });

  const workers = Math.min(availableParallelism(), batches.length);
  await Promise.all(Array.from({ length: workers }, runWorker));
  return {
    counts,
    hours: [...new Set(results.flatMap((result) => result.hours))].sort((a, b) => a - b),
    failures: results.flatMap((result) => result.failures),
  };
}
