import type { BedrockClient, GetModelInvocationJobCommandOutput } from "@aws-sdk/client-bedrock";
import { batchReader } from "../batch/batch-reader.ts";
import { batchObjectOf } from "../batch/object-key.ts";
import { InputError } from "../errors.ts";
import { jsonOf } from "../json-of.ts";
import type { Clock, ObjectInfo, ObjectStore } from "../ports.ts";
import { ingestSource } from "../sources/ingest-source.ts";
import { HOUR_MS } from "../time.ts";
import { clientConfig } from "./client-options.ts";
import { awsError } from "./failure.ts";

/** What Bedrock said of each job, as files that batch inference is read from anyway. */
export const JOBS_FOLDER = "batch-jobs";
/** A job that cannot be described is asked for again after this. */
const ASK_AGAIN_MS = HOUR_MS / 6;
/** States that do not end a job (Bedrock API Reference, GetModelInvocationJob). */
const UNDER_WAY = new Set(["Submitted", "Validating", "Scheduled", "InProgress", "Stopping"]);
const HINT =
  "Model and role of its tokens are unknown until then. Allow bedrock:GetModelInvocationJob; for a job of another account or region put what aws bedrock get-model-invocation-job prints beside its output, as .json.";

type Store = ObjectStore & { info(key: string): Promise<ObjectInfo> };

export interface BatchJobsOptions {
  /** Where answers are kept: the curated bucket. */
  readonly store: () => Store;
  readonly clock: Clock;
  /** Why a job could not be described. */
  readonly onFailure: (error: unknown) => void;
  /** Given by the tests. */
  readonly client?: BedrockClient;
}

/** Descriptions of batch inference jobs of the stack's account and region, from Bedrock: asked once a job has ended, and kept. */
export class BatchJobs {
  readonly #options: BatchJobsOptions;
  readonly #done = new Set<string>();
  readonly #askAgain = new Map<string, number>();
  #client: BedrockClient | undefined;

  constructor(options: BatchJobsOptions) {
    this.#options = options;
    this.#client = options.client;
  }

  /** Writes the description's row of the job that an object belongs to. What fails is told and asked again with the job's next object: tokens are never lost over it. */
  async describe(key: string): Promise<void> {
    const { kind, jobId = null } = batchObjectOf(key) ?? {};
    const { clock, onFailure } = this.#options;
    if (kind === "job" || jobId === null || this.#done.has(jobId) || clock.now() < (this.#askAgain.get(jobId) ?? 0)) return;
    try {
      if (await this.#land(jobId)) this.#done.add(jobId);
    } catch (error) {
      this.#askAgain.set(jobId, clock.now() + ASK_AGAIN_MS);
      onFailure(error);
    }
  }

  /** @returns whether the job has ended, so that nothing more will be said of it */
  async #land(jobId: string): Promise<boolean> {
    const store = this.#options.store();
    const key = `${JOBS_FOLDER}/${jobId}.json`;
    const kept = await store.readAll(key);
    let answer = kept === undefined ? undefined : statusOf(kept.bytes);
    if (answer === undefined || UNDER_WAY.has(answer)) {
      const asked = await this.#ask(jobId);
      answer = asked.status ?? "";
      await store.write(key, `${JSON.stringify(asked, null, 1)}\n`);
    }
    // Also for what was kept: the run that kept it may have ended before the row was written.
    const [failure] = (
      await ingestSource(
        { name: `job-${jobId}`, objects: [await store.info(key)] },
        { reader: batchReader, source: store, target: store },
      )
    ).failures;
    if (failure) throw new InputError(failure.object, failure.message);
    return !UNDER_WAY.has(answer);
  }

  async #ask(jobId: string) {
    // Loaded when a job is met: it would be most of the function's start.
    const { BedrockClient, GetModelInvocationJobCommand } = await import("@aws-sdk/client-bedrock");
    this.#client ??= new BedrockClient(clientConfig());
    try {
      return described(await this.#client.send(new GetModelInvocationJobCommand({ jobIdentifier: jobId })));
    } catch (error) {
      const { message } = awsError("bedrock", `describing the batch inference job ${jobId}`, jobId, error);
      throw new InputError(jobId, message, { hint: HINT, cause: error });
    }
  }
}

/** What is kept of a description: no place of inputs, no message, nothing that somebody wrote but the job's name. */
const described = ({
  jobArn,
  jobName,
  modelId,
  roleArn,
  status,
  submitTime,
  lastModifiedTime,
  endTime,
}: Omit<GetModelInvocationJobCommandOutput, "$metadata">) => ({
  jobArn,
  jobName,
  modelId,
  roleArn,
  status,
  submitTime: submitTime?.toISOString(),
  lastModifiedTime: lastModifiedTime?.toISOString(),
  endTime: endTime?.toISOString(),
});

function statusOf(bytes: Uint8Array): string | undefined {
  const { status }: { readonly status?: unknown } = Object(jsonOf(bytes));
  return typeof status === "string" ? status : undefined;
}
