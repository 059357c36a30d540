/**
 * Every metric that the functions emit, in the namespace `Strata`, with the dimensions `service` (the function) and `stage`, so that two
 * stages in one account do not meet. Dashboard and alarms may use these and no others; a test compares them. By team, tier and person there are log lines instead (`usage`): a metric costs $0.30 a
 * month for each combination of dimensions, and a log line nothing until somebody looks.
 */
export const METRIC_NAMESPACE = "Strata";

export const METRICS = {
  // ingest
  Objects: { unit: "Count", meaning: "Log objects read." },
  SkippedObjects: { unit: "Count", meaning: "Objects that are not logs." },
  DamagedObjects: { unit: "Count", meaning: "Log objects that could not be read to their end." },
  FailedObjects: {
    unit: "Count",

    meaning: "Objects that could not be fetched or written; they are tried again.",
  },
  Records: { unit: "Count", meaning: "Records found." },
  Quarantined: { unit: "Count", meaning: "Records that could not be read." },
  Bytes: { unit: "Bytes", meaning: "Stored bytes of log objects read." },
  DeliveryLag: {
    unit: "Seconds",

    meaning: "From the object's own time to curated; percentiles are CloudWatch's.",
  },
  LateObjects: { unit: "Count", meaning: "Log objects that reached the tables more than an hour after Bedrock wrote them." },
  UnknownFields: { unit: "Count", meaning: "Fields in records that this version does not know." },
  UnresolvedProfiles: {
    unit: "Count",
    meaning: "Inference profiles that Bedrock was asked about in vain; their calls are unpriced.",
  },
  // detect
  HoursWaiting: { unit: "Count", meaning: "Older hours that late records touched and that still wait to be summed up." },
  Invocations: { unit: "Count", meaning: "Invocations of an hour." },
  Errors: { unit: "Count", meaning: "Failed invocations of an hour." },
  Throttles: { unit: "Count", meaning: "Throttled invocations of an hour." },
  Unpriced: { unit: "Count", meaning: "Invocations of an hour with tokens whose rate is unknown." },
  Tokens: { unit: "Count", meaning: "Tokens of all types of an hour." },
  PromptTokens: { unit: "Count", meaning: "Input, cache read and cache write tokens of an hour." },
  CacheReadTokens: { unit: "Count", meaning: "Tokens of an hour that were read from the cache." },
  EstimatedCost: { unit: "None", meaning: "Estimated dollars of an hour; a double, for the chart only." },
  // compact
  UsageDifferences: {
    unit: "Count",
    meaning: "Hours whose sums in hourly_usage are not those of their records; they are summed up again.",
  },
  // reconcile, report
  AlertsSent: { unit: "Count", meaning: "Messages published." },
  AlertsFailed: { unit: "Count", meaning: "Messages that could not be published; they are tried again." },
  OpenIncidents: { unit: "Count", meaning: "Incidents that are open." },
  DeniedPrincipals: { unit: "Count", meaning: "Principals that are denied premium models." },
  DenialsFailed: { unit: "Count", meaning: "Denials and releases that failed; they are tried again." },
  BilledUsd: { unit: "None", meaning: "Billed dollars of the running month and the one before." },
  ListedPrices: { unit: "Count", meaning: "Prices of the AWS Price List that are kept, those of earlier days included." },
  ChangedPrices: { unit: "Count", meaning: "Prices that are new or changed on the AWS Price List." },
  LearnedRates: { unit: "Count", meaning: "Rates learned from the bill that today's calls are priced by." },
  CostExplorerCalls: { unit: "Count", meaning: "Requests to Cost Explorer that were paid for." },
  CostExplorerUsd: { unit: "None", meaning: "What those requests cost." },
  ResidualUsd: { unit: "None", meaning: "Of these, dollars that nothing explains." },
  MonthsWaiting: {
    unit: "Count",
    meaning:
      "Months that wait for reconciliation, and months whose statement is due and was not written: the time was over, or it failed.",
  },
  DetectionLag: { unit: "Seconds", meaning: "How far the detectors are behind; zero unless they catch up after a pause." },
  ReportsWritten: { unit: "Count", meaning: "Files of monthly statements." },
  // what the pipeline itself costs
  AthenaBytes: { unit: "Bytes", meaning: "Bytes that this function's queries scanned." },
  AthenaUsd: { unit: "None", meaning: "What those queries cost." },
} as const satisfies Record<string, { unit: "Count" | "Bytes" | "Seconds" | "None"; meaning: string }>;

export type MetricName = keyof typeof METRICS;

/**
 * What alarms look at, as `function metric` (infra/alarms.cjs, infra/enforcement.cjs; a test compares them). A metric is billed for the hours in which it is sent, so these are
 * sent when there is something to count. An alarm on what lasts counts the runs that had something to tell.
 */
export const ALARMED: ReadonlySet<string> = new Set([
  "ingest Objects",
  "ingest LateObjects",
  "ingest Quarantined",
  "ingest DamagedObjects",
  "detect HoursWaiting",
  "detect DetectionLag",
  "detect AlertsFailed",
  "report MonthsWaiting",
  "compact UsageDifferences",
  "reconcile AthenaUsd",
  "enforce DenialsFailed",
]);
