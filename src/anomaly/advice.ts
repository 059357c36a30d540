import { printable } from "../errors.ts";
import { PROGRAM } from "../program.ts";
import type { Incident } from "./lifecycle.ts";

/** What to do about an incident where the numbers alone do not say it; undefined where they do. One line, no markup. */
export function adviceOf(incident: Incident): string | undefined {
  const { facts } = incident.worst;
  const fact = (name: string): string => printable(String(facts[name] ?? ""));
  switch (incident.rule) {
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
      return undefined;
  }
}

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
