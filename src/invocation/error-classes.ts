export type ErrorClass = "throttling" | "client" | "server" | "model";

/**
 * Error names by their beginning, because names come with and without "Exception" and with suffixes. The first match counts.
 * botocore 1.43 bedrock-runtime, format notes of 2026-10; the errors common to all AWS APIs are from memory.
 */
export const ERROR_CLASSES: readonly (readonly [prefix: string, errorClass: ErrorClass])[] = [
  ["Throttl", "throttling"],
  ["TooManyRequests", "throttling"],
  ["ServiceQuotaExceeded", "throttling"],
  ["RequestLimitExceeded", "throttling"],
  ["LimitExceeded", "throttling"],
  ["ModelNotReady", "throttling"],
  ["ModelError", "model"],
  ["ModelStreamError", "model"],
  ["ModelTimeout", "model"],
  ["Validation", "client"],
  ["AccessDenied", "client"],
  ["ResourceNotFound", "client"],
  ["Conflict", "client"],
  ["ExpiredToken", "client"],
  ["UnrecognizedClient", "client"],
  ["InvalidSignature", "client"],
  ["IncompleteSignature", "client"],
  ["MissingAuthenticationToken", "client"],
  ["NotAuthorized", "client"],
  ["OptInRequired", "client"],
  ["RequestExpired", "client"],
  ["InternalServer", "server"],
  ["InternalFailure", "server"],
  ["ServiceUnavailable", "server"],
];

/** Numeric codes are HTTP statuses. */
export const HTTP_CLASSES: ReadonlyMap<number, ErrorClass> = new Map([
  [408, "model"],
  [424, "model"],
  [429, "throttling"],
]);
