import { createHash } from "node:crypto";

/** A file of a statement, before it is written. */
export interface ReportFile {
  readonly name: string;
  /** Lines without the header; null for documents. */
  readonly rows: number | null;
  readonly bytes: Uint8Array;
}

export const sha256 = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");
