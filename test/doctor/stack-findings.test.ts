import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parseConfig } from "../../src/config/load.ts";
import type { StrataConfig } from "../../src/config/strata-config.ts";
import { jsonError } from "../aws/stub-service.ts";
import { examined, only } from "./examine.ts";
import { type Changes, json, listing, NOW, StubAccount, UNTOUCHED, xml } from "./stub-account.ts";

let account: StubAccount;
beforeAll(async () => {
  account = await StubAccount.start();
});
afterAll(() => account.stop());
const examine = (changes?: Changes, config?: StrataConfig) => examined(account, changes, config);

describe("each finding about the stack", () => {
  const table: readonly (readonly [string, Changes, string, string, RegExp, RegExp])[] = [
    [
      "a rolled back deployment",
      {
        DescribeStacks: xml(
          "<DescribeStacksResponse><DescribeStacksResult><Stacks><member><StackName>s</StackName><StackStatus>UPDATE_ROLLBACK_FAILED</StackStatus></member></Stacks></DescribeStacksResult></DescribeStacksResponse>",
        ),
      },
      "stack",
      "fail",
      /UPDATE_ROLLBACK_FAILED/,
      /describe-stack-events/,
    ],
    [
      "missing tables",
      { GetTable: jsonError("EntityNotFoundException", "gone") },
      "catalog",
      "fail",
      /no table invocation_records/,
      /npx serverless deploy/,
    ],
    ...(["0", "2"] as const).map(
      (version) =>
        [
          `tables of catalog version ${version}`,
          {
            GetTable: json({
              Table: {
                Name: "invocation_records",
                Parameters: { "strata.catalog_version": version },
                StorageDescriptor: { Location: "s3://d/r/" },
              },
            }),
          },
          "catalog",
          version === "0" ? "warn" : "fail",
          version === "0" ? /catalog version 0, this release has 1/ : /a newer release was deployed/,
          version === "0" ? /npx serverless deploy/ : /Update this package/,
        ] as const,
    ),
    [
      "a table that another tool made",
      { GetTable: json({ Table: { Name: "invocation_records", StorageDescriptor: { Location: "s3://other/r/" } } }) },
      "catalog",
      "fail",
      /s3:\/\/other\/r\/ was not made by Strata/,
      /another stage name/,
    ],
    [
      "a bucket that keeps readers outside of a VPC out",
      {
        GetBucketPolicy: {
          body: JSON.stringify({
            Statement: [
              {
                Sid: "Tls",
                Effect: "Deny",
                Principal: "*",
                Action: "s3:*",
                Condition: { Bool: { "aws:SecureTransport": "false" } },
              },
              {
                Sid: "Vpc",
                Effect: "Deny",
                Principal: { AWS: "*" },
                Action: ["s3:Get*"],
                Condition: { StringNotEquals: { "aws:SourceVpce": "vpce-1" } },
              },
            ],
          }),
        },
      },
      "deny/acme-logs",
      "warn",
      /denies reading under conditions \(Vpc\)/,
      /aws:PrincipalArn/,
    ],
    [
      "objects in the dead-letter queue",
      { GetQueueAttributes: json({ Attributes: { ApproximateNumberOfMessages: "7" } }) },
      "queue/ingest-dead",
      "fail",
      /7 log objects could not be ingested/,
      /npx strata-bedrock redrive --queue https:\/\/sqs\.us-east-1\.amazonaws\.com\/111122223333\/strata-dev-ingest-dead$/,
    ],
    [
      "alerts that reached nobody",
      { GetQueueAttributes: json({ Attributes: { ApproximateNumberOfMessages: "2" } }) },
      "queue/alerts-dead",
      "fail",
      /2 alerts could not be published/,
      /aws sqs receive-message .*--visibility-timeout 0 --queue-url https:\/\/sqs\.us-east-1\.amazonaws\.com\/111122223333\/strata-dev-alerts-dead$/,
    ],
    [
      "a function that stands still",
      { GetMetricData: json({ MetricDataResults: [] }) },
      "run/detect",
      "fail",
      /has not run in a day/,
      /strata-dev-detect/,
    ],
    [
      "runs that failed",
      {
        GetMetricData: json({
          MetricDataResults: [
            { Id: "runs", Timestamps: [NOW / 1000 - 60], Values: [96] },
            { Id: "failed", Timestamps: [NOW / 1000 - 60], Values: [3] },
          ],
        }),
      },
      "run/detect",
      "warn",
      /3 of 96 runs of the last day failed/,
      /aws logs tail/,
    ],
    [
      "a page that reaches nobody",
      {
        GetTopicAttributes: xml(
          "<GetTopicAttributesResponse><GetTopicAttributesResult><Attributes></Attributes></GetTopicAttributesResult></GetTopicAttributesResponse>",
        ),
      },
      "topic/critical",
      "warn",
      /nobody is subscribed/,
      /deploy\.subscriptions\.critical/,
    ],
    [
      "logs that arrive in the bucket but not in the tables",
      {
        ListObjectsV2: ({ path }) => (path.includes("BedrockModelInvocationLogs") ? listing(["x.json.gz"]) : listing([])),
      },
      "last-event",
      "fail",
      /none in the last week, but Bedrock wrote a log object 12 minutes ago/,
      /npx strata-bedrock backfill --source s3:\/\/acme-logs\/bedrock --from 2026-11-13 --to 2026-11-20 --data s3:\/\/strata-dev-data --queue https:\/\/sqs\.us-east-1\.amazonaws\.com\/111122223333\/strata-dev-ingest$/,
    ],
  ];
  it.each(table)("%s", async (_, changes, id, status, text, fix) => {
    const check = only(await examine(changes), id);
    expect(check?.status).toBe(status);
    expect(check?.found).toMatch(text);
    expect(check?.fix.join("\n")).toMatch(fix);
  });

  it("of a quota that is too low for a first deployment", async () => {
    const low = {
      ...UNTOUCHED,
      GetAccountSettings: json({ AccountLimit: { ConcurrentExecutions: 10, UnreservedConcurrentExecutions: 10 } }),
    };
    expect(only(await examine(low), "concurrency")).toMatchObject({
      status: "fail",
      found: expect.stringContaining("10 of 10 are free; the stack reserves 5 and Lambda keeps 100 free"),
      fix: [expect.stringContaining("--quota-code L-B99A9384 --desired-value 1000"), expect.any(String)],
    });
    const enforced = parseConfig(
      "alerts: { enforcement: { models: [anthropic.claude-opus*], principals: [{ arn: 'arn:aws:iam::111122223333:role/batch', scope: organisation }] } }",
    );
    expect(only(await examine(low, enforced), "concurrency")?.found).toContain("the stack reserves 6");
  });
});
