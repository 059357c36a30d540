import type { Alert } from "../../anomaly/alert.ts";
import { printable } from "../../errors.ts";
import { ink } from "./ink.ts";

/** Padded and coloured by urgency. */
export const severityLabel = (severity: string): string => {
  const text = severity.padEnd(8);
  return severity === "critical"
    ? ink.red(text)
    : severity === "budget" || severity === "warning"
      ? ink.yellow(text)
      : ink.dim(text);
};

/** When, how urgent and its id in one line, what in the next: a table of sentences would be wider than any terminal. */
export const entryOf = (alert: Pick<Alert, "opened_at" | "severity" | "alert_id" | "summary">, rest = ""): string[] => [
  `${alert.opened_at.slice(0, 16).replace("T", " ")}  ${severityLabel(alert.severity)}  ${ink.dim(alert.alert_id)}${rest}`,
  `  ${printable(alert.summary)}`,
];
