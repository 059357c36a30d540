/** Alarms on what is really emitted, to the data topic. Missing data means that something did not run, where that is itself a failure. */
const { logPatterns } = require("./patterns.cjs");
const { program } = require("./program.cjs");
const settings = require("./settings.cjs");
const { furtherSources } = require("./further-sources.cjs");
const { clientTelemetry } = require("./telemetry.cjs");
const { tracing } = require("./trace.cjs");

// biome-ignore lint/suspicious/noTemplateCurlyInString: The Serverless Framework fills it in.
const STAGE = "${sls:stage}";
const title = (name) => name[0].toUpperCase() + name.slice(1);

const alarm = ({
  says,
  namespace,
  metric,
  dimensions,
  statistic = "Sum",
  period = 300,
  periods = 1,
  above,
  below,
  missing = "notBreaching",
}) => ({
  Type: "AWS::CloudWatch::Alarm",
  Properties: {
    AlarmDescription: says,
    Namespace: namespace,
    MetricName: metric,
    Dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })),
    Statistic: statistic,
    Period: period,
    EvaluationPeriods: periods,
    Threshold: above ?? below,
    ComparisonOperator: above === undefined ? "LessThanThreshold" : "GreaterThanThreshold",
    TreatMissingData: missing,
    AlarmActions: [{ Ref: "DataTopic" }],
    OKActions: [{ Ref: "DataTopic" }],
  },
});

const own = (service, metric, rest) => alarm({ namespace: "Strata", metric, dimensions: { service, stage: STAGE }, ...rest });
const queue = (resource, metric, rest) =>
  alarm({
    namespace: "AWS/SQS",
    metric,
    dimensions: { QueueName: { "Fn::GetAtt": [resource, "QueueName"] } },
    statistic: "Maximum",
    ...rest,
  });
const lambda = (name, metric, rest) =>
  alarm({ namespace: "AWS/Lambda", metric, dimensions: { FunctionName: { Ref: `${title(name)}LambdaFunction` } }, ...rest });

const HOUR = 3600;

/** Of a metric that detect sends in each run that has something to tell: nine or more of the twelve runs of an hour had it. */
const everyRun = { statistic: "SampleCount", period: HOUR, above: 8 };

/** Quiet is told from the first day on, without a history to compare with: nothing arrived, although or whether or not something was written. */
const silence = (hours) => ({
  NoObjectsAlarm: own("ingest", "Objects", {
    below: 1,
    period: HOUR,
    periods: hours,
    missing: "breaching",
    says: `No log object has arrived for ${hours} hours. If models were called, run: ${program} doctor --stage ${STAGE}. If nights or weekends are that quiet, raise deploy.silence_hours.`,
  }),
  // Bedrock's own count of deliveries to S3 in this account and region (Bedrock User Guide, "Logging CloudWatch metrics"), against what came in.
  NotArrivingAlarm: {
    Type: "AWS::CloudWatch::Alarm",
    Properties: {
      AlarmDescription: `Bedrock writes log objects and none arrives: events of the log bucket do not reach the queue. Run: ${program} doctor --stage ${STAGE}`,
      Metrics: [
        { Id: "missing", Expression: "IF(FILL(written, 0) > 0 AND FILL(arrived, 0) < 1, 1, 0)", Label: "hours without arrivals" },
        {
          Id: "written",
          ReturnData: false,
          MetricStat: {
            Metric: { Namespace: "AWS/Bedrock", MetricName: "ModelInvocationLogsS3DeliverySuccess" },
            Period: HOUR,
            Stat: "Sum",
          },
        },
        {
          Id: "arrived",
          ReturnData: false,
          MetricStat: {
            Metric: {
              Namespace: "Strata",
              MetricName: "Objects",
              Dimensions: [
                { Name: "service", Value: "ingest" },
                { Name: "stage", Value: STAGE },
              ],
            },
            Period: HOUR,
            Stat: "Sum",
          },
        },
      ],
      EvaluationPeriods: 2,
      Threshold: 0,
      ComparisonOperator: "GreaterThanThreshold",
      TreatMissingData: "notBreaching",
      AlarmActions: [{ Ref: "DataTopic" }],
      OKActions: [{ Ref: "DataTopic" }],
    },
  },
  NotWrittenAlarm: alarm({
    namespace: "AWS/Bedrock",
    metric: "ModelInvocationLogsS3DeliveryFailure",
    dimensions: {},
    above: 0,
    says: "Bedrock could not write log objects, and does not try for ever: check the policies of the log bucket and of its key.",
  }),
});

/** A rule that matches and cannot deliver: the queue's policy or the key's. */
const undelivered = (rule, bus) =>
  alarm({
    namespace: "AWS/Events",
    metric: "FailedInvocations",
    // `Ref` of a rule of another bus than the default is `bus|rule` (CloudFormation, AWS::Events::Rule).
    dimensions: bus
      ? { EventBusName: { Ref: bus }, RuleName: { "Fn::Select": [1, { "Fn::Split": ["|", { Ref: rule }] }] } }
      : { RuleName: { Ref: rule } },
    above: 0,
    says: `EventBridge could not hand over events of new objects: check the policies of the queue and the key, then read again what was missed with ${program} backfill --stage ${STAGE}.`,
  });

const numbered = (name, count) => Array.from({ length: count }, (_, index) => (index === 0 ? name : `${name}${index + 1}`));

