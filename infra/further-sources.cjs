// biome-ignore-all lint/suspicious/noTemplateCurlyInString: CloudFormation and the Serverless Framework fill them in.
/**
 * What no invocation log has, in the stack only where sources.cloudtrail, batch or kiro name a bucket: one queue and one function for all three, since none
 * of them is in a hurry.
 */
const { distinct, bucketArn, objects, outermost, places } = require("./places.cjs");
const { loadTypeScript } = require("./load-ts.cjs");
const { readConfig } = require("./read-config.cjs");
const { arn } = require("./references.cjs");

const handler = {
  handler: "functions/sources.handler",
  description: "New objects of CloudTrail, batch inference and Kiro to their rows.",
  role: "SourcesRole",
  memorySize: 1024,
  timeout: 300,
  events: [
    {
      sqs: {
        arn: arn("SourcesQueue"),
        batchSize: 10,
        maximumBatchingWindow: 60,
        maximumConcurrency: 5,
        functionResponseType: "ReportBatchItemFailures",
      },
    },
  ],
};

/** What the function writes of each source, beside the ledger of objects. */
const WRITES = {
  cloudtrail: ["trail_events", "stale-telemetry"],
  batch: ["batch_records", "batch-jobs"],
  kiro: ["kiro_usage"],
};

const logKey = { Properties: { KmsKeyId: arn("DataKey") } };

/** Null and nothing where no bucket is named. */
exports.furtherSources = () => {
  const { FURTHER_SOURCES } = loadTypeScript("src/config/further-sources.ts");
  const { sources } = readConfig();
  const named = FURTHER_SOURCES.filter((source) => places(sources[source]).length > 0);
  const found = outermost(places(named.flatMap((source) => sources[source])));
  const has = Object.fromEntries(named.map((source) => [source, true]));
  if (found.length === 0) return { places: [], has, handler: null, extensions: {}, outputs: {} };
  return {
    places: found,
    has,
    writes: named.flatMap((source) => WRITES[source]),
    objects: found.map(objects),
    buckets: distinct(found.map(bucketArn)),
    handler,
    extensions: { SourcesLogGroup: logKey },
    outputs: {
      SourcesRoleArn: {
        Description: "For bucket and key policies of other accounts' trails, batch output and reports",
        Value: arn("SourcesRole"),
      },
    },
  };
};
