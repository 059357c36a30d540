// biome-ignore-all lint/suspicious/noTemplateCurlyInString: CloudFormation and the Serverless Framework fill them in.
/**
 * Client telemetry, in the stack only where sources.telemetry names a bucket: rules and a queue of its own for what collectors write, a function that
 * reads it, and one that brings it together with the calls.
 */
const { distinct, bucketArn, objects, outermost, places } = require("./places.cjs");
const { readConfig } = require("./read-config.cjs");

const arn = (resource) => ({ "Fn::GetAtt": [resource, "Arn"] });

const handlers = {
  telemetry: {
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
  },
  trace: {
    handler: "functions/trace.handler",
    description: "Calls of the log and what clients tell of them, brought together.",
    role: "TraceRole",
    memorySize: 512,
    timeout: 900,
    reservedConcurrency: 1,
    package: { patterns: ["sql/**/*.sql"] },
    maximumRetryAttempts: 2,
    maximumEventAge: 21600,
    destinations: { onFailure: { type: "sqs", arn: arn("FailedRuns") } },
    // Before the statements of the day, and after the working days of Asia, Europe and America.
    events: [{ schedule: { rate: "cron(20 5,13,21 * * ? *)", description: "Strata sessions" } }],
  },
};

const logKey = { Properties: { KmsKeyId: arn("DataKey") } };

/** Null and nothing where no bucket is named. */
exports.clientTelemetry = () => {
  const found = outermost(places(readConfig().sources.telemetry));
  if (found.length === 0) return { places: [], handlers: { telemetry: null, trace: null }, extensions: {} };
  return {
    places: found,
    objects: found.map(objects),
    buckets: distinct(found.map(bucketArn)),
    handlers,
    extensions: { extensions: { TelemetryLogGroup: logKey, TraceLogGroup: logKey } },
  };
};
