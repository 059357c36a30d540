import { BedrockClient } from "@aws-sdk/client-bedrock";
import { afterAll, beforeAll, expect, it } from "vitest";
import { BatchJobs, JOBS_FOLDER } from "../../src/aws/batch-jobs.ts";
import type { ObjectInfo } from "../../src/ports.ts";
import { MemoryStore } from "../ingest/memory-store.ts";
import { clientFor, json, jsonError, StubService } from "./stub-service.ts";

const JOB = "abcdef123456";
const OUTPUT = `out/${JOB}/a.jsonl.out`;
let stub: StubService;
beforeAll(async () => {
  stub = await StubService.start();
});
afterAll(() => stub.stop());

function jobs(store: MemoryStore, clock = { now: () => 0 }) {
  const failures: string[] = [];
  const made = new BatchJobs({
    store: () =>
      Object.assign(store, {
        info: (key: string) => MemoryStore.prototype.info.call(store, key) as ObjectInfo & Promise<ObjectInfo>,
      }),
    clock,
    client: new BedrockClient({ ...clientFor(stub.endpoint), maxAttempts: 1 }),
    onFailure: (error) => failures.push(error instanceof Error ? error.message : String(error)),
  });
  return { made, failures };
}
const answer = (status: string) =>
  json({
    jobArn: `arn:aws:bedrock:us-east-1:111122223333:model-invocation-job/${JOB}`,
    modelId: "amazon.nova-lite-v1:0",
    roleArn: "arn:aws:iam::111122223333:role/BatchRole",
    status,
    submitTime: "2026-10-05T01:00:00Z",
    ...(status === "Completed" ? { endTime: "2026-10-05T03:00:00Z" } : {}),
  });

it("asks until a job has ended, then never again, also in a new process", async () => {
  const store = new MemoryStore();
  stub.on((_, count) => answer(count === 1 ? "InProgress" : "Completed"));
  const { made } = jobs(store);
  for (let times = 0; times < 4; times += 1) await made.describe(OUTPUT);
  expect(stub.requests).toHaveLength(2);
  await jobs(store).made.describe(`out/${JOB}/manifest.json.out`);
  expect(stub.requests).toHaveLength(2);
  expect(Buffer.from(store.objects.get(`${JOBS_FOLDER}/${JOB}.json`) ?? "").toString()).toContain('"status": "Completed"');
  expect([...store.objects.keys()].filter((key) => key.startsWith("batch_records/dt=2026-10-05/"))).toEqual([
    `batch_records/dt=2026-10-05/job-${JOB}-0000.parquet`,
  ]);
});

it("describes what it may not ask, asks again after ten minutes, and leaves descriptions in files alone", async () => {
  let now = 0;
  const { made, failures } = jobs(new MemoryStore(), { now: () => now });
  stub.on(() => jsonError("ResourceNotFoundException", "no such job", 404));
  await made.describe(OUTPUT);
  await made.describe(OUTPUT);
  expect(failures).toEqual([expect.stringContaining(`describing the batch inference job ${JOB} failed`)]);
  now = 600_000;
  await made.describe(OUTPUT);
  expect(failures).toHaveLength(2);
  await made.describe(`out/${JOB}/description.json`);
  await made.describe("out/a.jsonl.out");
  expect(stub.requests).toHaveLength(2);
});
