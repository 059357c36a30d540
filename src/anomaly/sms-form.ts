import { displayUsd, parseUsd } from "../money.ts";
import { percent } from "./format-value.ts";
import type { AlertMessage } from "./message-schema.ts";

/** What one text message holds in 7-bit characters; SNS splits longer ones and charges for each part. */
const LONGEST_SMS = 140;

const KINDS: Readonly<Record<AlertMessage["kind"], string>> = {
  opened: "",
  escalated: "WORSE ",
  renotified: "STILL ",
  reopened: "AGAIN ",
  resolved: "OVER ",
};

/** One text message in ASCII: kind, severity, how bad, who, since when, dollars; cut from the end, so the first words count. */
export function smsForm(message: AlertMessage): string {
  const whose = message.scope === "organisation" ? message.organisation : (message.scope_name ?? "unknown");
  const [first] = message.models;
  const parts = [
    `${KINDS[message.kind]}${message.severity.toUpperCase()} ${whose}: ${message.how_bad.split(", ")[0] ?? message.title}`,
    `since ${message.since.slice(5, 16).replace("T", " ")}Z`,
    first === undefined ? undefined : `${first.name} ${percent(first.share)}`,
    `$${displayUsd(parseUsd(message.dollars_usd))} ${message.state === "resolved" ? "in all" : "so far"}`,
  ].filter((part) => part !== undefined);
  const ascii = parts
    .join(", ")
    .normalize("NFKD")
    .replace(/[\u0300-\u036f]/g, "")
    .replace(/[^\x20-\x7e]+/g, "?");
  return ascii.length > LONGEST_SMS ? `${ascii.slice(0, LONGEST_SMS - 3)}...` : ascii;
}
