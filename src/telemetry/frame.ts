import type { TelemetryError } from "./telemetry-error.ts";

/** One message of an object, still encoded, or a place where none could be read; both with their number in the object and offset in its unpacked bytes. */
export type Frame = { readonly number: number; readonly offset: number } & (
  | { readonly form: "json" | "protobuf" | "parquet"; readonly bytes: Uint8Array }
  | { readonly form: "bad"; readonly error: TelemetryError }
);
