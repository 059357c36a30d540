import { StrataError } from "../errors.ts";

/** A message of a telemetry object cannot be read; `reason` is a code of the quarantine. */
export class TelemetryError extends StrataError {
  readonly reason: "bad_json" | "bad_protobuf" | "too_deep" | "too_large" | "damaged_object" | "not_otlp";

  constructor(reason: TelemetryError["reason"], message: string, options: { hint?: string; cause?: unknown } = {}) {
    super(`telemetry: ${message}`, options);
    this.reason = reason;
  }
}
