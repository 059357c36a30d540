import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parseUsd } from "../../src/money.ts";
import type { Row } from "../../src/ports.ts";
import { type BillLine, billLine } from "../billing/ledger.ts";
import { ACCOUNT, type Analysed, analysed, clientEvent, logged, SSO, trailEvent } from "./company.ts";

const BATCH = join(import.meta.dirname, "../fixtures/samples/batch/abcdef123456");
const output = (name: string): string => readFileSync(join(BATCH, name), "utf8");

const user = (name: string) => ({
  type: "IAMUser",
  arn: `arn:aws:iam::${ACCOUNT}:user/${name}`,
  accountId: ACCOUNT,
  userName: name,
});
const bob = { type: "AssumedRole", arn: `${SSO}/bob@example.com`, accountId: ACCOUNT };
const MANTLE = "USE1-anthropic.claude-opus-4-8-mantle-input-tokens-standard";

const LINES: readonly BillLine[] = [
  // Logged: ann's 1,000 tokens.
  billLine({ line_item_usage_amount: "1", line_item_unblended_cost: "0.06" }),
  billLine({
    line_item_usage_type: MANTLE,
    line_item_usage_amount: "2",
    line_item_unblended_cost: "2",
    line_item_iam_principal: bob.arn,
  }),
  billLine({
    line_item_usage_type: "USE1-Claude4.6Sonnet-input-tokens-batch",
    line_item_usage_amount: "0.051",
    line_item_unblended_cost: "3.25",
    line_item_iam_principal: `arn:aws:iam::${ACCOUNT}:role/BatchRole`,
  }),
  billLine({
    line_item_usage_type: "USE1-Claude4.6Sonnet-output-tokens-batch",
    line_item_usage_amount: "0.021",
    line_item_unblended_cost: "0.75",
    line_item_iam_principal: `arn:aws:iam::${ACCOUNT}:role/BatchRole`,
  }),
  billLine({
    line_item_iam_principal: `arn:aws:iam::${ACCOUNT}:user/fay`,
    line_item_usage_type: "EUW1-NovaLite-input-tokens",
    line_item_usage_amount: "944",
    line_item_unblended_cost: "5",
    product_region_code: "eu-west-1",
  }),
  billLine({ line_item_iam_principal: `arn:aws:iam::${ACCOUNT}:user/cy`, line_item_unblended_cost: "7" }),
  billLine({ line_item_iam_principal: `arn:aws:iam::${ACCOUNT}:user/dee`, line_item_unblended_cost: "11" }),
];
const TRAIL = [
  trailEvent("logged-1", { userAgent: "claude-cli/2.1.332 (external, sdk-ts, agent-sdk/0.3.332)" }),
  trailEvent("mantle-1", {
    userIdentity: bob,
    eventSource: "bedrock-mantle.amazonaws.com",
    eventName: "CreateInference",
    userAgent: "claude-cli/2.1.332 (external, cli)",
    requestParameters: { model: "anthropic.claude-opus-4-8", stream: true, max_tokens: 64000 },
  }),
  trailEvent("dark-1", {
    userIdentity: user("fay"),
    awsRegion: "eu-west-1",
    additionalEventData: { inputTokens: 944, outputTokens: 126 },
  }),
  trailEvent("missed-1", { userIdentity: user("cy"), additionalEventData: { inputTokens: 900_000, outputTokens: 10 } }),
  // What calls no model explains no dollar: dee's stay unexplained.
  trailEvent("count-1", { userIdentity: user("dee"), eventName: "CountTokens" }),
  trailEvent("guard-1", {
    userIdentity: user("dee"),
    eventName: "ApplyGuardrail",
    requestParameters: { guardrailIdentifier: "g" },
  }),
  trailEvent("denied-1", { userIdentity: user("eve"), errorCode: "AccessDeniedException", errorMessage: "no" }),
  trailEvent("job-1", {
    eventName: "CreateModelInvocationJob",
    requestParameters: { jobName: "nightly", modelId: "anthropic.claude-sonnet-4-6" },
    responseElements: { jobArn: `arn:aws:bedrock:us-east-1:${ACCOUNT}:model-invocation-job/abcdef123456` },
  }),
];
const FILES = {
  logs: [
    logged("logged-1"),
    logged("logged-2", { timestamp: "2026-10-05T23:59:59Z", input: { inputTokenCount: 0 }, output: { outputTokenCount: 0 } }),
  ],
  bill: LINES,
  batch: {
    "out/abcdef123456/a.jsonl.out": output("records-invoke.jsonl.out"),
    "out/abcdef123456/b.jsonl.out": output("records-converse.jsonl.out"),
    "out/abcdef123456/manifest.json.out": output("manifest.json.out"),
    "jobs.json": JSON.stringify([
      {
        jobArn: `arn:aws:bedrock:us-east-1:${ACCOUNT}:model-invocation-job/abcdef123456`,
        jobName: "nightly",
        modelId: "anthropic.claude-sonnet-4-6",
        roleArn: `arn:aws:iam::${ACCOUNT}:role/service/BatchRole`,
        status: "Completed",
        endTime: "2026-10-05T03:00:00Z",
      },
    ]),
  },
  telemetry: [
    clientEvent("mantle-1", {
      "anthropic.provider": "mantle",
      model: "claude-opus-4-8",
      input_tokens: 2000,
      output_tokens: 300,
      cache_read_tokens: 40,
      cache_creation_tokens: 5,
    }),
  ],
} as const;

