import { ERROR_CLASSES, type ErrorClass, HTTP_CLASSES } from "./error-classes.ts";
import type { LogRecord } from "./log-record.ts";
import type { UsageReading } from "./usage.ts";

export interface Outcome {
  readonly status: "ok" | "error" | "blocked";
  /** The error's name as logged; null when the call did not fail or its status is all that is known. */
  readonly errorCode: string | null;
  /** Null when the name does not tell. */
  readonly errorClass: ErrorClass | null;
}

/** Error before blocked: a guardrail's verdict on a call that failed does not make it a blocked one. */
export function outcomeOf(record: LogRecord, usage: Pick<UsageReading, "guardrailAction">): Outcome {
  const code = record.errorCode ?? failedStatus(record.status);
  if (code !== null) return { status: "error", errorCode: record.errorCode, errorClass: errorClassOf(code) };
  return { status: usage.guardrailAction === "INTERVENED" ? "blocked" : "ok", errorCode: null, errorClass: null };
}

/** The record's own status field: an asynchronous job's state (botocore AsyncInvokeStatus) or an HTTP status. */
function failedStatus(status: string | null): string | null {
  return status !== null && (status === "Failed" || /^[45]\d\d$/.test(status)) ? status : null;
}

/** Class of an error name, with or without namespace (`com.amazonaws…#`). */
export function errorClassOf(code: string): ErrorClass | null {
  const name = code.slice(code.lastIndexOf("#") + 1);
  const known = ERROR_CLASSES.find(([prefix]) => name.startsWith(prefix));
  if (known) return known[1];
  if (/^[45]\d\d$/.test(name)) return HTTP_CLASSES.get(Number(name)) ?? (name.startsWith("4") ? "client" : "server");
  return /Internal|Unavailable/.test(name) ? "server" : null;
}
