import { AthenaClient, CreateWorkGroupCommand } from "@aws-sdk/client-athena";
import { CloudWatchClient, PutMetricDataCommand } from "@aws-sdk/client-cloudwatch";
import { CostExplorerClient } from "@aws-sdk/client-cost-explorer";
import { GetPartitionsCommand, GlueClient } from "@aws-sdk/client-glue";
import { CreatePolicyCommand, CreateRoleCommand, CreateUserCommand, IAMClient } from "@aws-sdk/client-iam";
import { CreateBucketCommand, GetObjectTaggingCommand, PutBucketVersioningCommand, S3Client } from "@aws-sdk/client-s3";
import { CreateTopicCommand, SNSClient, SubscribeCommand } from "@aws-sdk/client-sns";
import { CreateQueueCommand, GetQueueAttributesCommand, ReceiveMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { beforeAll, describe, expect, it } from "vitest";
import { AthenaWarehouse } from "../../src/aws/athena-warehouse.ts";
import { cloudWatchCounts } from "../../src/aws/cloudwatch-counts.ts";
import { CostExplorer } from "../../src/aws/cost-explorer.ts";
import { GlueCatalog } from "../../src/aws/glue-catalog.ts";
import { glueSwap } from "../../src/aws/glue-swap.ts";
import { IamDenials } from "../../src/aws/iam-denials.ts";
import { S3Store } from "../../src/aws/s3-store.ts";
import { SnsSink } from "../../src/aws/sns-sink.ts";
import { SqsQueue } from "../../src/aws/sqs-queue.ts";
import { WriteConflict } from "../../src/errors.ts";
import { tables } from "../../src/tables/index.ts";
import { parseInstant } from "../../src/time.ts";
import { clientFor } from "../aws/stub-service.ts";

const endpoint = process.env["MOTO_ENDPOINT"] ?? "";
const config = clientFor(endpoint);
const s3 = new S3Client({ ...config, forcePathStyle: true });
const store = new S3Store("s3://conformance-data/stage", { client: s3, partBytes: 5 * 1024 * 1024 });
const glue = new GlueClient(config);
const athena = new AthenaClient(config);

const prepare = (path: string, body: unknown): Promise<Response> =>
  fetch(`${endpoint}/moto-api/static/${path}`, { method: "POST", body: JSON.stringify(body) });

beforeAll(async () => {
  await fetch(`${endpoint}/moto-api/reset`, { method: "POST" });
  await s3.send(new CreateBucketCommand({ Bucket: "conformance-data" }));
  await s3.send(new PutBucketVersioningCommand({ Bucket: "conformance-data", VersioningConfiguration: { Status: "Enabled" } }));
  await athena.send(
    new CreateWorkGroupCommand({
      Name: "strata-test",
      Configuration: { ResultConfiguration: { OutputLocation: "s3://conformance-data/results/" } },
    }),
  );
});

describe("S3", () => {
  it("refuses to create what is there, and reads the version that was asked for", async () => {
    await store.write("state", "one", { ifAbsent: true });
    await expect(store.write("state", "two", { ifAbsent: true })).rejects.toThrow(WriteConflict);
    const first = await store.info("state");
    await store.write("state", "two");
    const chunks: Buffer[] = [];
    for await (const chunk of (await store.read("state", first.version)).body) chunks.push(Buffer.from(chunk));
    expect(Buffer.concat(chunks).toString()).toBe("one");
  });

  it("writes in parts", async () => {
    await store.write("large", Buffer.alloc(6 * 1024 * 1024, 1));
    expect((await store.info("large")).size).toBe(6 * 1024 * 1024);
  });
});

describe("Glue", () => {
  it("takes every table, and the second time there is nothing to do", async () => {
    const catalog = new GlueCatalog({ database: "strata_test", data: "s3://conformance-data/stage/", glue });
    expect((await catalog.ensure(tables())).length).toBe(tables().length + 1);
    expect(await catalog.ensure(tables())).toEqual([]);
  });

  it("swaps partitions: made, moved, dropped; what was replaced is tagged", async () => {
    const swap = glueSwap({}, glue);
    const at = (folder: string, values: string[]) =>
      swap({ store, database: "strata_test", table: "hourly_usage", key: "dt", folder, values });
    await store.write("hourly_usage/run=1/dt=2026-10-01/part", "a");
    await store.write("hourly_usage/run=1/dt=2026-10-02/part", "a");
    await at("hourly_usage/run=1", ["2026-10-01", "2026-10-02"]);
    await store.write("hourly_usage/run=2/dt=2026-10-01/part", "b");
    await at("hourly_usage/run=2", ["2026-10-01", "2026-10-02"]);
    const { Partitions = [] } = await glue.send(
      new GetPartitionsCommand({ DatabaseName: "strata_test", TableName: "hourly_usage" }),
    );
    expect(Partitions.map(({ Values, StorageDescriptor }) => [Values?.[0], StorageDescriptor?.Location])).toEqual([
      ["2026-10-01", "s3://conformance-data/stage/hourly_usage/run=2/dt=2026-10-01/"],
    ]);
    const { TagSet } = await s3.send(
      new GetObjectTaggingCommand({ Bucket: "conformance-data", Key: "stage/hourly_usage/run=1/dt=2026-10-02/part" }),
    );
    expect(TagSet).toEqual([{ Key: "strata", Value: "superseded" }]);
  });
});

// Saved queries are not here: moto answers the question for a prepared statement that does not exist with an error 500 (5.1).
describe("Athena", () => {
  it("starts, waits, and reads typed rows", async () => {
    await prepare("athena/query-results", {
      results: [
        {
          rows: [
            { Data: [{ VarCharValue: "first_day" }, { VarCharValue: "last_day" }] },
            { Data: [{ VarCharValue: "2026-10-01" }, { VarCharValue: "2026-10-31" }] },
          ],
          column_info: ["first_day", "last_day"].map((Name) => ({
            CatalogName: "hive",
            SchemaName: "",
            TableName: "",
            Name,
            Label: Name,
            Type: "date",
            Precision: 0,
            Scale: 0,
            Nullable: "UNKNOWN",
            CaseSensitive: false,
          })),
        },
      ],
    });
    const warehouse = new AthenaWarehouse({
      database: "strata_test",
      workgroup: "strata-test",
      data: "s3://conformance-data/stage",
      athena,
      store,
    });
    const { rows } = await warehouse.query("rollups/covered_days");
    expect(rows.at(-1)).toEqual({ first_day: "2026-10-01", last_day: "2026-10-31" });
  });
});

describe("SNS and SQS", () => {
  it("carry an alert with its attributes into a queue", async () => {
    const sns = new SNSClient(config);
    const sqs = new SQSClient(config);
    const { TopicArn = "" } = await sns.send(new CreateTopicCommand({ Name: "critical" }));
    const { QueueUrl = "" } = await sqs.send(new CreateQueueCommand({ QueueName: "pages" }));
    const { Attributes } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["QueueArn"] }));
    await sns.send(new SubscribeCommand({ TopicArn, Protocol: "sqs", Endpoint: Attributes?.["QueueArn"] ?? "" }));
    await new SnsSink({ topics: new Map([["critical", TopicArn]]), client: sns }).publish({
      severity: "critical",
      subject: "Errors",
      body: JSON.stringify({ default: "errors" }),
      attributes: { team: "search" },
    });
    const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl }));
    expect(JSON.parse(Messages[0]?.Body ?? "{}")).toMatchObject({
      Subject: "Errors",
      MessageAttributes: { team: { Value: "search" } },
    });
    const queue = new SqsQueue({ url: QueueUrl, client: sqs });
    expect(await queue.send(Array.from({ length: 12 }, (_, index) => String(index)))).toBe(12);
  });
});

