import { percent } from "../figures.ts";
import type { AlertMessage } from "./message-schema.ts";
import { leastDollars, unknownCost } from "./unknown-cost.ts";

/** What one text message holds in 7-bit characters; SNS splits longer ones and charges for each part. */
const LONGEST_SMS = 140;

const KINDS: Readonly<Record<AlertMessage["kind"], string>> = {
  opened: "",
  escalated: "WORSE: ",
  renotified: "STILL: ",
  reopened: "AGAIN: ",
  resolved: "OVER: ",
};

/** Their first words say what is wrong; a number alone does not. */
const SPEAKS_FOR_ITSELF = /failed|used in|heading for|expected since|moved on|Cost Explorer says/;

function whatText({ title, how_bad: bad }: AlertMessage): string {
  const first = bad.split(/[,;(]/)[0]?.trim() ?? "";
  return SPEAKS_FOR_ITSELF.test(first) ? first : `${title}, ${first}`;
}

/** Whose it is: who carries it, else the scope. */
function whose({ carried_by: carrier, scope, scope_name: name, organisation }: AlertMessage): string {
  if (carrier) return `${carrier.scope === "person" ? "" : `${carrier.scope} `}${carrier.name} ${percent(carrier.share)}`;
  return scope === "organisation" ? organisation : `${scope === "person" ? "" : `${scope} `}${name ?? "unknown"}`;
}

/** One text message in ASCII: what is wrong, whose, where, since when, dollars, how urgent; cut from the end, so the first words count. */
export function smsForm(message: AlertMessage): string {
  const [first] = message.models;
  const costing = { ...message, dollars: message.dollars_usd };
  const parts = [
    `${KINDS[message.kind]}${whatText(message)}`,
    whose(message),
    message.region ?? undefined,
    message.scope === "model" || first === undefined ? undefined : `${first.name} ${percent(first.share)}`,
    `since ${message.since.slice(5, 16).replace("T", " ")}Z`,
    unknownCost(costing) ? undefined : `${leastDollars(costing)} ${message.state === "resolved" ? "in all" : "so far"}`,
    message.severity.toUpperCase(),
  ].filter((part) => part !== undefined);
  const ascii = parts
    .join(", ")
    .normalize("NFKD")
    .replace(/[\u0300-\u036f]/g, "")
    .replace(/[^\x20-\x7e]+/g, "?");
  return ascii.length > LONGEST_SMS ? `${ascii.slice(0, LONGEST_SMS - 3)}...` : ascii;
}
