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

/** Their first words say what is wrong; a number alone does not. */
const SPEAKS_FOR_ITSELF = /failed|used in|heading for|expected since|moved on|Cost Explorer says/;
const UNKNOWN_COST: ReadonlySet<string> = new Set(["logs_stopped", "unpriced"]);

function whatText({ title, how_bad: bad }: AlertMessage): string {
  const first = bad.split(", ")[0] ?? "";
  return SPEAKS_FOR_ITSELF.test(first) ? first : `${title}, ${first}`;
}

/** One text message in ASCII: kind, severity, how bad, who, since when, dollars; cut from the end, so the first words count. */
export function smsForm(message: AlertMessage): string {
  const whose = message.scope === "organisation" ? message.organisation : (message.scope_name ?? "unknown");
  const [first] = message.models;
  const parts = [
    `${KINDS[message.kind]}${message.severity.toUpperCase()} ${whose}: ${whatText(message)}`,
    `since ${message.since.slice(5, 16).replace("T", " ")}Z`,
    first === undefined ? undefined : `${first.name} ${percent(first.share)}`,
    UNKNOWN_COST.has(message.rule)
      ? undefined
      : `$${displayUsd(parseUsd(message.dollars_usd))} ${message.state === "resolved" ? "in all" : "so far"}`,
  ].filter((part) => part !== undefined);
  const ascii = parts
    .join(", ")
    .normalize("NFKD")
    .replace(/[\u0300-\u036f]/g, "")
    .replace(/[^\x20-\x7e]+/g, "?");
  return ascii.length > LONGEST_SMS ? `${ascii.slice(0, LONGEST_SMS - 3)}...` : ascii;
}