const usd = (rows: readonly Row[], name = "billed_cost"): bigint =>
  rows.reduce((sum, row) => sum + parseUsd(String(row[name])), 0n);
const statuses = (company: Analysed) =>
  company.sql("select status, cast(sum(billed_cost) as varchar) as usd from allocated_charges group by status order by status");

describe("a bill of which the log has only a part", () => {
  let company: Analysed;
  let without: Analysed;
  beforeAll(async () => {
    company = await analysed({ ...FILES, trail: [...TRAIL, ...TRAIL] });
    without = await analysed({ logs: FILES.logs, bill: FILES.bill });
  });
  afterAll(() => {
    company.close();
    without.close();
  });

  test("each dollar that is in no log has one explanation, and their sum is what it was", async () => {
    const rows = await company.query("saved/unlogged_explained");
    expect(
      rows.map((row) => [
        row["explanation"],
        row["principal_name"],
        row["endpoint"],
        row["calls"],
        row["seen_tokens"],
        Number(row["billed_cost"]),
      ]),
    ).toEqual([
      ["unexplained", "dee", "runtime", null, null, 11],
      ["calls_not_logged", "cy", "runtime", 1, 900_010, 7],
      ["region_without_logging", "fay", "runtime", 1, 1070, 5],
      ["batch_jobs", "BatchRole", "batch", 1, 72, 4],
      ["mantle_calls", "BedrockDevelopers", "mantle", 1, 2345, 2],
    ]);
    const before = await without.query("saved/unlogged_explained");
    expect(usd(before)).toBe(usd(rows));
    expect(new Set(before.map((row) => row["explanation"]))).toEqual(new Set(["unexplained", "region_without_logging"]));
  });

  test("the statement says what stands behind dollars that no log has", () => {
    const page = (analysis: Analysed): string => readFileSync(join(analysis.folder, "reports/month=2026-10/report.html"), "utf8");
    expect(page(company)).toContain("mantle calls<br>");
    expect(page(without)).toContain("region without logging<br>");
    expect(page(company)).not.toContain('id="kiro"');
  });

  test("the sources change no dollar of the statement", async () => {
    expect(await statuses(company)).toEqual(await statuses(without));
  });

  test("a call that is told of several times is one; tokens come from the log, the event or the client", async () => {
    const rows = await company.sql(
      "select request_id, is_logged, token_source, input_tokens, output_tokens, cache_read_tokens, cache_write_tokens from api_calls order by request_id",
    );
    expect(rows.map((row) => Object.values(row))).toEqual([
      ["count-1", false, "unknown", null, null, null, null],
      ["dark-1", false, "event", 944, 126, null, null],
      ["denied-1", false, "unknown", null, null, null, null],
      ["guard-1", false, "unknown", null, null, null, null],
      ["job-1", false, "unknown", null, null, null, null],
      ["logged-1", true, "log", 1000, 10, 0, 0],
      ["mantle-1", false, "client", 2000, 300, 40, 5],
      ["missed-1", false, "event", 900_000, 10, null, null],
    ]);
    const unlogged = await company.query("saved/unlogged_calls");
    expect(unlogged.find((row) => row["principal_name"] === "eve")).toMatchObject({ calls: 0, failed: 1, denied: 1 });
    expect(unlogged.reduce((sum, row) => sum + Number(row["calls"]) + Number(row["failed"]), 0)).toBe(5);
  });

  test("the user agent names the client of a logged call that nothing else names", async () => {
    const rows = await company.query("saved/spend_by_client");
    expect(rows).toMatchObject([
      { client: "claude-code", client_version: "2.1.332", entrypoint: "sdk-ts", told_by: "user_agent", calls: 1 },
      { client: "(unknown)", told_by: "none", calls: 1 },
    ]);
  });

  test("a batch job: its records, its manifest, who made it, and the bill's lines of it", async () => {
    expect(await company.query("saved/batch_spend")).toMatchObject([
      {
        dt: "2026-10-05",
        job_id: "abcdef123456",
        job_name: "nightly",
        model: "claude-sonnet-4-6",
        role_name: "BatchRole",
        creator_name: "ann",
        status: "Completed",
        records: 3,
        failed: 1,
        input_tokens: 51,
        output_tokens: 21,
        manifest_check: "agrees",
      },
    ]);
    expect(await company.query("saved/batch_vs_bill")).toMatchObject([
      {
        model: "claude-sonnet-4-6",
        jobs: 1,
        job_input_tokens: 51,
        billed_input_tokens: 51,
        billed_output_tokens: 21,
        verdict: "agrees",
      },
    ]);
  });

  test("a manifest that says something else is told", async () => {
    const other = await analysed({
      ...FILES,
      batch: { ...FILES.batch, "out/abcdef123456/manifest.json.out": output("manifest.json.out").replace("51", "52") },
    });
    expect(await other.query("saved/batch_spend")).toMatchObject([{ manifest_check: "differs" }]);
    other.close();
  });
});

