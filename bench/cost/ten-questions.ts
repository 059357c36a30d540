/** Saved queries that read the records themselves, which is what costs. */
export const TEN_QUESTIONS: readonly string[] = [
  "latency_percentiles",
  "concurrency_peaks",
  "tokens_per_minute",
  "retries",
  "duplicate_deliveries",
  "long_running_agents",
  "failure_waste",
  "context_growth",
  "spend_by_metadata",
  "cache_ttl_economics",
];
