import { Readable } from "node:stream";
import { AthenaClient } from "@aws-sdk/client-athena";
import { BedrockClient } from "@aws-sdk/client-bedrock";
import { CloudWatchClient } from "@aws-sdk/client-cloudwatch";
import { CostExplorerClient } from "@aws-sdk/client-cost-explorer";
import { GlueClient } from "@aws-sdk/client-glue";
import { IAMClient } from "@aws-sdk/client-iam";
import { S3Client } from "@aws-sdk/client-s3";
import { SNSClient } from "@aws-sdk/client-sns";
import { SQSClient } from "@aws-sdk/client-sqs";
import { savedQuery, saveQueries } from "../../src/aws/athena-saved.ts";
import { AthenaWarehouse } from "../../src/aws/athena-warehouse.ts";
import { BatchJobs } from "../../src/aws/batch-jobs.ts";
import { callerAccount } from "../../src/aws/caller-account.ts";
import { cloudWatchCounts } from "../../src/aws/cloudwatch-counts.ts";
import { CostExplorer } from "../../src/aws/cost-explorer.ts";
import { GlueCatalog } from "../../src/aws/glue-catalog.ts";
import { glueSwap } from "../../src/aws/glue-swap.ts";
import { glueTable } from "../../src/aws/glue-tables.ts";
import { IamDenials } from "../../src/aws/iam-denials.ts";
import { InferenceProfiles } from "../../src/aws/inference-profiles.ts";
import { priceListProducts } from "../../src/aws/price-list.ts";
import { S3Store } from "../../src/aws/s3-store.ts";
import { SnsSink } from "../../src/aws/sns-sink.ts";
import { SqsDeadLetters } from "../../src/aws/sqs-dead-letters.ts";
import { SqsQueue } from "../../src/aws/sqs-queue.ts";
import { stageBill } from "../../src/aws/stage-bill.ts";
import type { ObjectInfo } from "../../src/ports.ts";
import { queryNames } from "../../src/query/files.ts";
import { tables } from "../../src/tables/index.ts";
import { MemoryStore } from "../ingest/memory-store.ts";
import { clientFor, json, jsonError, type StubAnswer, type StubRequest } from "./stub-service.ts";

/** One call of an adapter, and how it meets a fault. */
export interface FaultCase {
  /** The SDK's command without the word, for example PutObject. */
  readonly operation: string;
  /** What makes the call. */
  readonly run: (endpoint: string) => Promise<unknown>;
  /** How a healthy service answers everything that `run` asks. */
  readonly answer: (request: StubRequest) => StubAnswer;
  /** What the hint says, where it is the same for every fault. */
  readonly hint?: RegExp;
  /** The beginning of the message when the fault lasts; absent for a call whose failure is nobody's, by design. */
  readonly says?: RegExp;
}

/** Milliseconds; many runs go on at once on a machine that may be busy. */
const PATIENCE = 1_500;

/** Fails fast, and tries twice, so that a passing fault is seen to be tried again. */
const config = (endpoint: string) => ({
  ...clientFor(endpoint),
  maxAttempts: 2,
  requestHandler: { requestTimeout: PATIENCE, throwOnRequestTimeout: true },
});

/** For adapters that make their own client; its credentials come from the environment. */
const own = (endpoint: string) => ({ endpoint, region: "us-east-1", maxAttempts: 2, requestTimeout: PATIENCE });
Object.assign(process.env, { AWS_ACCESS_KEY_ID: "test", AWS_SECRET_ACCESS_KEY: "test" });

const xml = (body: string): StubAnswer => ({ headers: { "content-type": "text/xml" }, body: `<?xml version="1.0"?>${body}` });