test("people of calls that no log has: on whose behalf, else the principal's own, else as the client says", async () => {
  const behalf = {
    userId: "d-9067example.0A1B",
    identityStoreArn: `arn:aws:identitystore::${ACCOUNT}:identitystore/d-9067example`,
  };
  const mantle = { eventSource: "bedrock-mantle.amazonaws.com", eventName: "CreateInference", requestParameters: { model: "m" } };
  const gateway = { type: "AssumedRole", arn: `arn:aws:sts::${ACCOUNT}:assumed-role/Gateway/i-0abc`, accountId: ACCOUNT };
  const company = await analysed({
    logs: FILES.logs,
    trail: [
      trailEvent("1", { ...mantle, userIdentity: { ...gateway, onBehalfOf: behalf } }),
      trailEvent("2", { ...mantle, userIdentity: bob }),
      trailEvent("3", { ...mantle, userIdentity: gateway }),
      trailEvent("4", { ...mantle, userIdentity: gateway }),
      trailEvent("5", {
        eventSource: "codewhisperer.amazonaws.com",
        eventName: "GenerateAssistantResponse",
        userIdentity: { type: "IdentityCenterUser", onBehalfOf: behalf },
        requestParameters: null,
      }),
    ],
    telemetry: [clientEvent("3", { "user.email": "CY@example.com", input_tokens: 1, output_tokens: 1 })],
    kiro: {
      [`AWSLogs/${ACCOUNT}/KiroLogs/user_report/us-east-1/2026/10/06/00/KIRO_IDE_${ACCOUNT}_user_report_202610060000.csv`]:
        "Date,UserId,Credits_Used,User_Email\n2026-10-05,0a1b,12.5,Ann@example.com\n",
    },
  });
  const rows = await company.query("saved/unlogged_calls");
  expect(rows.map((row) => [row["product"], row["principal_name"], row["person"], row["calls"]]).sort()).toEqual([
    ["bedrock-mantle", "BedrockDevelopers", "bob@example.com", 1],
    ["bedrock-mantle", "Gateway", null, 1],
    ["bedrock-mantle", "Gateway", "ann@example.com", 1],
    ["bedrock-mantle", "Gateway", "cy@example.com", 1],
    ["kiro", "(none)", "ann@example.com", 1],
  ]);
  company.close();
});

test("a call of which several events tell is one, with the client that one of them names", async () => {
  const company = await analysed({
    logs: FILES.logs,
    trail: [
      trailEvent("logged-1", { eventID: "1", userAgent: null }),
      trailEvent("logged-1", { eventID: "2", userAgent: "Boto3/1.44.8" }),
      trailEvent("logged-1", { eventID: "3", userAgent: "aws-cli/2.30.1" }),
    ],
  });
  expect(await company.query("saved/spend_by_client")).toMatchObject([
    { client: "boto3", told_by: "user_agent", calls: 1 },
    { client: "(unknown)", told_by: "none", calls: 1 },
  ]);
  expect(await company.query("attribution/senders", { from: "2026-10-05", to: "2026-10-05" })).toMatchObject([
    { calls: 1 },
    { calls: 1 },
  ]);
  expect((await company.query("saved/identity_sources")).reduce((sum, row) => sum + Number(row["calls"]), 0)).toBe(2);
  company.close();
});

test("an object of a source that holds nothing of it is told of", async () => {
  const company = await analysed({
    logs: FILES.logs,
    trail: [{ eventSource: "s3.amazonaws.com", eventName: "GetObject" }],
    batch: { "x.json": "{}" },
  });
  expect(company.summary.problems.map(({ kind, message }) => [kind, message.split(" holds ")[1]])).toEqual([
    ["note", "a call of Bedrock, its mantle endpoint, AgentCore, Amazon Q or Kiro (1 object)"],
    ["note", "a record, a manifest or a job of batch inference (1 object)"],
  ]);
  company.close();
});

test("a folder in which nothing can be read is told, and the rest is analysed", async () => {
  const company = await analysed({ logs: FILES.logs, batch: { "notes.txt": "nothing" } });
  expect(company.summary.problems).toMatchObject([{ kind: "lost", message: expect.stringContaining("batch: nothing to read") }]);
  company.close();
});
