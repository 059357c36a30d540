// biome-ignore-all lint/suspicious/noTemplateCurlyInString: CloudFormation and the Serverless Framework fill them in.
/**
 * Client telemetry, in the stack only where sources.telemetry names a bucket: rules and a queue of its own for what collectors write, and a
 * function that reads it.
 */
const { distinct, bucketArn, objects, outermost, places } = require("./places.cjs");
const { readConfig } = require("./read-config.cjs");
const { arn } = require("./references.cjs");

const handler = {
  handler: "functions/telemetry.handler",
  description: "New objects of OpenTelemetry collectors to rows of clients.",
  role: "TelemetryRole",
  memorySize: 1024,
  timeout: 300,
  events: [
    {
      sqs: {
        arn: arn("TelemetryQueue"),
        batchSize: 10,
        maximumBatchingWindow: 60,
        maximumConcurrency: 5,
        functionResponseType: "ReportBatchItemFailures",
      },
    },
  ],
};

const logKey = { Properties: { KmsKeyId: arn("DataKey") } };

/** Null and nothing where no bucket is named. */
exports.clientTelemetry = () => {
  const found = outermost(places(readConfig().sources.telemetry));
  if (found.length === 0) return { places: [], handler: null, extensions: {}, outputs: {} };
  return {
    places: found,
    objects: found.map(objects),
    buckets: distinct(found.map(bucketArn)),
    handler,
    extensions: { TelemetryLogGroup: logKey },
    outputs: {
      TelemetryRoleArn: { Description: "For bucket and key policies of other accounts' collectors", Value: arn("TelemetryRole") },
    },
  };
};
