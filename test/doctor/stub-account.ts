import { SdkAccountView } from "../../src/aws/account-view.ts";
import { jsonError, type StubAnswer, type StubRequest, StubService, s3Error } from "../aws/stub-service.ts";

export const NOW = Date.parse("2026-11-20T12:00:00Z");
export const ACCOUNT = "111122223333";
const MINUTE = 60_000;

/** The operation of a request in any of the protocols that the services speak. */
export function operationOf({ operation, method, path, body }: StubRequest): string {
  if (operation !== "") return operation;
  const action = /(?:^|&)Action=(\w+)/.exec(body)?.[1];
  if (action !== undefined) return action;
  const rest: readonly (readonly [RegExp, string])[] = [
    [/^GET \/logging\/modelinvocations/, "GetModelInvocationLoggingConfiguration"],
    [/^GET \/inference-profiles/, "ListInferenceProfiles"],
    [/^POST \/listTagsForResource/, "ListTagsForResource"],
    [/^GET \/2016-08-19\/account-settings/, "GetAccountSettings"],
    [/^HEAD \/[^/?]+\/?$/, "HeadBucket"],
    [/^GET \/[^?]+\?.*\bnotification\b/, "GetBucketNotificationConfiguration"],
    [/^GET \/[^?]+\?.*\bencryption\b/, "GetBucketEncryption"],
    [/^GET \/[^?]+\?.*\bpolicy\b/, "GetBucketPolicy"],
    [/^GET \/[^?]+\?.*\blist-type=2/, "ListObjectsV2"],
  ];
  return rest.find(([pattern]) => pattern.test(`${method} ${path}`))?.[1] ?? `${method} ${path}`;
}

const json = (value: unknown): StubAnswer => ({
  headers: { "content-type": "application/x-amz-json-1.1" },
  body: JSON.stringify(value),
});
const xml = (body: string): StubAnswer => ({
  headers: { "content-type": "application/xml" },
  body: `<?xml version="1.0"?>${body}`,
});
const seconds = (millis: number): number => millis / 1000;
const profileArn = `arn:aws:bedrock:us-east-1:${ACCOUNT}:application-inference-profile/ab12cd34ef56`;
const modelArn = (region: string): string => `arn:aws:bedrock:${region}::foundation-model/anthropic.claude-sonnet-4-6`;

export const listing = (keys: readonly string[], folders: readonly string[] = [], modified = NOW - 12 * MINUTE): StubAnswer =>
  xml(
    `<ListBucketResult><IsTruncated>false</IsTruncated>${keys
      .map(
        (key) =>
          `<Contents><Key>${key}</Key><Size>1</Size><LastModified>${new Date(modified).toISOString()}</LastModified></Contents>`,
      )
      .join(
        "",
      )}${folders.map((folder) => `<CommonPrefixes><Prefix>${folder}</Prefix></CommonPrefixes>`).join("")}</ListBucketResult>`,
  );

export const logging = (config: object | undefined): StubAnswer => json(config === undefined ? {} : { loggingConfig: config });

export const anExport = (changes: { query?: string; properties?: object; status?: object } = {}): StubAnswer =>
  json({
    Export: {
      Name: "strata-cur",
      DataQuery: {
        QueryStatement: changes.query ?? "SELECT * FROM COST_AND_USAGE_REPORT",
        TableConfigurations: {
          COST_AND_USAGE_REPORT: changes.properties ?? {
            TIME_GRANULARITY: "HOURLY",
            INCLUDE_RESOURCES: "TRUE",
            INCLUDE_IAM_PRINCIPAL_DATA: "TRUE",
          },
        },
      },
      DestinationConfigurations: {
        S3Destination: {
          S3Bucket: "acme-bills",
          S3Prefix: "cur",
          S3Region: "us-east-1",
          S3OutputConfigurations: {
            OutputType: "CUSTOM",
            Format: "PARQUET",
            Compression: "PARQUET",
            Overwrite: "OVERWRITE_REPORT",
          },
        },
      },
      RefreshCadence: { Frequency: "SYNCHRONOUS" },
    },
    ExportStatus: changes.status ?? { StatusCode: "HEALTHY", LastRefreshedAt: new Date(NOW - 5 * 60 * MINUTE).toISOString() },
  });