const S3: Readonly<Record<string, StubAnswer>> = {
  ListObjectsV2: xml("<ListBucketResult><IsTruncated>false</IsTruncated></ListBucketResult>"),
  GetObject: { headers: { etag: '"e"' }, body: "hello" },
  PutObject: { headers: { etag: '"e"' } },
  CreateMultipartUpload: xml("<InitiateMultipartUploadResult><UploadId>u</UploadId></InitiateMultipartUploadResult>"),
  UploadPart: { headers: { etag: '"e"' } },
  CompleteMultipartUpload: xml('<CompleteMultipartUploadResult><ETag>"e"</ETag></CompleteMultipartUploadResult>'),
};

/** The operation of a request in any of the protocols. */
export function operationOf({ operation, method, path, body }: StubRequest): string {
  const action = /(?:^|&)Action=(\w+)/.exec(body)?.[1];
  if (operation !== "" || action !== undefined) return action ?? operation;
  if (path.startsWith("/inference-profiles/")) return "GetInferenceProfile";
  if (path.startsWith("/listTagsForResource")) return "ListTagsForResource";
  if (path.startsWith("/model-invocation-job/")) return "GetModelInvocationJob";
  const query = new URL(path, "http://stub").searchParams;
  if (method === "HEAD") return "HeadObject";
  if (method === "GET") return query.has("list-type") ? "ListObjectsV2" : "GetObject";
  if (method === "POST") return query.has("uploads") ? "CreateMultipartUpload" : "CompleteMultipartUpload";
  if (method === "DELETE") return query.has("uploadId") ? "AbortMultipartUpload" : "DeleteObject";
  return query.has("tagging") ? "PutObjectTagging" : query.has("partNumber") ? "UploadPart" : "PutObject";
}

const storeAt = (endpoint: string): S3Store =>
  new S3Store("s3://curated", {
    client: new S3Client({ ...config(endpoint), forcePathStyle: true }),
    partBytes: 1000,
  });

const s3 = (operation: string, use: (store: S3Store) => Promise<unknown>, says?: RegExp): FaultCase => ({
  operation,
  run: (endpoint) => use(storeAt(endpoint)),
  answer: (request) => S3[operationOf(request)] ?? {},
  ...(says ? { says } : {}),
});

/** Two parts; the stub takes parts of any size. */
const LARGE = Buffer.alloc(1500);
const WRITING = /^s3: writing s3:\/\/curated\/key failed/;

const S3_CASES: readonly FaultCase[] = [
  s3("ListObjectsV2", (store) => Array.fromAsync(store.list("p/")), /^s3: listing s3:\/\/curated failed/),
  s3("GetObject", (store) => store.readAll("key"), /^s3: reading s3:\/\/curated\/key failed/),
  s3("HeadObject", (store) => store.info("key"), /^s3: reading s3:\/\/curated\/key failed/),
  s3("PutObject", (store) => store.write("key", "x"), WRITING),
  s3("DeleteObject", (store) => store.remove("key"), /^s3: deleting s3:\/\/curated\/key failed/),
  s3("PutObjectTagging", (store) => store.tag("key", "a", "b")),
  s3("CreateMultipartUpload", (store) => store.write("key", LARGE), WRITING),
  s3("UploadPart", (store) => store.write("key", LARGE), WRITING),
  s3("CompleteMultipartUpload", (store) => store.write("key", LARGE), WRITING),
  {
    ...s3("AbortMultipartUpload", (store) => store.write("key", LARGE).catch(() => undefined)),
    // Parts are taken back only where the write itself failed.
    answer: (request) =>
      operationOf(request) === "CompleteMultipartUpload" ? { status: 403 } : (S3[operationOf(request)] ?? {}),
  },
];

const SUCCEEDED = { Status: { State: "SUCCEEDED" }, StatementType: "DML" };

function warehouseAt(endpoint: string, timeout = 60_000): AthenaWarehouse {
  let time = 0;
  return new AthenaWarehouse({
    database: "strata_test",
    workgroup: "strata-test",
    data: "s3://curated",
    athena: new AthenaClient(config(endpoint)),
    swapPartitions: glueSwap({}, new GlueClient(config(endpoint))),
    store: storeAt(endpoint),
    timeout,
    sleep: async () => undefined,
    now: () => (time += 10_000),
  });
}

