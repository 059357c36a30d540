import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { S3Client } from "@aws-sdk/client-s3";
import { type FauxqsServer, startFauxqs } from "fauxqs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { BUDGET_STATUS_KEY, type BudgetStatusFile } from "../../src/anomaly/budget-status.ts";
import { S3Store } from "../../src/aws/s3-store.ts";
import { standing } from "../anomaly/budget-standing.ts";
import { IamStub } from "../aws/iam-stub.ts";
import { PreconditionProxy } from "../aws/precondition-proxy.ts";
import { clientFor, StubService } from "../aws/stub-service.ts";
import { FULL } from "./full-config.ts";
import { type Packaged, packaged, unzip } from "./packaged.ts";
import { runBundle } from "./run-bundle.ts";
import { statements } from "./template-checks.ts";

const folder = join(import.meta.dirname, "../../.cache", `enforce-${process.pid}`);
const bundle = join(folder, "functions/enforce.mjs");
let pkg: Packaged;
let server: FauxqsServer;
let proxy: PreconditionProxy;
let service: StubService;
let iam: IamStub;
let data: S3Store;
let endpoint: string;

beforeAll(async () => {
  server = await startFauxqs({ port: 0, logger: false });
  server.createBucket("curated");
  proxy = new PreconditionProxy(`http://127.0.0.1:${server.port}`);
  endpoint = await proxy.start();
  data = new S3Store("s3://curated", { client: new S3Client({ ...clientFor(endpoint), forcePathStyle: true }) });
  service = await StubService.start();
  iam = new IamStub();
  service.on((request) => (request.method === "PUT" ? { status: 200 } : iam.answer(request)));
  pkg = await packaged(FULL);
  for (const [path, bytes] of unzip(pkg, "enforce")) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), bytes);
  }
});
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  service.stop();
  proxy.stop();
  await server.stop();
});

const invoke = (event: unknown): ReturnType<typeof runBundle> =>
  runBundle({
    bundle,
    event,
    env: {
      AWS_REGION: "us-east-1",
      AWS_ACCESS_KEY_ID: "test",
      AWS_SECRET_ACCESS_KEY: "test",
      AWS_ENDPOINT_URL_S3: endpoint,
      AWS_ENDPOINT_URL: service.endpoint,
      STRATA_DATA: "s3://curated",
      STRATA_DENIAL_POLICY: "arn:aws:iam::111122223333:policy/denial",
    },
  });

const feed = (state: "ok" | "reject"): BudgetStatusFile => ({
  schema_version: 1,
  generated_at: new Date().toISOString(),
  data_until: null,
  thresholds: { warn: 0.8, throttle: 0.9, reject: 1 },
  standings: [
    standing({
      name: "platform",
      period_start: "2026-11-01",
      resets_at: new Date(Date.now() + 86_400_000).toISOString(),
      state,
    }),
  ],
});
const stackEvent = (RequestType: string) => ({
  RequestType,
  ResponseURL: `${service.endpoint}/answer`,
  StackId: "s",
  RequestId: "r",
  LogicalResourceId: "Enforcement",
});

