/**
 * Every metric that the functions emit, in the namespace `Strata`. Dashboard and alarms may use these and no others; a test compares them.
 * `dimensions` beside `service` (the function).
 */
export const METRIC_NAMESPACE = "Strata";

export const METRICS = {
  // ingest
  Objects: { unit: "Count", dimensions: [], meaning: "Log objects read." },
  SkippedObjects: { unit: "Count", dimensions: [], meaning: "Objects that are not logs." },
  DamagedObjects: { unit: "Count", dimensions: [], meaning: "Log objects that could not be read to their end." },
  FailedObjects: {
    unit: "Count",
    dimensions: [],
    meaning: "Objects that could not be fetched or written; they are tried again.",
  },
  Records: { unit: "Count", dimensions: [], meaning: "Records found." },
  Quarantined: { unit: "Count", dimensions: [], meaning: "Records that could not be read." },
  Duplicates: { unit: "Count", dimensions: [], meaning: "Records delivered again, counted at the rollup." },
  Unpriced: { unit: "Count", dimensions: [], meaning: "Invocations with tokens whose rate is unknown." },
  Bytes: { unit: "Bytes", dimensions: [], meaning: "Stored bytes of log objects read." },
  DeliveryLag: {
    unit: "Seconds",
    dimensions: [],
    meaning: "From the object's own time to curated; percentiles are CloudWatch's.",
  },
  UnknownFields: { unit: "Count", dimensions: [], meaning: "Fields in records that this version does not know." },
  // rollup
  DaysRecomputed: { unit: "Count", dimensions: [], meaning: "Days rolled up in a run." },
  Invocations: { unit: "Count", dimensions: ["team"], meaning: "Invocations of the last whole hour." },
  Errors: { unit: "Count", dimensions: ["team"], meaning: "Failed invocations of the last whole hour." },
  Throttles: { unit: "Count", dimensions: ["team"], meaning: "Throttled invocations of the last whole hour." },
  Tokens: { unit: "Count", dimensions: ["team", "model_tier"], meaning: "All token types of the last whole hour." },
  CacheReadTokens: { unit: "Count", dimensions: ["team"], meaning: "Tokens read from the cache in the last whole hour." },
  PromptTokens: {
    unit: "Count",
    dimensions: ["team"],
    meaning: "Input, cache read and cache write tokens of the last whole hour.",
  },
  EstimatedCost: {
    unit: "None",
    dimensions: ["team", "model_tier"],
    meaning: "Estimated dollars of the last whole hour; rounded to a double for the chart only.",
  },
  // detect, reconcile, report
  AlertsSent: { unit: "Count", dimensions: [], meaning: "Messages published." },
  AlertsFailed: { unit: "Count", dimensions: [], meaning: "Messages that could not be published; they are tried again." },
  OpenIncidents: { unit: "Count", dimensions: [], meaning: "Incidents that are open." },
  BilledUsd: { unit: "None", dimensions: [], meaning: "Billed dollars of the reconciled range." },
  ResidualUsd: { unit: "None", dimensions: [], meaning: "Billed dollars that nothing explains." },
  ReportsWritten: { unit: "Count", dimensions: [], meaning: "Files of monthly statements." },
  // what the pipeline itself costs
  AthenaBytes: { unit: "Bytes", dimensions: [], meaning: "Bytes that this function's queries scanned." },
  AthenaUsd: { unit: "None", dimensions: [], meaning: "What those queries cost." },
} as const satisfies Record<
  string,
  { unit: "Count" | "Bytes" | "Seconds" | "None"; dimensions: readonly string[]; meaning: string }
>;

export type MetricName = keyof typeof METRICS;