const POLICY = {
  Version: "2012-10-17",
  Statement: [
    {
      Sid: "Logs",
      Effect: "Allow",
      Principal: { Service: "bedrock.amazonaws.com" },
      Action: "s3:Put*",
      Resource: "arn:aws:s3:::acme-logs/*",
    },
  ],
};

/** A key of the account with the policy that the console gives (KMS Developer Guide, "Default key policy"), and a statement for Bedrock. */
export const aKey = (changes: { state?: string; account?: string; statements?: readonly object[] } = {}): Changes => ({
  GetBucketEncryption: xml(
    `<ServerSideEncryptionConfiguration><Rule><ApplyServerSideEncryptionByDefault><SSEAlgorithm>aws:kms</SSEAlgorithm><KMSMasterKeyID>${keyArn(changes.account)}</KMSMasterKeyID></ApplyServerSideEncryptionByDefault></Rule></ServerSideEncryptionConfiguration>`,
  ),
  DescribeKey: json({ KeyMetadata: { Arn: keyArn(changes.account), KeyState: changes.state ?? "Enabled" } }),
  GetKeyPolicy: json({
    Policy: JSON.stringify({ Version: "2012-10-17", Statement: changes.statements ?? [ACCOUNT_DECIDES, BEDROCK_ENCRYPTS] }),
  }),
});
export const keyArn = (account = ACCOUNT): string => `arn:aws:kms:us-east-1:${account}:key/0a1b`;
export const ACCOUNT_DECIDES = {
  Sid: "Enable IAM User Permissions",
  Effect: "Allow",
  Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` },
  Action: "kms:*",
  Resource: "*",
};
export const BEDROCK_ENCRYPTS = {
  Effect: "Allow",
  Principal: { Service: "bedrock.amazonaws.com" },
  Action: ["kms:GenerateDataKey*"],
  Resource: "*",
};

/** A Glue database whose new tables are open to what IAM allows, or governed by Lake Formation. */
export const aDatabase = (open: boolean): StubAnswer =>
  json({
    Database: {
      Name: "strata_dev",
      CreateTableDefaultPermissions: open
        ? [{ Principal: { DataLakePrincipalIdentifier: "IAM_ALLOWED_PRINCIPALS" }, Permissions: ["ALL"] }]
        : [],
    },
  });

/** An account in which a stack of stage `dev` runs and nothing is amiss. Shapes as in the botocore models. */
const HEALTHY: Readonly<Record<string, (request: StubRequest) => StubAnswer>> = {
  GetCallerIdentity: () =>
    xml(
      `<GetCallerIdentityResponse><GetCallerIdentityResult><Account>${ACCOUNT}</Account><Arn>arn:aws:sts::${ACCOUNT}:assumed-role/Admin/alice</Arn><UserId>X</UserId></GetCallerIdentityResult></GetCallerIdentityResponse>`,
    ),
  GetModelInvocationLoggingConfiguration: () =>
    logging({
      s3Config: { bucketName: "acme-logs", keyPrefix: "bedrock" },
      textDataDeliveryEnabled: false,
      imageDataDeliveryEnabled: false,
    }),
  ListInferenceProfiles: ({ path }) =>
    json({
      inferenceProfileSummaries: path.includes("APPLICATION")
        ? [
            {
              inferenceProfileName: "search",
              inferenceProfileArn: profileArn,
              inferenceProfileId: "ab12cd34ef56",
              status: "ACTIVE",
              type: "APPLICATION",
              models: [{ modelArn: modelArn("us-east-1") }, { modelArn: modelArn("us-west-2") }],
            },
          ]
        : [
            {
              inferenceProfileName: "US Claude",
              inferenceProfileArn: "arn:aws:bedrock:us-east-1:111122223333:inference-profile/us.anthropic.claude-sonnet-4-6",
              inferenceProfileId: "us.anthropic.claude-sonnet-4-6",
              status: "ACTIVE",
              type: "SYSTEM_DEFINED",
              models: [{ modelArn: modelArn("us-west-2") }, { modelArn: modelArn("us-east-1") }],
            },
          ],
    }),
  ListTagsForResource: () => json({ tags: [{ key: "team", value: "search" }] }),
  HeadBucket: () => ({ headers: { "x-amz-bucket-region": "us-east-1" } }),
  GetBucketNotificationConfiguration: () =>
    xml("<NotificationConfiguration><EventBridgeConfiguration></EventBridgeConfiguration></NotificationConfiguration>"),
  GetBucketEncryption: () =>
    xml(
      "<ServerSideEncryptionConfiguration><Rule><ApplyServerSideEncryptionByDefault><SSEAlgorithm>AES256</SSEAlgorithm></ApplyServerSideEncryptionByDefault></Rule></ServerSideEncryptionConfiguration>",
    ),
  GetBucketPolicy: () => ({ body: JSON.stringify(POLICY) }),
  ListObjectsV2: ({ path }) => {
    const prefix = new URL(path, "http://x").searchParams.get("prefix") ?? "";
    if (prefix === "bedrock/AWSLogs/") return listing([], [`bedrock/AWSLogs/${ACCOUNT}/`]);
    if (prefix.startsWith("bedrock/AWSLogs/") && prefix.endsWith("/2026/11/20/"))
      return listing([`${prefix}11/20261120T114800000Z_0123456789abcdef.json.gz`]);
    if (prefix === "invocation_records/dt=2026-11-20/") return listing([], [`${prefix}hour=10/`, `${prefix}hour=11/`]);
    if (prefix === "alerts/") return listing(["alerts/a.jsonl"], [], NOW - 26 * 60 * MINUTE);
    return listing([]);
  },
  ListExports: () =>
    json({
      Exports: [{ ExportArn: "arn:aws:bcm-data-exports:us-east-1:111122223333:export/strata-cur", ExportName: "strata-cur" }],
    }),
  GetExport: () => anExport(),
  ListCostAllocationTags: () =>
    json({ CostAllocationTags: [{ TagKey: "iamPrincipal/team", Type: "UserDefined", Status: "Active" }] }),
  GetAccountSettings: () => json({ AccountLimit: { ConcurrentExecutions: 1000, UnreservedConcurrentExecutions: 996 } }),
  DescribeStacks: () =>
    xml(
      "<DescribeStacksResponse><DescribeStacksResult><Stacks><member><StackName>strata-dev</StackName><StackStatus>UPDATE_COMPLETE</StackStatus><CreationTime>2026-11-01T00:00:00Z</CreationTime></member></Stacks></DescribeStacksResult></DescribeStacksResponse>",
    ),
  GetWorkGroup: () =>
    json({
      WorkGroup: {
        Name: "strata-dev",
        State: "ENABLED",
        Configuration: {
          EngineVersion: { EffectiveEngineVersion: "Athena engine version 3" },
          ResultConfiguration: { OutputLocation: "s3://strata-dev-results/athena/" },
        },
      },
    }),
  GetTable: () =>
    json({
      Table: {
        Name: "invocation_records",
        Parameters: { "strata.catalog_version": "1" },
        StorageDescriptor: { Location: "s3://strata-dev-data/invocation_records/" },
      },
    }),
  GetDatabase: () => aDatabase(true),
  GetQueueUrl: ({ body }) => json({ QueueUrl: `https://sqs.us-east-1.amazonaws.com/${ACCOUNT}/${JSON.parse(body).QueueName}` }),
  GetQueueAttributes: () => json({ Attributes: { ApproximateNumberOfMessages: "0" } }),
  GetTopicAttributes: () =>
    xml(
      "<GetTopicAttributesResponse><GetTopicAttributesResult><Attributes><entry><key>SubscriptionsConfirmed</key><value>1</value></entry><entry><key>SubscriptionsPending</key><value>0</value></entry></Attributes></GetTopicAttributesResult></GetTopicAttributesResponse>",
    ),
  GetMetricData: () =>
    json({
      MetricDataResults: [
        { Id: "runs", Timestamps: [seconds(NOW - 10 * MINUTE), seconds(NOW - 25 * MINUTE)], Values: [1, 1] },
        { Id: "failed", Timestamps: [], Values: [] },
      ],
    }),
};

