import { requestMetadata } from "../config/request-metadata.ts";
import type { StrataConfig } from "../config/strata-config.ts";
import { nearNames } from "../near-names.ts";
import type { Row } from "../ports.ts";
import { plainKey } from "./facts.ts";

/** Something that is wrong with what callers send, and what to do about it. */
export interface MetadataFinding {
  readonly finding: "object_as_text" | "unknown_key" | "unknown_team" | "unknown_cost_center" | "never_sent" | "sometimes_sent";
  readonly name: string;
  readonly calls: number;
  /** Null where nobody knows it. */
  readonly estimated_usd: string | null;
  readonly who: string;
  /** Of calls without metadata, those whose team nothing else names. */
  readonly unattributed?: number;
  readonly fix: string;
}

/** Keys of the contract, beside those that strata.yml reads. */
const CONTRACT = Object.keys(requestMetadata.shape);

/** How to send metadata, by client as its user agent or telemetry names it; examples/instrument has each. */
const FIXES: Readonly<Record<string, string>> = {
  "claude-code": 'Set ANTHROPIC_CUSTOM_HEADERS to X-Amzn-Bedrock-Request-Metadata: {"team":"…"} in the managed settings.',
  boto3: "Pass requestMetadata (boto3 1.43.12 or later), or put a hook on the client.",
  "aws-cli": "Pass --request-metadata.",
  "aws-sdk-js": "Wrap the client once: instrument(client, { team: … }) of strata-bedrock/instrument.",
  "vercel-ai-sdk": "Set providerOptions.bedrock.requestMetadata, once by defaultSettingsMiddleware.",
  "langchain-aws": "Give request_metadata to ChatBedrockConverse, or a labelled boto3 client.",
  litellm: "Set bedrock_request_metadata_fields in the proxy's settings.",
};
const OTHERWISE = "Send requestMetadata with each call; examples/instrument has one for each common client.";

/** Metadata that no rule of the organisation knows. @param rows of attribution/metadata */
export function metadataFindings(rows: readonly Row[], { attribution }: StrataConfig): MetadataFinding[] {
  const { metadata_keys: keys, teams, rules } = attribution;
  const known = [
    ...new Set([
      ...CONTRACT,
      ...Object.values(keys).filter((key) => key !== null),
      ...rules.flatMap(({ match }) => Object.keys(match.metadata ?? {})),
    ]),
  ];
  const knownPlain = new Set(known.map(plainKey));
  const teamNames = Object.keys(teams);
  const costCenters = Object.values(teams).flatMap(({ cost_center }) => cost_center ?? []);
  return rows.flatMap((row): MetadataFinding[] => {
    const [key, value] = [String(row["metadata_key"]), String(row["metadata_value"] ?? "")];
    const found = (finding: MetadataFinding["finding"], name: string, fix: string): MetadataFinding[] => [
      {
        finding,
        name,
        calls: Number(row["calls"]),
        estimated_usd: dollarsOf(row, "estimated_cost"),
        who: `${row["principal_name"] ?? "(none)"}${Number(row["principals"]) > 1 ? ` and ${Number(row["principals"]) - 1} more` : ""}`,
        fix,
      },
    ];
    if (`${key} ${value}`.includes("[object "))
      return found(
        "object_as_text",
        `${key}=${value}`,
        "An object went where text belongs: give InvokeModel the JSON text of the map, or use strata-bedrock/instrument.",
      );
    if (!knownPlain.has(plainKey(key))) {
      const [near] = nearNames(key, known, 1);
      const instead = near === undefined ? `Send one of ${known.slice(0, 6).join(", ")}` : `Send ${near} instead of ${key}`;
      return found("unknown_key", key, `${instead}, or name it under attribution.metadata_keys or in a rule.`);
    }
    if (plainKey(key) === plainKey(keys.team) && teamNames.length > 0 && !teamNames.includes(value))
      return found("unknown_team", value, insteadOf(value, teamNames, "attribution.teams"));
    if (plainKey(key) === plainKey(keys.cost_center) && costCenters.length > 0 && !costCenters.includes(value))
      return found("unknown_cost_center", value, insteadOf(value, costCenters, "attribution.teams"));
    return [];
  });
}

function insteadOf(value: string, known: readonly string[], place: string): string {
  const [near] = nearNames(value, known, 1);
  return near === undefined ? `Send a name that ${place} has, or add it there.` : `Send ${near}, or add ${value} to ${place}.`;
}

/** Principals and clients that send none, at all or with some of their calls; those first whose team nothing else names. @param rows of attribution/senders */
export const unlabelled = (rows: readonly Row[]): MetadataFinding[] =>
  rows
    .filter((row) => Number(row["unlabelled"]) > 0)
    .map((row) => {
      const client = String(row["client"]);
      const never = Number(row["unlabelled"]) === Number(row["calls"]);
      return {
        finding: never ? ("never_sent" as const) : ("sometimes_sent" as const),
        name: client === UNKNOWN ? String(row["principal_name"]) : `${row["principal_name"]} (${client})`,
        calls: Number(row["unlabelled"]),
        unattributed: Number(row["unattributed"]),
        estimated_usd: dollarsOf(row, "unlabelled_cost"),
        who: String(row["principal_name"]),
        fix: FIXES[client] ?? OTHERWISE,
      };
    })
    .sort((a, b) => Number(b.unattributed > 0) - Number(a.unattributed > 0));

const dollarsOf = (row: Row, column: string): string | null => (row[column] == null ? null : String(row[column]));

const UNKNOWN = "(unknown)";