const ATHENA: Readonly<Record<string, object>> = {
  StartQueryExecution: { QueryExecutionId: "run" },
  GetQueryExecution: { QueryExecution: SUCCEEDED },
  GetQueryResults: { ResultSet: { ResultSetMetadata: { ColumnInfo: [] }, Rows: [] } },
  ListNamedQueries: { NamedQueryIds: ["one"] },
  BatchGetNamedQuery: { NamedQueries: [] },
};

const athena = (operation: string, says: RegExp, changes: Readonly<Record<string, StubAnswer>> = {}): FaultCase => ({
  operation,
  run: (endpoint) =>
    /Named/.test(operation)
      ? saveQueries({ database: "strata_test", workgroup: "strata-test", athena: new AthenaClient(config(endpoint)) })
      : warehouseAt(endpoint).query("rollups/covered_days"),
  answer: (request) => changes[request.operation] ?? json(ATHENA[request.operation] ?? {}),
  says,
});

/** Every saved query as Athena holds it, with an older text. */
const OLDER = {
  NamedQueries: queryNames("saved").map((name) => ({
    Name: savedQuery(name).title,
    NamedQueryId: name,
    QueryString: "select 0",
  })),
};
const SAVING = /^athena: saving the query \w+ failed/;

const ATHENA_CASES: readonly FaultCase[] = [
  athena("StartQueryExecution", /^athena: rollups\/covered_days: starting it failed/),
  athena("GetQueryExecution", /^athena: rollups\/covered_days: asking for its state failed/),
  athena("GetQueryResults", /^athena: rollups\/covered_days: reading the result failed/),
  {
    ...athena("StopQueryExecution", /^athena: rollups\/covered_days: stopping it failed/),
    // Stopped in good order it is an error, too: time was up.
    run: (endpoint) =>
      warehouseAt(endpoint, 1)
        .query("rollups/covered_days")
        .catch((error: unknown) => {
          if (!/was stopped after/.test(String(error))) throw error;
        }),
    answer: (request) =>
      json(
        request.operation === "GetQueryExecution"
          ? { QueryExecution: { Status: { State: "RUNNING" } } }
          : (ATHENA[request.operation] ?? {}),
      ),
  },
  athena("ListNamedQueries", /^athena: listing the saved queries of strata-test failed/),
  athena("BatchGetNamedQuery", /^athena: listing the saved queries of strata-test failed/),
  athena("CreateNamedQuery", SAVING),
  athena("UpdateNamedQuery", SAVING, { BatchGetNamedQuery: json(OLDER) }),
];

const NONE = jsonError("EntityNotFoundException", "none");
const [hourlyUsage] = tables().filter(({ name }) => name === "hourly_usage");
if (!hourlyUsage) throw new Error("there is no table hourly_usage");
const HOURLY = [hourlyUsage];
const TABLE = glueTable(hourlyUsage, "s3://curated/");
const OLD_TABLE = json({
  Table: { ...TABLE, StorageDescriptor: { ...TABLE.StorageDescriptor, Columns: TABLE.StorageDescriptor?.Columns?.slice(0, 3) } },
});

const glue = (
  operation: string,
  says: RegExp,
  run: (endpoint: string) => Promise<unknown>,
  answers: Readonly<Record<string, StubAnswer>> = {},
): FaultCase => ({
  operation,
  run,
  answer: (request) => answers[operationOf(request)] ?? S3[operationOf(request)] ?? json(ATHENA[operationOf(request)] ?? {}),
  says,
});

const catalog = (endpoint: string): Promise<unknown> =>
  new GlueCatalog({ database: "strata_test", data: "s3://curated/", glue: new GlueClient(config(endpoint)) }).ensure(HOURLY);
const swap = (endpoint: string): Promise<unknown> =>
  glueSwap(
    {},
    new GlueClient(config(endpoint)),
  )({
    store: storeAt(endpoint),
    database: "strata_test",
    table: "hourly_usage",
    key: "dt",
    folder: "hourly_usage/run=2",
    values: ["2026-10-01"],
  });