/** Changes to the healthy account, by operation. */
export type Changes = Readonly<Record<string, StubAnswer | ((request: StubRequest) => StubAnswer)>>;

/** The account over HTTP, all services at one address. */
export class StubAccount {
  readonly #service: StubService;

  private constructor(service: StubService) {
    this.#service = service;
  }

  static async start(): Promise<StubAccount> {
    return new StubAccount(await StubService.start());
  }

  get endpoint(): string {
    return this.#service.endpoint;
  }

  /** Every operation that was asked for. */
  get operations(): string[] {
    return this.#service.requests.map(operationOf);
  }

  /** Sets what is different from the healthy account and gives a view of it. */
  with(changes: Changes = {}): SdkAccountView {
    this.#service.on((request) => {
      const operation = operationOf(request);
      const change = Object.hasOwn(changes, operation) ? changes[operation] : undefined;
      if (change !== undefined) return typeof change === "function" ? change(request) : change;
      return HEALTHY[operation]?.(request) ?? jsonError("UnknownOperationException", operation);
    });
    return new SdkAccountView({
      region: "us-east-1",
      endpoint: this.#service.endpoint,
      credentials: { accessKeyId: "test", secretAccessKey: "test" },
      maxAttempts: 1,
      now: () => NOW,
    });
  }

  stop(): void {
    this.#service.stop();
  }
}

