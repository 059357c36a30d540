import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type Alert, writtenAlert } from "../../anomaly/alert.ts";
import { messageOf, UsageError } from "../../errors.ts";
import { PROGRAM } from "../../program.ts";

/** @throws UsageError when the folder holds no analysis. */
export function readAlerts(folder: string): Alert[] {
  let text: string;
  try {
    text = readFileSync(join(folder, "alerts.jsonl"), "utf8");
  } catch (cause) {
    throw new UsageError(`alerts: ${folder} holds no alerts: ${messageOf(cause)}`, {
      hint: `Run ${PROGRAM} analyze with --out first, and give that folder to --data.`,
      cause,
    });
  }
  return text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => writtenAlert(JSON.parse(line)));
}