describe("the packaged enforce function", () => {
  it("does nothing before there is a budget feed", async () => {
    expect((await invoke({})).result).toEqual({ changes: 0, denied: 0 });
    expect(iam.calls).toEqual([]);
  });

  it.each(["", "{", "null", "[]", '{"generated_at": "2026-11-26T00:00:00Z"}'])(
    "does nothing where the feed is damaged: %s",
    async (text) => {
      await data.write(BUDGET_STATUS_KEY, text);
      expect((await invoke({})).result).toEqual({ changes: 0, denied: 0 });
      expect(iam.calls).toEqual([]);
    },
  );

  it("denies the listed principal of the team whose budget is used up, once, and writes down why", async () => {
    await data.write(BUDGET_STATUS_KEY, JSON.stringify(feed("reject")));
    const { result, log } = await invoke({});
    expect(result).toEqual({ changes: 1, denied: 1 });
    expect(log).toContain('"DeniedPrincipals":1');
    expect((await invoke({})).result).toEqual({ changes: 0, denied: 1 });
    expect(iam.calls).toEqual(["AttachRolePolicy role/Dev"]);
    const trail: string[] = [];
    for await (const { key } of data.list("alerts-state/enforcement/audit/")) trail.push(key);
    expect(trail).toHaveLength(1);
    expect(Buffer.from((await data.readAll(trail[0] ?? ""))?.bytes ?? []).toString()).toContain("$120.00 of $100.00 used");
  });

  it("releases when the budget is no longer used up", async () => {
    await data.write(BUDGET_STATUS_KEY, JSON.stringify(feed("ok")));
    expect((await invoke({})).result).toEqual({ changes: 1, denied: 0 });
    expect([...iam.attached]).toEqual([]);
  });

  it("counts a refusal, and keeps trying", async () => {
    await data.write(BUDGET_STATUS_KEY, JSON.stringify(feed("reject")));
    iam.refuses.set("role/Dev", "UnmodifiableEntity");
    const { result, log } = await invoke({});
    expect(result).toEqual({ changes: 1, denied: 0 });
    expect(log).toContain('"DenialsFailed":1');
    expect(log).toContain("belongs to AWS");
    iam.refuses.clear();
    expect((await invoke({})).result).toEqual({ changes: 1, denied: 1 });
  });

  it("releases everybody when the stack or the list goes away, and lets CloudFormation wait for it", async () => {
    await invoke(stackEvent("Create"));
    expect([...iam.attached]).toEqual(["role/Dev"]);
    iam.refuses.set("role/Dev", "AccessDenied");
    await invoke(stackEvent("Delete"));
    iam.refuses.clear();
    await invoke(stackEvent("Delete"));
    expect([...iam.attached]).toEqual([]);
    const answers = service.requests.filter(({ method }) => method === "PUT").map(({ body }) => JSON.parse(body));
    expect(answers.map(({ Status }) => Status)).toEqual(["SUCCESS", "FAILED", "SUCCESS"]);
    expect(answers[1].Reason).toContain("arn:aws:iam::111122223333:role/apps/Dev is still denied");
  });
});

describe("what the stack lets it do", () => {
  const own = () => statements(pkg).filter(({ holder }) => holder === "EnforceRole");
  const allowing = (action: string) => own().find(({ statement }) => [statement.Action].flat().includes(action))?.statement;
  const onlyOurs = { ArnEquals: { "iam:PolicyARN": { Ref: "DenialPolicy" } } };

  it("attach one policy to the listed principals, and detach it", () => {
    expect(allowing("iam:AttachRolePolicy")).toMatchObject({
      Resource: ["arn:aws:iam::111122223333:role/apps/Dev", "arn:aws:iam::111122223333:user/ann"],
      Condition: onlyOurs,
    });
    expect(allowing("iam:DetachRolePolicy")).toMatchObject({ Condition: onlyOurs });
    const iamActions = own().flatMap(({ statement }) => [statement.Action].flat().filter((action) => action.startsWith("iam:")));
    expect(iamActions.sort()).toEqual([
      "iam:AttachRolePolicy",
      "iam:AttachUserPolicy",
      "iam:DetachRolePolicy",
      "iam:DetachUserPolicy",
      "iam:ListEntitiesForPolicy",
    ]);
  });

  it("deny the models and nothing else", () => {
    const [denial, ...others] = statements(pkg).filter(({ holder }) => holder === "DenialPolicy");
    expect(others).toEqual([]);
    expect(denial?.statement).toMatchObject({
      Effect: "Deny",
      Action: ["bedrock:InvokeModel", "bedrock:InvokeModelWithResponseStream", "bedrock:CreateModelInvocationJob"],
      Resource: [
        { "Fn::Sub": expect.stringContaining(":bedrock:*::foundation-model/anthropic.claude-opus*") },
        { "Fn::Sub": expect.stringContaining(":bedrock:*:*:inference-profile/*anthropic.claude-opus*") },
      ],
    });
  });

  it("not be there at all unless principals are listed", async () => {
    const { resources } = await packaged();
    expect([...resources.keys()].filter((name) => /enforce|denial/i.test(name))).toEqual([]);
    expect(JSON.stringify([...resources])).not.toContain('"iam:');
  });
});
