/** The one version that was seen or documented. Any other is read in the same way, and reported as an unknown field. */
export const SCHEMA_VERSION = "1.0";

/**
 * Every field of a record that has been seen or documented (data-sources §1.1, §1.2; state of 2026-10). What is not here is reported as
 * an unknown field and otherwise ignored: AWS adds fields without notice.
 */
export const RECORD_FIELDS: ReadonlySet<string> = new Set([
  "schemaType",
  "schemaVersion",
  "timestamp",
  "accountId",
  "region",
  "requestId",
  "operation",
  "modelId",
  "identity",
  "requestMetadata",
  "errorCode",
  "status",
  "inferenceRegion",
  "performanceConfig",
  "input",
  "output",
]);

export const INPUT_FIELDS: ReadonlySet<string> = new Set([
  "inputContentType",
  "inputBodyJson",
  "inputBodyS3Path",
  "inputTokenCount",
  "cacheReadInputTokenCount",
  "cacheWriteInputTokenCount",
]);

export const OUTPUT_FIELDS: ReadonlySet<string> = new Set([
  "outputContentType",
  "outputBodyJson",
  "outputBodyS3Path",
  "outputTokenCount",
  "outputVideoDurationSeconds",
  "outputVideoFramesPerSecond",
  "outputVideoHeight",
  "outputVideoWidth",
  "outputVideoS3Path",
]);