/** An account in which nothing was ever set up. */
export const UNTOUCHED: Changes = {
  GetModelInvocationLoggingConfiguration: logging(undefined),
  ListExports: json({ Exports: [] }),
  ListCostAllocationTags: json({ CostAllocationTags: [] }),
  ListInferenceProfiles: json({ inferenceProfileSummaries: [] }),
  DescribeStacks: {
    status: 400,
    headers: { "content-type": "application/xml" },
    body: "<ErrorResponse><Error><Type>Sender</Type><Code>ValidationError</Code><Message>Stack with id strata-dev does not exist</Message></Error></ErrorResponse>",
  },
  GetWorkGroup: jsonError("InvalidRequestException", "WorkGroup strata-dev is not found."),
  GetTable: jsonError("EntityNotFoundException", "Database strata_dev not found."),
  GetDatabase: jsonError("EntityNotFoundException", "Database not found."),
  HeadBucket: ({ path }) =>
    path.includes("strata-dev-") ? s3Error("NotFound", 404) : { headers: { "x-amz-bucket-region": "us-east-1" } },
  GetQueueUrl: jsonError("QueueDoesNotExist", "The specified queue does not exist."),
  GetTopicAttributes: {
    status: 404,
    headers: { "content-type": "application/xml" },
    body: "<ErrorResponse><Error><Type>Sender</Type><Code>NotFound</Code><Message>Topic does not exist</Message></Error></ErrorResponse>",
  },
  GetMetricData: json({ MetricDataResults: [] }),
  GetBucketPolicy: s3Error("NoSuchBucketPolicy", 404),
};

export const xmlError = (code: string, status: number): StubAnswer => ({
  status,
  headers: { "content-type": "application/xml" },
  body: `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>${code} for the test</Message></Error></ErrorResponse>`,
});
export { json, xml };
