/** What brings calls together with what clients and CloudTrail tell of them; in the stack only where either is read. */
const { clientTelemetry } = require("./telemetry.cjs");
const { furtherSources } = require("./further-sources.cjs");
const { arn } = require("./references.cjs");

const handler = {
  handler: "functions/trace.handler",
  description: "Calls of the log and what clients and CloudTrail tell of them, brought together.",
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
};

/** Null and no table where there is nothing to bring together. */
exports.tracing = () => {
  const tables = [
    ...(clientTelemetry().places.length > 0 ? ["call_matches", "traced_calls"] : []),
    ...(furtherSources().has.cloudtrail ? ["api_calls"] : []),
  ];
  if (tables.length === 0) return { tables, handler: null, extensions: {} };
  return {
    tables: [...tables, "call_people"],
    handler,
    extensions: { TraceLogGroup: { Properties: { KmsKeyId: arn("DataKey") } } },
  };
};
