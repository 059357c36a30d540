// biome-ignore-all lint/suspicious/noTemplateCurlyInString: CloudFormation and the Serverless Framework fill them in.
/** What serverless.yml takes from strata.yml. Every value can be packaged without an account; only deploying needs real buckets. */
const { enforcement } = require("./enforcement.cjs");
const { readConfig } = require("./read-config.cjs");

const PLACEHOLDER = "s3://set-sources-logs-in-strata-yml";
const TIERS = ["info", "warning", "critical", "budget", "data"];

/** `s3://bucket/prefix` → bucket and prefix; folders of a local setup are not the stack's. */
function places(list) {
  return list.flatMap((text) => {
    const match = /^s3:\/\/([^/]+)(?:\/(.*))?$/.exec(text);
    return match ? [{ bucket: match[1], prefix: match[2] ?? "" }] : [];
  });
}

const sub = (text) => ({ "Fn::Sub": text });
const objects = ({ bucket, prefix }) => sub(`arn:\${AWS::Partition}:s3:::${bucket}/${prefix}*`);
const bucketArn = ({ bucket }) => sub(`arn:\${AWS::Partition}:s3:::${bucket}`);
const distinct = (list) => [...new Map(list.map((item) => [JSON.stringify(item), item])).values()];

/** EventBridge matches any of several buckets, but prefixes belong to one bucket: one alternative each. */
const logPattern = (logs) => ({
  source: ["aws.s3"],
  "detail-type": ["Object Created"],
  detail: {
    $or: distinct(logs).map(({ bucket, prefix }) => ({
      bucket: { name: [bucket] },
      object: { key: prefix === "" ? [{ exists: true }] : [{ prefix }] },
    })),
  },
});

const manifestPattern = (bills) => {
  const of = ({ bucket, prefix }) => ({ bucket: { name: [bucket] }, object: { key: [{ wildcard: `${prefix}*Manifest.json` }] } });
  return {
    source: ["aws.s3"],
    "detail-type": ["Object Created"],
    detail: bills.length === 1 ? of(bills[0]) : { $or: bills.map(of) },
  };
};

function protocolOf(endpoint) {
  if (endpoint.startsWith("https://")) return "https";
  const service = /^arn:[^:]+:(sqs|lambda):/.exec(endpoint);
  return service ? service[1] : "email";
}

function subscriptions(config) {
  const resources = {};
  for (const tier of TIERS) {
    config.deploy.subscriptions[tier].forEach((Endpoint, index) => {
      const name = `${tier[0].toUpperCase()}${tier.slice(1)}`;
      resources[`${name}Subscriber${index + 1}`] = {
        Type: "AWS::SNS::Subscription",
        Properties: {
          TopicArn: { Ref: `${name}Topic` },
          Protocol: protocolOf(Endpoint),
          Endpoint,
          RedrivePolicy: { deadLetterTargetArn: { "Fn::GetAtt": ["AlertDeadLetters", "Arn"] } },
        },
      };
    });
  }
  return { Resources: resources };
}

/** A bus of its own for events of other accounts; without such accounts there is none. */
function sourceAccounts(config, logs) {
  const accounts = config.deploy.source_accounts;
  if (accounts.length === 0) return { Resources: {} };
  return {
    Resources: {
      SourceBus: {
        Type: "AWS::Events::EventBus",
        Properties: { Name: "strata-${sls:stage}", KmsKeyIdentifier: { "Fn::GetAtt": ["DataKey", "Arn"] } },
      },
      ...Object.fromEntries(
        accounts.map((account) => [
          `SourceBusPolicy${account}`,
          {
            Type: "AWS::Events::EventBusPolicy",
            Properties: {
              EventBusName: { Ref: "SourceBus" },
              StatementId: `account-${account}`,
              Statement: {
                Effect: "Allow",
                Principal: { AWS: sub(`arn:\${AWS::Partition}:iam::${account}:root`) },
                Action: "events:PutEvents",
                Resource: { "Fn::GetAtt": ["SourceBus", "Arn"] },
              },
            },
          },
        ]),
      ),
      SourceLogObjects: {
        Type: "AWS::Events::Rule",
        Properties: {
          Description: "Log objects of other accounts, to the ingest queue.",
          EventBusName: { Ref: "SourceBus" },
          EventPattern: { account: accounts, ...logPattern(logs) },
          Targets: [
            {
              Id: "ingest",
              Arn: { "Fn::GetAtt": ["IngestQueue", "Arn"] },
              DeadLetterConfig: { Arn: { "Fn::GetAtt": ["EventDeadLetters", "Arn"] } },
            },
          ],
        },
      },
    },
  };
}

module.exports = () => {
  const config = readConfig();
  const logs = places(config.sources.logs);
  const bills = distinct(places(config.sources.cur));
  const deploying = process.argv.includes("deploy");
  if (deploying && logs.length === 0)
    throw new Error(
      "deploy: strata.yml names no log bucket. Add sources.logs: [s3://your-log-bucket/prefix]; strata init writes a first strata.yml.",
    );
  const from = logs.length > 0 ? logs : places([PLACEHOLDER]);
  const billed = bills.length > 0 ? bills : [{ bucket: "set-sources-cur-in-strata-yml", prefix: "" }];
  return {
    logPattern: logPattern(from),
    logObjects: distinct(from.map(objects)),
    logBuckets: distinct(from.map(bucketArn)),
    manifestPattern: manifestPattern(billed),
    manifestState: bills.length > 0 ? "ENABLED" : "DISABLED",
    // Neither buckets nor the prefixes of exports hold line breaks.
    bill:
      bills.length > 0
        ? bills.map(({ bucket, prefix }) => `s3://${bucket}${prefix === "" ? "" : `/${prefix}`}`).join("\n")
        : "none",
    billObjects: distinct(billed.map(objects)),
    billBuckets: distinct(billed.map(bucketArn)),
    // IAM takes no empty list of resources; the stack's own key is allowed anyway.
    sourceKeys: config.deploy.kms_keys.length > 0 ? config.deploy.kms_keys : [{ "Fn::GetAtt": ["DataKey", "Arn"] }],
    retentionDays: config.sources.retention_days,
    resultDays: config.deploy.result_days,
    logDays: config.deploy.log_days,
    scanLimit: config.deploy.scan_limit_gb * 1_000_000_000,
    learnsRates: config.prices.learned === "use",
    asksCostExplorer: config.billing.cost_explorer,
    ingestConcurrency: config.deploy.ingest_concurrency,
    subscriptions: subscriptions(config),
    sourceAccounts: sourceAccounts(config, from),
    enforce: enforcement().handler,
    enforcement: enforcement().resources,
  };
};
