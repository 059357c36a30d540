import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { json, jsonError, type StubAnswer, type StubRequest } from "../aws/stub-service.ts";
import { logged } from "../sources/company.ts";
import { type Bundles, openBundles, redriven } from "./bundles.ts";
import { FULL } from "./full-config.ts";
import { statements } from "./template-checks.ts";

vi.setConfig({ testTimeout: 300_000, hookTimeout: 600_000 });

/** The shipped bundles of a stack that reads trails, batch output and Kiro, over the samples with planted texts of prompts. */
const SAMPLES = join(import.meta.dirname, "../fixtures/samples");
const sample = (name: string): Buffer => readFileSync(join(SAMPLES, name));
const CANARY = "zq-planted-prompt";
const LOG =
  "AWSLogs/111122223333/BedrockModelInvocationLogs/us-east-1/2026/10/05/14/20261005T141500000Z_0000000000000001.json.gz";
const ORG = "AWSLogs/o-exampleorgid/111122223333";
const TRAIL = `${ORG}/CloudTrail/us-east-1/2026/10/05/111122223333_CloudTrail_us-east-1_20261005T1420Z_AbCdEfGhIjKlMnOp.json.gz`;
const CUT = TRAIL.replace("AbCdEfGhIjKlMnOp", "cut");
const REPORTS = "user-activity-reports/AWSLogs/111122223333/KiroLogs";
const CLI = "KIRO_CLI_111122223333_user_report_202607100000.csv";
const REPORT = `${REPORTS}/user_report/us-east-1/2026/07/10/00/${CLI}`;
const JOB = "abcdef123456";
const [INVOKE, CONVERSE, MANIFEST] = ["a.jsonl.out", "b.jsonl.out", "manifest.json.out"].map((name) => `out/${JOB}/${name}`);
const UNKNOWN_JOB = "out/zzzzzz999999/a.jsonl.out";
const BATCHES = [INVOKE, CONVERSE, MANIFEST].flatMap((key) => key ?? []);

/** Who he is, Kiro's report says; another one a file does. */
const BEHALF = {
  userId: "d-9067example.0A1B2C3D-00a1-70cd-1caf-57794fdc0001",
  identityStoreArn: "arn:aws:identitystore::111122223333:identitystore/d-9067example",
};
const USERS = join(mkdtempSync(join(tmpdir(), "strata-users-")), "users.json");
writeFileSync(USERS, '{"d-9067example.0A1B2C3D-00a1-70cd-1caf-57794fdc9999": "Zoe@Example.com"}');

/** Jobs that Bedrock was asked for. */
const asked: string[] = [];
function bedrock({ path }: StubRequest): StubAnswer | undefined {
  const id = /^\/model-invocation-job\/(\w+)$/.exec(path)?.[1];
  if (id === undefined) return undefined;
  asked.push(id);
  if (id !== JOB) return jsonError("AccessDeniedException", "not allowed", 403);
  return json({
    jobArn: `arn:aws:bedrock:us-east-1:111122223333:model-invocation-job/${JOB}`,
    jobName: "nightly",
    modelId: "anthropic.claude-sonnet-4-6",
    roleArn: "arn:aws:iam::111122223333:role/service/BatchRole",
    status: "Completed",
    message: CANARY,
    submitTime: "2026-10-05T01:00:00Z",
    endTime: "2026-10-05T03:00:00Z",
    inputDataConfig: { s3InputDataConfig: { s3Uri: `s3://in/${CANARY}` } },
  });
}

/** The sample's events with texts where a caller can put some. */
function trail(): Buffer {
  const { Records } = JSON.parse(sample("cloudtrail/events.json").toString("utf8"));
  const planted = Records.map((event: { userIdentity?: object; requestParameters?: object; additionalEventData?: object }) => ({
    ...event,
    userIdentity: { ...event.userIdentity, onBehalfOf: BEHALF },
    requestParameters: {
      ...event.requestParameters,
      messages: [{ content: CANARY }],
      prompt: CANARY,
      system: CANARY,
      body: CANARY,
    },
    additionalEventData: { ...event.additionalEventData, prompt: CANARY },
    errorMessage: CANARY,
  }));
  return Buffer.from(JSON.stringify({ Records: planted }));
}

let bundles: Bundles;
const said: string[] = [];
const run = async (name: string, event: unknown) => {
  const done = await bundles.invoke(name, event);
  said.push(done.log);
  return done.result;
};

