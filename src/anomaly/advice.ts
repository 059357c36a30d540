import { printable } from "../errors.ts";
import { PROGRAM } from "../program.ts";
import { errorClasses } from "./is-not.ts";
import type { Incident, Reading } from "./lifecycle.ts";

/** What to do about an incident: one line, no markup. Undefined for rules of one's own; their runbook says it. */
export function adviceOf(incident: Incident): string | undefined {
  const { facts } = incident.worst;
  const fact = (name: string): string => printable(String(facts[name] ?? ""));
  switch (incident.rule) {
    case "error_rate":
      return errorAdvice(incident.worst);
    case "stolen_key":
      return revoke(fact("principal_type"), fact("principal_name"));
    case "ceiling_principal":
      return `If nobody can say what this is for, ${lowerFirst(revoke(arnType(incident.name), lastPart(incident.name)))} If it is wanted, raise alerts.rules.ceiling_principal.floor in strata.yml.`;
    case "ceiling_hour":
    case "ceiling_day":
      return `If it is wanted, set alerts.expected_month_usd or raise alerts.rules.${incident.rule}.floor in strata.yml; if not, stop the largest caller.`;
    case "throttling":
      return `Hold ${PROGRAM} query tokens_per_minute against the quota of ${fact("main_model") || "the model"} in ${fact("region") || "its region"} (Service Quotas, Amazon Bedrock): ask for more, use a cross-region profile, or spread the work. It is no outage: the calls were answered on a later try.`;
    default:
      return ADVICE.get(incident.rule);
  }
}

/** By what most of the failed calls failed of. */
function errorAdvice(reading: Reading): string {
  const [largest = ""] = errorClasses(reading);
  if (largest.startsWith("throttling"))
    return "If a quota is used up, ask for more (Service Quotas, Amazon Bedrock), use a cross-region profile, or slow the largest caller down.";
  if (largest.startsWith("client"))
    return "If a release of the largest caller is as old as this, roll it back: these are the callers' own mistakes.";
  if (largest.startsWith("model")) return "If another model can do it, switch to it: these are errors of the model itself.";
  return "If AWS Health shows an event for Bedrock there, move to another region or a cross-region profile; if not, open a support case with some request ids.";
}

const ADVICE: ReadonlyMap<string, string> = new Map([
  [
    "spend_daily",
    "If it is wanted, such as a launch or a backfill, nothing; if not, ask the largest caller and give it a budget.",
  ],
  ["tokens_hourly", "If it is a job that ends, nothing; if it goes on for another hour, ask the largest caller."],
  [
    "runaway_loop",
    "If it is an agent that reads its own output, stop it and limit its turns; if it is a batch job, mute this principal.",
  ],
  ["cache_collapse", "If a release changed the beginning of the prompt, put the unchanging part first again."],
  [
    "premium_routine",
    `If a smaller model answers these short calls as well, switch to it: ${PROGRAM} query premium_on_routine_work shows who makes them.`,
  ],
  ["first_seen_model", "If nobody announced it, ask the first caller; if it is wanted, nothing."],
  ["first_seen_principal", "If nobody knows it, look who may use its role or keys; if it is a new colleague, nothing."],
  ["unusual_principal", "If the owner does not travel or work at that hour, rotate the credentials."],
  [
    "logs_stopped",
    `If calls are still made there, check the region's logging with ${PROGRAM} doctor; if the work there has ended, mute it.`,
  ],
  ["completeness", `If it goes on, check the region's logging and its bucket policy with ${PROGRAM} doctor.`],
  [
    "undelivered_logs",
    `If a bucket or key policy was changed, allow bedrock.amazonaws.com again: ${PROGRAM} doctor names the statement.`,
  ],
  [
    "unreadable_logs",
    `If the lines are Bedrock's, report their form; if not, take them out of the prefix. ${PROGRAM} quarantine list shows the places.`,
  ],
  ["unpriced", "If the model is new, update Strata or give it a price under prices in strata.yml."],
  ["unattributed", "If the callers below have a team, give it to them under attribution in strata.yml."],
  ["billed_not_logged", "If it is the mantle endpoint, Bedrock writes no log there; if not, turn logging on in the region."],
  [
    "residual",
    `If a model's price is wrong here, correct it under prices in strata.yml: ${PROGRAM} query estimated_vs_billed shows which one.`,
  ],
  ["unclassified", "If a newer release knows the usage type, update Strata; the dollars are counted either way."],
  ["restated", "If the month's statement was handed on already, hand on the new one and say what moved."],
  ["witnesses_disagree", "If the difference is still there in two days, look for an account that only one of the two holds."],
  ["budget", "If the month has long to go, lower the use or raise the limit under budgets in strata.yml."],
  [
    "budget_projection",
    "If the growth is wanted, raise the limit under budgets in strata.yml now; if not, ask the largest caller.",
  ],
  ["budget_claimed", "If the callers are who they say, let a rule under attribution vouch for them."],
]);

function revoke(type: string, name: string): string {
  if (type === "user")
    return `Deactivate the access keys and Bedrock API keys of IAM user ${name} (aws iam list-access-keys, update-access-key, delete-service-specific-credential), then ask its owner.`;
  if (type === "root") return "Deactivate the root user's access keys, then change its password.";
  return `Revoke the active sessions of role ${name} (IAM console, role, Revoke sessions), and rotate the credentials of whatever may assume it.`;
}

const lowerFirst = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1);
const arnType = (arn: string | null): string => (arn?.includes(":user/") ? "user" : arn?.endsWith(":root") ? "root" : "role");

/** The role of a session, or the user. */
function lastPart(arn: string | null): string {
  const parts = printable(arn ?? "").split("/");
  return (arn?.includes(":assumed-role/") ? parts[1] : parts.at(-1)) ?? "";
}