const resources = {
  IngestDeadLettersAlarm: queue("IngestDeadLetters", "ApproximateNumberOfMessagesVisible", {
    above: 0,
    says: `Log objects could not be ingested. Look at the ingest log and remove the cause; then: ${program} redrive --stage ${STAGE} --wait`,
  }),
  EventDeadLettersAlarm: queue("EventDeadLetters", "ApproximateNumberOfMessagesVisible", {
    above: 0,
    says: `EventBridge could not hand over events. Check the queue policies; then: ${program} redrive --stage ${STAGE}`,
  }),
  AlertDeadLettersAlarm: queue("AlertDeadLetters", "ApproximateNumberOfMessagesVisible", {
    above: 0,
    says: "Alerts did not reach anybody. Each message in the queue is one, with the reason; check the topics and their subscribers.",
  }),
  FailedRunsAlarm: queue("FailedRuns", "ApproximateNumberOfMessagesVisible", {
    above: 0,
    says: "A scheduled run failed for good. The message names the function and the error.",
  }),
  IngestLateAlarm: queue("IngestQueue", "ApproximateAgeOfOldestMessage", {
    above: 900,
    periods: 3,
    // Whatever keeps ingest from its work: runs that fail, runs that the account does not allow, or too few at once.
    says: "Log objects wait for more than 15 minutes. The log of the function ingest says whether it fails; if not, check the account's Lambda concurrency and raise deploy.ingest_concurrency.",
  }),
  BacklogAlarm: own("detect", "HoursWaiting", {
    ...everyRun,
    periods: 6,
    says: "Hours that late logs touched have waited for six hours: the log of detect says why, or a backfill is larger than it can follow.",
  }),
  UsageDiffersAlarm: own("compact", "UsageDifferences", {
    above: 0,
    period: 3600,
    periods: 3,
    statistic: "Minimum",
    says: "For three hours hourly_usage has not been what the records of an hour add up to, although the hour was summed up again: the log of compact names hours and figures.",
  }),
  StatementsWaitingAlarm: own("report", "MonthsWaiting", {
    above: 0,
    period: 86400,
    periods: 2,
    statistic: "Minimum",
    says: "Months have waited for two days to be reconciled, or for their statement: the logs of reconcile and report say why.",
  }),
  DetectionLagAlarm: own("detect", "DetectionLag", {
    ...everyRun,
    periods: 2,
    says: "The detectors have been behind for two hours: alerts come late.",
  }),
  // Lambda's own count, which costs nothing; a run that fails ends in FailedRuns.
  DetectMissingAlarm: lambda("detect", "Invocations", {
    below: 1,
    period: 900,
    periods: 2,
    missing: "breaching",
    says: "The detectors have not run in half an hour: nobody would be paged.",
  }),
  AlertsFailedAlarm: own("detect", "AlertsFailed", {
    above: 0,
    periods: 2,
    says: "Alerts could not be published. Check the topics and the key policy; they are tried again.",
  }),
  QuarantinedAlarm: own("ingest", "Quarantined", {
    above: 100,
    period: 3600,
    says: `More than 100 records in an hour could not be read: ${program} quarantine list --stage ${STAGE}`,
  }),
  DamagedAlarm: own("ingest", "DamagedObjects", {
    above: 0,
    period: 3600,
    says: `A log object could not be read to its end: ${program} quarantine list --stage ${STAGE}`,
  }),
  DeliveryLagAlarm: own("ingest", "LateObjects", {
    above: 0,
    periods: 3,
    says: "Records reach the tables more than an hour after Bedrock wrote them.",
  }),
  ScanAlarm: own("reconcile", "AthenaUsd", {
    above: 5,
    period: 86400,
    says: "The reconciliation's queries cost more than $5 in a day: see docs/cost.md.",
  }),
};
/** Runs of scheduled functions that fail, or are not allowed to run until they are too old, end in the queue FailedRuns; the catalog step fails its deployment. */
const failing = (name) => ({
  [`${title(name)}ErrorsAlarm`]: lambda(name, "Errors", {
    above: 0,
    periods: 3,
    says: `The function ${name} fails again and again; its log says why.`,
  }),
});

/** Of a function that reads objects at places of its own, where there are any. */
const ofReader = (name, { places, rule, objects, hasSources }) => {
  const rules = numbered(rule, logPatterns(places).length);
  if (rules.length === 0) return {};
  return {
    [`${title(name)}DeadLettersAlarm`]: queue(`${title(name)}DeadLetters`, "ApproximateNumberOfMessagesVisible", {
      above: 0,
      says: `${objects} could not be read. Look at the log of the function ${name} and remove the cause; then: ${program} redrive --stage ${STAGE} --wait`,
    }),
    ...failing(name),
    ...Object.fromEntries(rules.map((one) => [`${one}FailedAlarm`, undelivered(one)])),
    ...(hasSources &&
      Object.fromEntries(rules.map((one) => [`Source${one}FailedAlarm`, undelivered(`Source${one}`, "SourceBus")]))),
  };
};

module.exports = () => {
  const { logs, silenceHours, hasSources } = settings();
  const rules = numbered("LogObjects", logPatterns(logs).length);
  return {
    Resources: {
      ...resources,
      ...silence(silenceHours),
      ...Object.fromEntries(rules.map((rule) => [`${rule}FailedAlarm`, undelivered(rule)])),
      ...(hasSources &&
        Object.fromEntries(rules.map((rule) => [`Source${rule}FailedAlarm`, undelivered(`Source${rule}`, "SourceBus")]))),
      ...ofReader("telemetry", {
        places: clientTelemetry().places,
        rule: "TelemetryObjects",
        objects: "Objects of collectors",
        hasSources,
      }),
      ...ofReader("sources", {
        places: furtherSources().places,
        rule: "FurtherObjects",
        objects: "Objects of CloudTrail, batch inference or Kiro",
        hasSources,
      }),
      ...(tracing().tables.length > 0 && failing("trace")),
    },
  };
};