const FILLED = xml(
  "<ListBucketResult><IsTruncated>false</IsTruncated><Contents><Key>hourly_usage/run=2/dt=2026-10-01/part</Key><Size>1</Size></Contents></ListBucketResult>",
);
const PRESENT = json({ Partitions: [{ Values: ["2026-10-01"], StorageDescriptor: {} }] });
const SWAPPING = /^glue: swapping partitions of hourly_usage failed/;

/** A bill of one CSV file, without a manifest. */
class OneBill extends S3Store {
  override async *list() {
    yield { key: "data/BILLING_PERIOD=2026-10/one.csv", size: 1, lastModified: 0 };
  }
  override async read(key: string) {
    const header =
      "line_item_usage_account_id,line_item_usage_start_date,line_item_line_item_type,line_item_product_code,line_item_usage_type,line_item_unblended_cost\n";
    return { body: Readable.from([Buffer.from(header)]), info: { key, size: header.length, lastModified: 0 } };
  }
}
const stage = (endpoint: string): Promise<unknown> =>
  stageBill({
    warehouse: warehouseAt(endpoint),
    glue: new GlueClient(config(endpoint)),
    database: "strata_test",
    source: new OneBill("s3://billing"),
  });

const GLUE_CASES: readonly FaultCase[] = [
  glue("GetDatabase", /^glue: reading strata_test failed/, catalog, { GetTable: json({ Table: TABLE }) }),
  glue("CreateDatabase", /^glue: making strata_test failed/, catalog, { GetDatabase: NONE, GetTable: json({ Table: TABLE }) }),
  glue("GetTable", /^glue: reading hourly_usage failed/, catalog, { GetTable: json({ Table: TABLE }) }),
  glue("CreateTable", /^glue: making hourly_usage failed/, catalog, { GetTable: NONE }),
  glue("UpdateTable", /^glue: changing hourly_usage failed/, catalog, { GetTable: OLD_TABLE }),
  glue("GetTable", SWAPPING, swap),
  glue("GetPartitions", SWAPPING, swap),
  glue("BatchCreatePartition", SWAPPING, swap, { ListObjectsV2: FILLED }),
  glue("BatchUpdatePartition", SWAPPING, swap, { ListObjectsV2: FILLED, GetPartitions: PRESENT }),
  glue("BatchDeletePartition", SWAPPING, swap, { GetPartitions: PRESENT }),
  glue("CreateTable", /^glue: making staging_[0-9a-f]{16} failed/, stage),
  glue("DeleteTable", /^glue: removing staging_[0-9a-f]{16} failed/, stage),
];

const QUEUE = "https://sqs.us-east-1.amazonaws.com/111122223333/strata-test-ingest";
const SQS: Readonly<Record<string, object>> = {
  GetQueueUrl: { QueueUrl: QUEUE },
  GetQueueAttributes: { Attributes: { QueueArn: "arn:aws:sqs:us-east-1:111122223333:strata-test-ingest" } },
  SendMessageBatch: { Successful: [{ Id: "0", MessageId: "m", MD5OfMessageBody: "x" }], Failed: [] },
  DeleteMessageBatch: { Successful: [{ Id: "0" }], Failed: [] },
};
const queueAt = (endpoint: string): SqsQueue =>
  new SqsQueue({ url: QUEUE, client: new SQSClient({ ...config(endpoint), md5: false, useQueueUrlAsEndpoint: false }) });

function sqs(operation: string, doing: string, use: (queue: SqsQueue) => Promise<unknown>): FaultCase {
  let received = new Set<string>();
  return {
    operation,
    run: (endpoint) => {
      received = new Set([...received].filter((known) => known !== endpoint));
      return use(queueAt(endpoint));
    },
    // One message, then none: by the port, since several runs go on at once.
    answer: ({ operation: asked, headers }) => {
      if (asked !== "ReceiveMessage") return json(SQS[asked] ?? {});
      const host = String(headers.host);
      const first = !received.has(host);
      received.add(host);
      return json({ Messages: first ? [{ MessageId: "m", ReceiptHandle: "r", Body: "body" }] : [] });
    },
    says: new RegExp(`^sqs: ${doing} \\(${QUEUE}\\) failed`),
  };
}
const move = (queue: SqsQueue): Promise<unknown> => queue.moveTo(() => queue);

