/** What serverless.yml and the files beside this one take from strata.yml. Every value can be packaged without an account; only deploying needs real buckets. */
const { enforcement } = require("./enforcement.cjs");
const { furtherSources } = require("./further-sources.cjs");
const { clientTelemetry } = require("./telemetry.cjs");
const { tracing } = require("./trace.cjs");
const { bucketArn, distinct, objects, outermost, places } = require("./places.cjs");
const { readConfig } = require("./read-config.cjs");
const { arn } = require("./references.cjs");

const PLACEHOLDER = "s3://set-sources-logs-in-strata-yml";

module.exports = () => {
  const config = readConfig();
  const { deploy } = config;
  const logs = outermost(places(config.sources.logs));
  const bills = outermost(places(config.sources.cur));
  const deploying = process.argv.includes("deploy");
  if (deploying && logs.length === 0)
    throw new Error(
      "deploy: strata.yml names no log bucket. Add sources.logs: [s3://your-log-bucket/prefix]; npx strata-bedrock init writes a first strata.yml.",
    );
  const from = logs.length > 0 ? logs : places([PLACEHOLDER]);
  const billed = bills.length > 0 ? bills : [{ bucket: "set-sources-cur-in-strata-yml", prefix: "" }];
  return {
    logs: from,
    logObjects: from.map(objects),
    logBuckets: distinct(from.map(bucketArn)),
    bills: billed,
    billsWanted: bills.length > 0,
    // Neither buckets nor the prefixes of exports hold line breaks.
    bill:
      bills.length > 0
        ? bills.map(({ bucket, prefix }) => `s3://${bucket}${prefix === "" ? "" : `/${prefix.slice(0, -1)}`}`).join("\n")
        : "none",
    billObjects: billed.map(objects),
    billBuckets: distinct(billed.map(bucketArn)),
    // IAM takes no empty list of resources; the stack's own key is allowed anyway.
    sourceKeys: deploy.kms_keys.length > 0 ? deploy.kms_keys : [arn("DataKey")],
    sourceAccounts: deploy.source_accounts,
    // Whose buckets and topics may tell of new objects.
    senderAccounts: [
      { Ref: "AWS::AccountId" },
      ...new Set([...deploy.source_accounts, ...deploy.notification_topics.map((topic) => topic.split(":")[4])]),
    ],
    organization: deploy.organization,
    hasSources: deploy.source_accounts.length > 0 || deploy.organization !== null,
    retentionDays: config.sources.retention_days,
    dashboard: deploy.dashboard,
    metrics: deploy.dashboard ? "all" : "alarms",
    detectMemory: deploy.detect_memory_mb,
    resultDays: deploy.result_days,
    logDays: deploy.log_days,
    scanLimit: deploy.scan_limit_gb * 1_000_000_000,
    learnsRates: config.prices.learned === "use",
    asksCostExplorer: config.billing.cost_explorer,
    ingestConcurrency: deploy.ingest_concurrency,
    notificationTopics: deploy.notification_topics,
    silenceHours: deploy.silence_hours,
    lakeFormation: deploy.lake_formation,
    catalogNeeds: [
      ...["DataBucketPolicy", "ResultsBucketPolicy", "CatalogLogGroup"],
      ...(deploy.lake_formation ? ["CatalogMakesDatabase"] : []),
    ],
    inVpc: deploy.vpc !== null,
    // biome-ignore lint/suspicious/noTemplateCurlyInString: The Serverless Framework fills it in.
    tags: { application: "strata", stage: "${sls:stage}", ...deploy.tags },
    telemetry: clientTelemetry().handler,
    sources: furtherSources().handler,
    trace: tracing().handler,
    optional: {
      extensions: { ...clientTelemetry().extensions, ...furtherSources().extensions, ...tracing().extensions },
      Outputs: { ...clientTelemetry().outputs, ...furtherSources().outputs },
    },
    enforce: enforcement().handler,
    enforcement: enforcement().resources,
  };
};
