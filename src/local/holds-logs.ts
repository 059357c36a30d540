import { closeSync, openSync, readSync } from "node:fs";
import { hasLogMark, LOOKED_AT } from "../invocation/log-mark.ts";

/** Whether a file of which the name says nothing holds invocation logs. */
export function holdsLogs(path: string): boolean {
  try {
    return hasLogMark(beginningOf(path));
  } catch {
    // It is named as unreadable where it is asked for.
    return false;
  }
}

function beginningOf(path: string): Buffer {
  const file = openSync(path, "r");
  try {
    const bytes = Buffer.alloc(LOOKED_AT);
    return bytes.subarray(0, readSync(file, bytes));
  } finally {
    closeSync(file);
  }
}