const SQS_CASES: readonly FaultCase[] = [
  sqs("SendMessageBatch", "sending", (queue) => queue.send(["one"])),
  sqs("GetQueueAttributes", "counting", (queue) => queue.counts()),
  sqs("StartMessageMoveTask", "redriving", (queue) => queue.redrive()),
  sqs("ListMessageMoveTasks", "looking at redrives", (queue) => queue.redriveState()),
  sqs("ReceiveMessage", "receiving", move),
  sqs("DeleteMessageBatch", "deleting", move),
  {
    operation: "SendMessage",
    run: (endpoint) =>
      new SqsDeadLetters({
        url: QUEUE,
        client: new SQSClient({ ...config(endpoint), md5: false, useQueueUrlAsEndpoint: false }),
      }).keep("letter"),
    answer: () => json({ MessageId: "m" }),
    says: /^sqs: keeping a message in \S+ failed/,
  },
  {
    operation: "GetQueueUrl",
    run: (endpoint) => SqsQueue.named("strata-test-ingest", own(endpoint)),
    answer: ({ operation }) => json(SQS[operation] ?? {}),
    says: /^sqs: looking for the queue strata-test-ingest failed/,
  },
];

const POLICY = "arn:aws:iam::111122223333:policy/strata-test-deny";
const iam = (operation: string, says: RegExp, use: (denials: IamDenials) => Promise<unknown>): FaultCase => ({
  operation,
  run: (endpoint) => use(new IamDenials({ policy: POLICY, client: new IAMClient(config(endpoint)) })),
  answer: () => xml(`<${operation}Response><${operation}Result/></${operation}Response>`),
  says,
});
const PROFILE = "arn:aws:bedrock:us-east-1:111122223333:application-inference-profile/ab12cd34ef56";
/** A profile that cannot be looked up costs no record: its failure is told, and the call goes on. */
const profile = (operation: string): FaultCase => ({
  operation,
  run: async (endpoint) => {
    const told: unknown[] = [];
    await new InferenceProfiles({
      store: () => new Forgetful("s3://curated"),
      clock: { now: () => 0 },
      onFailure: (error) => told.push(error),
      clientOf: () => new BedrockClient(config(endpoint)),
    }).ask(PROFILE);
    if (told.length > 0) throw told[0];
  },
  answer: (request) =>
    json(
      operationOf(request) === "GetInferenceProfile"
        ? { models: [{ modelArn: "arn:aws:bedrock:us-east-1::foundation-model/anthropic.claude-sonnet-4-6" }] }
        : { tags: [] },
    ),
  says: /^bedrock: looking up the inference profile \S+ failed/,
  hint: /allow bedrock:GetInferenceProfile.*npx strata-bedrock backfill/,
});

/** So is a batch inference job that cannot be described: its tokens land without model and role. */
const JOB: FaultCase = {
  operation: "GetModelInvocationJob",
  run: async (endpoint) => {
    const told: unknown[] = [];
    const kept = new MemoryStore();
    const info = async (key: string): Promise<ObjectInfo> => MemoryStore.prototype.info.call(kept, key);
    await new BatchJobs({
      store: () => Object.assign(kept, { info }) as MemoryStore & { info: typeof info },
      clock: { now: () => 0 },
      onFailure: (error) => told.push(error),
      client: new BedrockClient(config(endpoint)),
    }).describe("out/abcdef123456/a.jsonl.out");
    if (told.length > 0) throw told[0];
  },
  answer: () =>
    json({
      jobArn: "arn:aws:bedrock:us-east-1:111122223333:model-invocation-job/abcdef123456",
      modelId: "amazon.nova-lite-v1:0",
      roleArn: "arn:aws:iam::111122223333:role/Batch",
      status: "Completed",
      submitTime: "2026-10-05T01:00:00Z",
    }),
  says: /bedrock: describing the batch inference job abcdef123456 failed/,
  hint: /Allow bedrock:GetModelInvocationJob/,
};

