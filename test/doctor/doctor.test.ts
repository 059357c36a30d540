import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { doctorText } from "../../src/cli/doctor/doctor-text.ts";
import { defaultConfig, parseConfig } from "../../src/config/load.ts";
import type { Check } from "../../src/doctor/check.ts";
import { collectFacts } from "../../src/doctor/facts.ts";
import { READ_ACTIONS } from "../../src/doctor/read-policy.ts";
import { type Diagnosis, diagnose } from "../../src/doctor/run-checks.ts";
import { jsonError, s3Error } from "../aws/stub-service.ts";
import { ROOT } from "../pipeline/run-strata.ts";
import {
  ACCOUNT_DECIDES,
  aDatabase,
  aKey,
  anExport,
  type Changes,
  json,
  keyArn,
  listing,
  logging,
  NOW,
  StubAccount,
  UNTOUCHED,
  xml,
  xmlError,
} from "./stub-account.ts";

const CONFIG = parseConfig("sources: { logs: [s3://acme-logs/bedrock], cur: [s3://acme-bills/cur] }");
let account: StubAccount;
beforeAll(async () => {
  account = await StubAccount.start();
});
afterAll(() => account.stop());

const examine = async (changes: Changes = {}, config = CONFIG): Promise<Diagnosis> =>
  diagnose(await collectFacts(account.with(changes), { config, stage: "dev", regions: ["us-east-1"], now: NOW }));
const OWN_KEY = parseConfig(
  `sources: { logs: [s3://acme-logs/bedrock], cur: [s3://acme-bills/cur] }\ndeploy: { kms_keys: ["${keyArn()}"] }`,
);
const only = (diagnosis: Diagnosis, id: string): Check | undefined => diagnosis.checks.find((check) => check.id === id);

describe("what a stack meets in the account", () => {
  it("says that Lake Formation governs new tables, and is content where the stack grants", async () => {
    const governed = { GetDatabase: aDatabase(false) };
    const check = only(await examine(governed), "lake-formation");
    expect(check).toMatchObject({ status: "fail", found: expect.stringContaining("would be refused whatever IAM allows") });
    expect(check?.fix.join()).toContain("deploy.lake_formation: true");
    const granting = parseConfig("sources: { logs: [s3://acme-logs/bedrock] }\ndeploy: { lake_formation: true }");
    expect(only(await examine(governed, granting), "lake-formation")?.status).toBe("ok");
    expect(only(await examine(), "lake-formation")?.status).toBe("ok");
  });

  it("says that a bucket is another account's than the functions expect", async () => {
    const foreign: Changes = {
      HeadBucket: ({ headers }) =>
        headers["x-amz-expected-bucket-owner"] === "444455556666" || headers["x-amz-expected-bucket-owner"] === undefined
          ? { headers: { "x-amz-bucket-region": "us-east-1" } }
          : s3Error("AccessDenied", 403),
    };
    expect(only(await examine(foreign), "owner/acme-logs")).toMatchObject({
      status: "fail",
      found: expect.stringContaining("another account than 111122223333"),
    });
    const named = parseConfig(
      'sources: { logs: [s3://acme-logs/bedrock] }\ndeploy: { bucket_owners: { acme-logs: "444455556666" } }',
    );
    expect(only(await examine(foreign, named), "owner/acme-logs")?.status).toBe("ok");
    expect(only(await examine(), "owner/acme-logs")?.status).toBe("ok");
  });

  it("looks at the buckets and queues of further sources as at those of logs", async () => {
    const sources =
      "sources: { logs: [s3://acme-logs/bedrock], cur: [s3://acme-bills/cur], telemetry: [s3://acme-otel], cloudtrail: [s3://acme-trail/AWSLogs], batch: [s3://acme-batch/out], kiro: [s3://acme-kiro, ./here] }";
    const found = await examine(
      { GetBucketNotificationConfiguration: xml("<NotificationConfiguration/>") },
      parseConfig(sources),
    );
    for (const bucket of ["acme-otel", "acme-trail", "acme-batch", "acme-kiro"]) {
      expect(only(found, `events/${bucket}`)).toMatchObject({ group: "sources", status: "fail" });
      expect(only(found, `events/${bucket}`)?.fix.join()).toContain(`--bucket ${bucket} `);
      expect(only(found, `bucket/${bucket}`)?.status).toBe("ok");
    }
    expect(only(found, "events/acme-bills")?.group).toBe("bill");
    const stuck = await examine(
      { GetQueueAttributes: json({ Attributes: { ApproximateNumberOfMessages: "2" } }) },
      parseConfig(sources),
    );
    for (const name of ["telemetry", "sources"])
      expect(only(stuck, `queue/${name}-dead`)).toMatchObject({
        status: "fail",
        fix: expect.arrayContaining([`aws logs tail /aws/lambda/strata-dev-${name} --region us-east-1 --since 1d`]),
      });
    expect(only(await examine(), "queue/sources-dead")).toBeUndefined();
  });

  it("names what an earlier or half-made stack left, and how to remove it", async () => {
    const { HeadBucket: _, GetQueueUrl: __, ...untouched } = UNTOUCHED;
    const check = only(await examine(untouched), "leftovers");
    expect(check?.found).toContain("strata-dev-data-111122223333-us-east-1");
    expect(check?.found).toContain("strata-dev-failed-runs");
    expect(check?.fix.join("\n")).toMatch(
      /aws sqs delete-queue .*strata-dev-failed-runs\n[\s\S]*aws s3api delete-bucket .*strata-dev-data-/,
    );
    expect(only(await examine(UNTOUCHED), "leftovers")).toBeUndefined();
    expect(only(await examine(), "leftovers")).toBeUndefined();
  });
});