beforeAll(async () => {
  bundles = await openBundles({
    config: FULL.replace("  retention_days:", `  identity_users: [${USERS}]\n  retention_days:`),
    names: ["catalog", "ingest", "sources", "trace"],
    buckets: ["raw-logs", "example-trail", "example-batch"],
    now: "2026-11-29T23:30:00Z",
    services: bedrock,
  });
  const put = (bucket: string, key: string, bytes: Buffer | string) => bundles.bucket(bucket).write(key, bytes);
  const call = logged("0a1b2c3d-0000-4000-8000-0000000000d2", {
    timestamp: "2026-10-05T14:14:03Z",
    modelId: "amazon.nova-pro-v1:0",
    identity: { arn: "arn:aws:iam::111122223333:user/app" },
    input: { inputTokenCount: 944 },
    output: { outputTokenCount: 126 },
  });
  await put("raw-logs", LOG, gzipSync(JSON.stringify(call)));
  await put("example-trail", TRAIL, gzipSync(trail()));
  await put("example-trail", CUT, gzipSync(trail()).subarray(0, 400));
  await put("example-trail", REPORT, sample(`kiro/${CLI}`));
  const output = (name: string): string =>
    sample(`batch/${JOB}/${name}`).toString("utf8").replaceAll("<text>", CANARY).replaceAll("bad request", CANARY);
  await put("example-batch", INVOKE ?? "", output("records-invoke.jsonl.out"));
  await put("example-batch", CONVERSE ?? "", output("records-converse.jsonl.out"));
  await put("example-batch", MANIFEST ?? "", output("manifest.json.out"));
  await put("example-batch", UNKNOWN_JOB, output("records-invoke.jsonl.out"));
  await bundles.invoke("catalog", {});
  await bundles.invoke("ingest", redriven("raw-logs", LOG));
});
afterAll(() => bundles.close());

const NONE = { batchItemFailures: [] };

it("lands the samples' totals, to the same bytes however often, and describes a job once", async () => {
  expect(await run("sources", redriven("example-trail", TRAIL, REPORT))).toEqual(NONE);
  expect(await run("sources", redriven("example-batch", ...BATCHES))).toEqual(NONE);
  const [events] = await bundles.engine.select(
    "select count(*) as n, cast(sum(input_tokens) as varchar) as i, cast(sum(output_tokens) as varchar) as o from trail_events",
  );
  expect(events).toEqual({ n: 8, i: "944", o: "126" });
  expect(
    await bundles.engine.select(
      "select job_id, model, role_name, status, records, failed, input_tokens, output_tokens, manifest_check from batch_jobs where role_arn is not null",
    ),
  ).toEqual([
    {
      ...{ job_id: JOB, model: "claude-sonnet-4-6", role_name: "BatchRole", status: "Completed" },
      ...{ records: 3, failed: 1, input_tokens: 51, output_tokens: 21, manifest_check: "agrees" },
    },
  ]);
  const kiro = await bundles.engine.select("select cast(sum(credits) as varchar) as credits from kiro_usage");
  expect(kiro).toEqual([{ credits: "114.457874143914" }]);
  const landed = async (): Promise<string[]> =>
    (await Promise.all(["trail_events/", "batch", "kiro_usage/", "source_objects/", "stale-"].map(bundles.contents))).flat();
  const before = await landed();
  expect(before.length).toBeGreaterThan(8);
  await run("sources", redriven("example-batch", ...BATCHES.toReversed()));
  await run("sources", redriven("example-trail", REPORT, TRAIL, TRAIL));
  expect(await landed()).toEqual(before);
  expect(asked).toEqual([JOB]);
});

it("passes over, unread, what is none of it by its key and what is at no other place; there is nothing to read at those", async () => {
  const nothing = [
    `${ORG}/CloudTrail-Digest/us-east-1/2026/10/05/x_CloudTrail-Digest_x.json.gz`,
    `${ORG}/CloudTrail-Insight/us-east-1/2026/10/05/x.json.gz`,
    `${ORG}/Config/us-east-1/2026/10/5/ConfigHistory/x.json.gz`,
    `${ORG}/vpcflowlogs/us-east-1/2026/10/05/x.log.gz`,
    `${REPORTS}/GenerateAssistantResponse/us-east-1/2026/07/10/14/x.json.gz`,
    `${REPORTS}/by_user_analytic/us-east-1/2026/07/10/00/x_by_user_analytic_1_report.csv`,
  ];
  const before = await bundles.keysOf("");
  expect(await run("sources", redriven("example-trail", ...nothing))).toEqual(NONE);
  expect(said.at(-1)).toContain('"skipped":6');
  const elsewhere = {
    source: "aws.s3",
    "detail-type": "Object Created",
    detail: { bucket: { name: "example-trail" }, object: { key: TRAIL.slice(8) } },
  };
  expect(
    await run("sources", { Records: [{ messageId: "m", body: JSON.stringify(elsewhere), eventSource: "aws:sqs" }] }),
  ).toEqual(NONE);
  expect(await bundles.keysOf("")).toEqual(before);
});