const [ROLE, USER] = ["role/batch", "user/alice"].map((name) => `arn:aws:iam::111122223333:${name}`) as [string, string];

const OTHER_CASES: readonly FaultCase[] = [
  profile("GetInferenceProfile"),
  profile("ListTagsForResource"),
  JOB,
  iam("ListEntitiesForPolicy", /^iam: listing who is denied/, (denials) => denials.denied()),
  iam("AttachRolePolicy", /^iam: denying \S+role\/batch premium models failed/, (denials) => denials.deny(ROLE)),
  iam("AttachUserPolicy", /^iam: denying \S+user\/alice premium models failed/, (denials) => denials.deny(USER)),
  iam("DetachRolePolicy", /^iam: releasing \S+role\/batch failed/, (denials) => denials.release(ROLE)),
  iam("DetachUserPolicy", /^iam: releasing \S+user\/alice failed/, (denials) => denials.release(USER)),
  {
    operation: "Publish",
    run: (endpoint) =>
      new SnsSink({
        topics: new Map([["critical", "arn:aws:sns:us-east-1:111122223333:critical"]]),
        client: new SNSClient(config(endpoint)),
      }).publish({ severity: "critical", subject: "Errors", body: "{}", attributes: {} }),
    answer: () => xml("<PublishResponse><PublishResult><MessageId>m</MessageId></PublishResult></PublishResponse>"),
    says: /^sns: publishing to arn:aws:sns:us-east-1:111122223333:critical failed/,
  },
  {
    operation: "GetMetricData",
    run: (endpoint) => cloudWatchCounts({}, () => new CloudWatchClient(config(endpoint))).hours("eu-west-1", 0, 3_600_000),
    answer: () => json({ MetricDataResults: [] }),
    says: /^cloudwatch: reading Bedrock's counts in eu-west-1 failed/,
  },
  {
    operation: "GetCallerIdentity",
    run: (endpoint) => callerAccount(own(endpoint)),
    answer: () =>
      xml(
        "<GetCallerIdentityResponse><GetCallerIdentityResult><Account>1</Account></GetCallerIdentityResult></GetCallerIdentityResponse>",
      ),
    says: /^sts: asking who the AWS profile is failed/,
  },
  {
    operation: "GetProducts",
    run: async (endpoint) => {
      for await (const _ of priceListProducts("AmazonBedrock", own(endpoint)));
    },
    answer: () => json({ PriceList: [] }),
    says: /^prices: products of AmazonBedrock failed/,
  },
  ...(["GetCostAndUsage", "GetCostForecast"] as const).map(
    (operation): FaultCase => ({
      operation,
      run: (endpoint) => {
        const explorer = new CostExplorer({
          clock: { now: () => Date.UTC(2026, 9, 5) },
          cache: new Forgetful("s3://curated"),
          client: new CostExplorerClient(config(endpoint)),
        });
        return operation === "GetCostAndUsage"
          ? explorer.charges("2026-10-01", "2026-10-02")
          : explorer.forecast(["Amazon Bedrock"]);
      },
      answer: () => json({ ResultsByTime: [], Total: { Amount: "1", Unit: "USD" } }),
      says: /^cost-explorer: (month to date|forecast) failed/,
    }),
  ),
];

/** A cache that keeps nothing. */
class Forgetful extends S3Store {
  override async readAll() {
    return undefined;
  }
  override async write() {
    return { etag: "" };
  }
}

export const FAULT_CASES: readonly FaultCase[] = [...S3_CASES, ...ATHENA_CASES, ...GLUE_CASES, ...SQS_CASES, ...OTHER_CASES];