describe("Cost Explorer and CloudWatch", () => {
  it("give charges by day", async () => {
    await prepare("ce/cost-and-usage-results", {
      results: [
        {
          ResultsByTime: [
            {
              TimePeriod: { Start: "2026-10-01", End: "2026-10-02" },
              Total: {},
              Estimated: false,
              Groups: [{ Keys: ["Amazon Bedrock"], Metrics: { UnblendedCost: { Amount: "12.345678901234", Unit: "USD" } } }],
            },
          ],
          DimensionValueAttributes: [],
        },
      ],
    });
    const explorer = new CostExplorer({
      clock: { now: () => parseInstant("2026-10-05T00:00:00Z") ?? 0 },
      cache: store,
      client: new CostExplorerClient(config),
    });
    expect(await explorer.charges("2026-10-01", "2026-10-01")).toEqual([
      { dt: "2026-10-01", service: "Amazon Bedrock", usd: "12.345678901234", estimated: false },
    ]);
  });

  it("accepts the question for Bedrock's own counts", async () => {
    const client = new CloudWatchClient(config);
    const from = Math.floor(Date.now() / 3_600_000) * 3_600_000 - 3_600_000;
    await client.send(
      new PutMetricDataCommand({
        Namespace: "AWS/Bedrock",
        MetricData: [
          {
            MetricName: "Invocations",
            Dimensions: [{ Name: "ModelId", Value: "m" }],
            Value: 5,
            Timestamp: new Date(from + 60_000),
          },
        ],
      }),
    );
    const [count] = await cloudWatchCounts({}, () => client).hours("us-east-1", from, from + 3_600_000);
    expect(count?.hour).toBe(new Date(from).toISOString());
  });
});

describe("IAM", () => {
  it("attaches and detaches the denial, says who has it, and knows who is not there", async () => {
    const client = new IAMClient(config);
    const document = JSON.stringify({
      Version: "2012-10-17",
      Statement: [
        { Effect: "Deny", Action: "bedrock:InvokeModel", Resource: "arn:aws:bedrock:*::foundation-model/anthropic.claude-opus*" },
      ],
    });
    const { Policy } = await client.send(new CreatePolicyCommand({ PolicyName: "denial", PolicyDocument: document }));
    await client.send(new CreateRoleCommand({ RoleName: "Dev", Path: "/apps/", AssumeRolePolicyDocument: document }));
    await client.send(new CreateUserCommand({ UserName: "ann" }));
    const policy = Policy?.Arn ?? "";
    const denials = new IamDenials({ policy, client });
    const [role, user] = [policy.replace("policy/denial", "role/apps/Dev"), policy.replace("policy/denial", "user/ann")];
    for (const principal of [role, role, user]) await denials.deny(principal);
    expect(await denials.denied()).toEqual([policy.replace("policy/denial", "role/Dev"), user]);
    for (const principal of [role, role, user]) await denials.release(principal);
    expect(await denials.denied()).toEqual([]);
    await expect(denials.deny(policy.replace("policy/denial", "role/Nobody"))).rejects.toThrow("iam: there is no");
  });
});