it("gives back what cannot be fetched or lies nowhere, a damaged object alone is told of, and a job that may not be asked for is described", async () => {
  const back = await run("sources", redriven("example-trail", CUT, TRAIL.replace("AbCd", "gone"), "other/place.json.gz"));
  expect(back).toEqual({ batchItemFailures: [{ itemIdentifier: "m1" }, { itemIdentifier: "m2" }] });
  expect(said.at(-1)).toContain("is at no place of sources.cloudtrail, batch or kiro");
  const ledger = await Promise.all(
    (await bundles.keysOf("source_objects/")).map(async (key) =>
      Buffer.from((await bundles.data.readAll(key))?.bytes ?? []).toString(),
    ),
  );
  expect(ledger.find((line) => line.includes("_cut.json"))).toContain('"quarantined":1,"problems":["item ');
  expect(await run("sources", redriven("example-batch", UNKNOWN_JOB))).toEqual(NONE);
  expect(said.at(-1)).toContain("describing the batch inference job zzzzzz999999");
  expect(said.at(-1)).toContain("Allow bedrock:GetModelInvocationJob");
  const [job] = await bundles.engine.select(
    "select records, input_tokens, role_arn from batch_jobs where job_id = 'zzzzzz999999'",
  );
  expect(job).toEqual({ records: 2, input_tokens: 21, role_arn: null });
});

it("trace brings calls of older days together with the log, where its role may, and takes their marks away", async () => {
  expect((await bundles.keysOf("stale-telemetry/")).map((key) => key.split("/")[1])).toContain("dt=2026-10-05");
  expect(await run("trace", {})).toMatchObject({ calls: 0, apiCalls: 8, backlog: 0 });
  expect(await bundles.keysOf("stale-telemetry/")).toEqual([]);
  const found = await bundles.engine.select(
    "select product, token_source, count(*) as n, cast(sum(input_tokens) as bigint) as i from api_calls group by 1, 2 order by 1, 2",
  );
  expect(found.map(({ product, token_source, n, i }) => [product, token_source, n, i])).toEqual([
    ["agentcore", "unknown", 1, null],
    ["amazon-q", "unknown", 1, null],
    ["bedrock", "log", 1, 944],
    ["bedrock", "unknown", 2, null],
    ["bedrock-mantle", "unknown", 2, null],
    ["kiro", "unknown", 1, null],
  ]);
  expect([...(bundles.engine.swapped.get("TraceRole") ?? [])]).toContain("api_calls");
  const may = JSON.stringify(statements(bundles.pkg).filter(({ holder }) => holder === "TraceRole"));
  expect(may).toContain("/api_calls/*");
});

it("names people by the file that was deployed and by Kiro's reports, with the identity store before their ids and without", async () => {
  expect(await bundles.engine.select("select user_id, person, told_by from identity_people where told_by = 'file'")).toEqual([
    { user_id: "0a1b2c3d-00a1-70cd-1caf-57794fdc9999", person: "zoe@example.com", told_by: "file" },
  ]);
  const [kiro] = await bundles.engine.select(
    "select person from kiro_usage where user_id = '0a1b2c3d-00a1-70cd-1caf-57794fdc0001' and person is not null limit 1",
  );
  expect(kiro?.["person"]).toContain("@");
  expect(await bundles.engine.select("select behalf_person from call_people")).toEqual([{ behalf_person: kiro?.["person"] }]);
  expect(await bundles.engine.select("select person, person_source from invocations")).toEqual([
    { person: kiro?.["person"], person_source: "on_behalf_of" },
  ]);
  // The day is summed up again, so that reports and budgets know him.
  expect((await bundles.keysOf("stale/")).some((key) => /dt=2026-10-05\/people-/.test(key))).toBe(true);
});

it("a name that is pushed reaches the calls of older days with the next run, and a run without news changes nothing", async () => {
  const names = async () =>
    (await bundles.engine.select("select distinct behalf_person from call_people")).map(({ behalf_person }) => behalf_person);
  await bundles.data.write(
    "identity_users/identity_users.jsonl",
    '{"user_id":"0a1b2c3d-00a1-70cd-1caf-57794fdc0001","person":"alice.miller@example.com"}\n',
  );
  expect(await run("trace", {})).toMatchObject({ backlog: 0, days: 4 });
  expect(await names()).toEqual(["alice.miller@example.com"]);
  expect(await bundles.engine.select("select person, person_source from invocations")).toEqual([
    { person: "alice.miller@example.com", person_source: "on_behalf_of" },
  ]);
  // The recent days alone.
  expect(await run("trace", {})).toMatchObject({ backlog: 0, days: 3 });
});

it("keeps no text of a prompt, an answer or an error: in no object, no log, no answer", async () => {
  expect(said.join("").length).toBeGreaterThan(1000);
  expect(said.join("")).not.toContain(CANARY);
  for (const key of await bundles.keysOf("")) {
    const bytes = (await bundles.data.readAll(key))?.bytes ?? new Uint8Array();
    expect(Buffer.from(bytes).includes(CANARY), key).toBe(false);
    if (key.endsWith(".parquet")) expect(JSON.stringify(await bundles.rowsOf(bytes), text)).not.toContain(CANARY);
  }
});

const text = (_: string, value: unknown): unknown => (typeof value === "bigint" ? String(value) : value);