describe("strata doctor", () => {
  it("finds nothing to do where everything is in order", async () => {
    const diagnosis = await examine();
    expect(diagnosis.checks.filter(({ status }) => status !== "ok")).toEqual([]);
    expect(diagnosis).toMatchObject({ account: "111122223333", status: "ok", region: "us-east-1", stage: "dev" });
    expect(diagnosis.checks.map(({ id }) => id)).toEqual(
      expect.arrayContaining([
        "identity",
        "logging/us-east-1",
        "export/principals",
        "cost-tags",
        "concurrency",
        "last-event",
        "last-alert",
        "run/detect",
      ]),
    );
    expect(only(diagnosis, "last-event")?.found).toBe("in the hour from 2026-11-20 11:00 UTC");
    expect(only(diagnosis, "delivery/us-east-1")?.found).toBe("12 minutes ago");
    expect(only(diagnosis, "last-alert")?.found).toBe("26 hours ago");
    expect(doctorText(diagnosis)).toContain("Everything is in order.");
  });

  it("says that text delivery is not needed, and what its absence costs", async () => {
    expect(only(await examine(), "logging/us-east-1")?.found).toMatch(
      /text delivery is off, which is enough.*split of cache writes/,
    );
    const on = await examine({
      GetModelInvocationLoggingConfiguration: logging({
        s3Config: { bucketName: "acme-logs", keyPrefix: "bedrock" },
        textDataDeliveryEnabled: true,
      }),
    });
    expect(only(on, "logging/us-east-1")).toMatchObject({ status: "ok", found: expect.stringContaining("Strata does not need") });
  });

  it("leads from an untouched account to a deployment, in working order", async () => {
    const diagnosis = await examine(UNTOUCHED, defaultConfig());
    const todo = diagnosis.checks.filter(({ status }) => status === "fail" || status === "warn");
    expect(todo.map(({ id, status }) => `${status} ${id}`)).toEqual([
      "fail logging/us-east-1",
      "fail export",
      "warn cost-tags",
      "warn stack",
    ]);
    expect(todo[0]?.fix[0]).toBe(
      `aws bedrock put-model-invocation-logging-configuration --region us-east-1 --logging-config '{"textDataDeliveryEnabled":false,"imageDataDeliveryEnabled":false,"embeddingDataDeliveryEnabled":false,"s3Config":{"bucketName":"YOUR-LOG-BUCKET","keyPrefix":"bedrock"}}'`,
    );
    expect(todo[1]?.fix[0]).toMatch(
      /^aws bcm-data-exports create-export --region us-east-1 --export '\{.*"INCLUDE_IAM_PRINCIPAL_DATA":"TRUE"/,
    );
    expect(todo[3]?.fix).toContain("npx serverless deploy --stage dev --region us-east-1");
    const text = doctorText(diagnosis);
    expect(text.indexOf("Invocation logging")).toBeLessThan(text.indexOf("Stack strata-dev"));
    expect(text).toContain("2 failures, 2 warnings. Doctor changes nothing");
  });

  it("only ever reads: by the commands in the source, and by the requests that arrive", async () => {
    const sources = readdirSync(join(ROOT, "src", "aws")).filter((name) => name.startsWith("account-"));
    const commands = sources.flatMap((name) =>
      [...readFileSync(join(ROOT, "src", "aws", name), "utf8").matchAll(/\bnew (\w+)Command\(/g)].map(
        ([, command = ""]) => command,
      ),
    );
    expect([...new Set(commands)].sort()).toEqual([
      "DescribeKey",
      "DescribeStacks",
      "GetAccountSettings",
      "GetBucketEncryption",
      "GetBucketNotificationConfiguration",
      "GetBucketPolicy",
      "GetCallerIdentity",
      "GetDatabase",
      "GetExport",
      "GetKeyPolicy",
      "GetMetricData",
      "GetModelInvocationLoggingConfiguration",
      "GetQueueAttributes",
      "GetQueueUrl",
      "GetTable",
      "GetTopicAttributes",
      "GetWorkGroup",
      "HeadBucket",
      "ListCostAllocationTags",
      "ListExports",
      "ListInferenceProfiles",
      "ListObjectsV2",
      "ListTagsForResource",
    ]);
    const actions = sources.flatMap((name) =>
      [...readFileSync(join(ROOT, "src", "aws", name), "utf8").matchAll(/\bask(?:Optional)?\(\s*"([\w:-]+)"/g)].map(
        ([, action = ""]) => action,
      ),
    );
    // Attributes of a queue take its address first, in the same question.
    expect([...new Set([...actions, "sqs:GetQueueUrl"])].sort()).toEqual([...READ_ACTIONS].sort());
    await examine();
    expect(account.operations.length).toBeGreaterThan(20);
    expect(account.operations.filter((name) => !/^(Get|List|Head|Describe)[A-Z]/.test(name))).toEqual([]);
  });
});

describe("each finding", () => {
  const notifications = xml(
    "<NotificationConfiguration><QueueConfiguration><Id>old</Id><Queue>arn:aws:sqs:us-east-1:111122223333:other</Queue><Event>s3:ObjectCreated:*</Event></QueueConfiguration></NotificationConfiguration>",
  );
  const encrypted = xml(
    "<ServerSideEncryptionConfiguration><Rule><ApplyServerSideEncryptionByDefault><SSEAlgorithm>aws:kms</SSEAlgorithm><KMSMasterKeyID>arn:aws:kms:us-east-1:111122223333:key/0a1b</KMSMasterKeyID></ApplyServerSideEncryptionByDefault></Rule></ServerSideEncryptionConfiguration>",
  );
  const table: readonly (readonly [string, Changes, string, string, RegExp, RegExp])[] = [
    [
      "logs that go to CloudWatch only, keeping that destination",
      {
        GetModelInvocationLoggingConfiguration: logging({
          cloudWatchConfig: { logGroupName: "bedrock", roleArn: "arn:aws:iam::111122223333:role/logs" },
        }),
      },
      "logging/us-east-1",
      "fail",
      /log group bedrock only/,
      /"cloudWatchConfig":\{"logGroupName":"bedrock".*"s3Config"/,
    ],
    [
      "logs to a place that strata.yml does not read",
      { GetModelInvocationLoggingConfiguration: logging({ s3Config: { bucketName: "acme-logs", keyPrefix: "elsewhere" } }) },
      "sources/logs/us-east-1",
      "warn",
      /does not name s3:\/\/acme-logs\/elsewhere/,
      /Add "s3:\/\/acme-logs\/elsewhere" to sources\.logs/,
    ],
    [
      "no log object for days",
      { ListObjectsV2: listing([]) },
      "delivery/us-east-1",
      "warn",
      /none in the last two days/,
      /ModelInvocationLogsS3DeliveryFailure/,
    ],
    [
      "a bucket without events, whose other notifications the command repeats",
      { GetBucketNotificationConfiguration: notifications },
      "events/acme-logs",
      "fail",
      /EventBridge is off.*1 other notification of the bucket stay/,
      /"QueueConfigurations":\[\{"QueueArn":"arn:aws:sqs:us-east-1:111122223333:other".*"Id":"old".*"EventBridgeConfiguration":\{\}/,
    ],
    [
      "a key that the functions may not use",
      { GetBucketEncryption: encrypted },
      "encryption/acme-logs",
      "fail",
      /deploy\.kms_keys does not name/,
      /Add "arn:aws:kms:us-east-1:111122223333:key\/0a1b"/,
    ],
    [
      "a bucket policy without Bedrock, which the command repeats",
      {
        GetBucketPolicy: {
          body: '{"Version":"2012-10-17","Statement":[{"Sid":"Tls","Effect":"Deny","Principal":"*","Action":"s3:*"}]}',
        },
      },
      "policy/acme-logs",
      "fail",
      /no statement of the bucket policy/,
      /put-bucket-policy --bucket acme-logs --policy '.*"Sid":"Tls".*"aws:SourceAccount":"111122223333"/,
    ],
    [
      "a bucket in another region",
      { HeadBucket: { headers: { "x-amz-bucket-region": "eu-west-1" } } },
      "bucket/acme-logs",
      "warn",
      /is in eu-west-1, the stack's region is us-east-1/,
      /--region eu-west-1/,
    ],
    [
      "an export without principals",
      { GetExport: anExport({ properties: { TIME_GRANULARITY: "HOURLY", INCLUDE_RESOURCES: "TRUE" } }) },
      "export/principals",
      "warn",
      /INCLUDE_IAM_PRINCIPAL_DATA is not on/,
      /create-export/,
    ],
    [
      "an export whose query leaves the principal out",
      { GetExport: anExport({ query: "SELECT line_item_usage_type FROM COST_AND_USAGE_REPORT" }) },
      "export/principals",
      "warn",
      /does not select line_item_iam_principal/,
      /Keep the old export/,
    ],
    [
      "an export that cannot be read",
      { GetExport: anExport({ query: "SELECT line_item_usage_type, product AS product FROM COST_AND_USAGE_REPORT" }) },
      "export/columns",
      "fail",
      /cannot be read without line_item_usage_account_id/,
      /Data Exports, strata-cur, Edit/,
    ],
    [
      "an export by the month without resources",
      { GetExport: anExport({ properties: { TIME_GRANULARITY: "MONTHLY" } }) },
      "export/columns",
      "warn",
      /no resource ids.*MONTHLY/,
      /Edit/,
    ],
    [
      "an unhealthy export",
      { GetExport: anExport({ status: { StatusCode: "UNHEALTHY", StatusReason: "INSUFFICIENT_PERMISSION" } }) },
      "export/delivery",
      "fail",
      /INSUFFICIENT_PERMISSION/,
      /write to acme-bills/,
    ],
    [
      "an export that stopped",
      {
        GetExport: anExport({ status: { StatusCode: "HEALTHY", LastRefreshedAt: new Date(NOW - 4 * 86_400_000).toISOString() } }),
      },
      "export/delivery",
      "warn",
      /4 days ago/,
      /list-executions/,
    ],
    [
      "a bill of another account",
      { ListExports: json({ Exports: [] }) },
      "export",
      "warn",
      /payer account, which can be another/,
      /Nothing, if the payer account delivers/,
    ],
    [
      "a tag that is used but not active",
      {
        ListCostAllocationTags: json({
          CostAllocationTags: [{ TagKey: "iamPrincipal/team", Type: "UserDefined", Status: "Inactive" }],
        }),
      },
      "cost-tags",
      "warn",
      /used but not active: team/,
      /TagKey=iamPrincipal\/team,Status=Active/,
    ],
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

describe("a key of the account's own", () => {
  const named = `key/${keyArn()}`;

  it("is in order where its policy lets the account decrypt and Bedrock encrypt", async () => {
    const diagnosis = await examine(aKey(), OWN_KEY);
    expect(diagnosis.checks.filter(({ status }) => status !== "ok")).toEqual([]);
    expect(only(diagnosis, named)).toMatchObject({
      title: "Key of acme-bills, acme-logs",
      found: "its policy lets account 111122223333 decrypt and bedrock.amazonaws.com encrypt",
    });
    expect(account.operations.filter((name) => name === "GetKeyPolicy")).toHaveLength(1);
  });

  const table: readonly (readonly [string, Changes, string, RegExp, RegExp])[] = [
    [
      "without Bedrock, which the command adds to what is there",
      aKey({ statements: [ACCOUNT_DECIDES] }),
      "fail",
      /bedrock\.amazonaws\.com may not encrypt, so no logs are delivered/,
      /aws kms put-key-policy --key-id arn:aws:kms:us-east-1:111122223333:key\/0a1b --policy-name default --policy '.*"Enable IAM User Permissions".*"kms:GenerateDataKey".*"aws:SourceAccount":"111122223333"/,
    ],
    [
      "that trusts other roles only",
      aKey({
        statements: [
          { ...ACCOUNT_DECIDES, Principal: { AWS: "arn:aws:iam::111122223333:role/security" }, Action: ["kms:Decrypt"] },
        ],
      }),
      "fail",
      /no role of account 111122223333 may decrypt; bedrock\.amazonaws\.com may not encrypt/,
      /"Action":"kms:Decrypt".*"kms:GenerateDataKey"/,
    ],
    ["that is switched off", aKey({ state: "Disabled" }), "fail", /is Disabled: nothing/, /aws kms enable-key --key-id arn/],
    [
      "that is about to go",
      aKey({ state: "PendingDeletion" }),
      "fail",
      /is PendingDeletion/,
      /cancel-key-deletion.*\n.*enable-key/,
    ],
    [
      "that may not be looked at",
      { ...aKey(), DescribeKey: jsonError("AccessDeniedException", "no", 400) },
      "unknown",
      /no permission for kms:DescribeKey/,
      /Allow kms:DescribeKey.*\n.*aws kms get-key-policy --key-id arn:aws:kms:us-east-1:111122223333:key\/0a1b --policy-name default/,
    ],
    [
      "whose policy may not be read",
      { ...aKey(), GetKeyPolicy: jsonError("AccessDeniedException", "no", 400) },
      "unknown",
      /no permission for kms:GetKeyPolicy/,
      /Allow kms:GetKeyPolicy.*\n.*aws kms get-key-policy/,
    ],
  ];
  it.each(table)("%s", async (_, changes, status, text, fix) => {
    const check = only(await examine(changes, OWN_KEY), named);
    expect(check?.status).toBe(status);
    expect(check?.found).toMatch(text);
    expect(check?.fix.join("\n")).toMatch(fix);
  });

  it("that a role of the stack is named in needs no more", async () => {
    const statements = [
      { Effect: "Allow", Principal: { AWS: ["arn:aws:iam::111122223333:role/strata-dev-IngestRole"] }, Action: "kms:Decrypt" },
      { Effect: "Allow", Principal: { Service: ["bedrock.amazonaws.com"] }, Action: "kms:GenerateDataKey" },
    ];
    expect(only(await examine(aKey({ statements }), OWN_KEY), named)?.status).toBe("ok");
  });

  it("of another account is told by the statements that it must hold", async () => {
    const other = { ...aKey({ account: "999900001111" }), GetKeyPolicy: jsonError("AccessDeniedException", "no", 400) };
    const check = only(await examine(other, OWN_KEY), `key/${keyArn("999900001111")}`);
    expect(check).toMatchObject({ status: "unknown", found: expect.stringContaining("belongs to account 999900001111") });
    expect(check?.fix.join("\n")).toMatch(/"AWS":"arn:aws:iam::111122223333:root".*\n.*"bedrock\.amazonaws\.com"/);
  });

  it("named by an alias is told by its ARN, which is what strata.yml takes", async () => {
    const alias = "arn:aws:kms:us-east-1:111122223333:alias/logs";
    const changes = {
      ...aKey(),
      GetBucketEncryption: xml(String(Object(aKey()["GetBucketEncryption"]).body).replace(/.*\?>/, "").replace(keyArn(), alias)),
    };
    expect(only(await examine(changes), "encryption/acme-logs")?.fix[0]).toContain(`Add "${keyArn()}" to deploy.kms_keys`);
    expect(only(await examine(changes, OWN_KEY), "encryption/acme-logs")?.status).toBe("ok");
  });
});

describe("faults", () => {
  const faults: readonly (readonly [string, Changes, string, string, RegExp, RegExp])[] = [
    [
      "a bucket that is not there",
      { HeadBucket: { status: 404 } },
      "bucket/acme-logs",
      "fail",
      /there is no bucket acme-logs/,
      /Correct its name/,
    ],
    [
      "a bucket that may not be seen",
      { HeadBucket: { status: 403 } },
      "bucket/acme-logs",
      "unknown",
      /no permission for s3:ListBucket on acme-logs/,
      /Allow s3:ListBucket/,
    ],
    [
      "no permission for logging",
      { GetModelInvocationLoggingConfiguration: jsonError("AccessDeniedException", "not authorized", 403) },
      "logging/us-east-1",
      "unknown",
      /no permission for bedrock:GetModelInvocationLoggingConfiguration/,
      /Allow bedrock:GetModelInvocationLoggingConfiguration/,
    ],
    [
      "no permission for notifications",
      { GetBucketNotificationConfiguration: s3Error("AccessDenied", 403) },
      "events/acme-logs",
      "unknown",
      /s3:GetBucketNotification/,
      /Allow/,
    ],
    [
      "no permission for exports",
      { ListExports: jsonError("AccessDeniedException", "no", 400) },
      "export",
      "unknown",
      /bcm-data-exports:ListExports/,
      /Allow/,
    ],
    [
      "a member account that may not see tags",
      { ListCostAllocationTags: jsonError("AccessDeniedException", "no", 400) },
      "cost-tags",
      "unknown",
      /ce:ListCostAllocationTags/,
      /Allow/,
    ],
    [
      "no permission for quotas",
      { GetAccountSettings: jsonError("AccessDeniedException", "no", 403) },
      "concurrency",
      "unknown",
      /lambda:GetAccountSettings/,
      /Allow/,
    ],
    [
      "throttling",
      { ListExports: jsonError("ThrottlingException", "slow down", 400) },
      "export",
      "unknown",
      /refused the rate of requests/,
      /tried again/,
    ],
    [
      "a service that fails",
      { GetWorkGroup: jsonError("InternalServerException", "oops", 500) },
      "workgroup",
      "unknown",
      /the service failed/,
      /AWS Health/,
    ],
    [
      "a bucket of another region",
      { GetBucketPolicy: s3Error("PermanentRedirect", 301) },
      "policy/acme-logs",
      "unknown",
      /another region/,
      /AWS_REGION/,
    ],
  ];
  it.each(faults)("%s costs one check and no more", async (_, changes, id, status, text, hint) => {
    const diagnosis = await examine(changes);
    const check = only(diagnosis, id);
    expect(check?.status).toBe(status);
    expect(check?.found).toMatch(text);
    expect(check?.fix.join(" ")).toMatch(hint);
    expect(only(diagnosis, "identity")?.status).toBe("ok");
  });

  it("asks nothing more when the credentials have expired", async () => {
    const diagnosis = await examine({ GetCallerIdentity: xmlError("ExpiredToken", 403) });
    expect(diagnosis).toMatchObject({ status: "fail", account: null, counts: { fail: 1, warn: 0, unknown: 0, ok: 0 } });
    expect(diagnosis.checks[0]).toMatchObject({
      found: expect.stringContaining("the credentials have expired"),
      fix: [expect.stringContaining("aws sso login")],
    });
    expect(account.operations).toEqual(["GetCallerIdentity"]);
  });

  it("leaves what it could not ask apart from what is in order", async () => {
    const text = doctorText(await examine({ GetAccountSettings: jsonError("AccessDeniedException", "no", 403) }));
    expect(text).toMatch(
      /Could not be asked\n {2}\? {2}Lambda concurrency in us-east-1: no permission for lambda:GetAccountSettings/,
    );
    expect(text).toContain("1 question without an answer");
  });
});
