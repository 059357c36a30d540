import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { StrataConfig } from "../../src/config/strata-config.ts";
import { examined, only } from "./examine.ts";
import { anExport, type Changes, json, listing, logging, NOW, StubAccount, xml } from "./stub-account.ts";

let account: StubAccount;
beforeAll(async () => {
  account = await StubAccount.start();
});
afterAll(() => account.stop());
const examine = (changes?: Changes, config?: StrataConfig) => examined(account, changes, config);

describe("each finding about logs and bill", () => {
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
  ];
  it.each(table)("%s", async (_, changes, id, status, text, fix) => {
    const check = only(await examine(changes), id);
    expect(check?.status).toBe(status);
    expect(check?.found).toMatch(text);
    expect(check?.fix.join("\n")).toMatch(fix);
  });
});
