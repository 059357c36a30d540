import { requestMetadata } from "../../config/request-metadata.ts";
import type { StrataConfig } from "../../config/strata-config.ts";
import type { Row } from "../../ports.ts";

/** Something that is wrong with what callers send, and what to do about it. */
export interface MetadataFinding {
  readonly finding: "object_as_text" | "unknown_key" | "unknown_team" | "never_sent";
  readonly name: string;
  readonly calls: number;
  readonly estimated_usd: string;
  readonly who: string;
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

/** Metadata that no rule of the organisation knows. */
export function metadataFindings(rows: readonly Row[], { attribution }: StrataConfig): MetadataFinding[] {
  const { metadata_keys: keys, teams, rules } = attribution;
  const known = new Set([
    ...CONTRACT,
    ...Object.values(keys).filter((key) => key !== null),
    ...rules.flatMap(({ match }) => Object.keys(match.metadata ?? {})),
  ]);
  const plain = (key: string): string => key.toLowerCase().replace(/[-_.\s]/g, "");
  const knownPlain = new Set([...known].map(plain));
  const teamNames = new Set(Object.keys(teams));
  return rows.flatMap((row): MetadataFinding[] => {
    const [key, value] = [String(row["metadata_key"]), String(row["metadata_value"] ?? "")];
    const common = {
      calls: Number(row["calls"]),
      estimated_usd: String(row["estimated_cost"]),
      who: `${row["principal_name"] ?? "(none)"}${Number(row["principals"]) > 1 ? ` and ${Number(row["principals"]) - 1} more` : ""}`,
    };
    if (`${key} ${value}`.includes("[object "))
      return [
        {
          finding: "object_as_text",
          name: `${key}=${value}`,
          ...common,
          fix: "An object went where text belongs: give InvokeModel the JSON text of the map, or use strata-bedrock/instrument.",
        },
      ];
    if (!knownPlain.has(plain(key)))
      return [
        {
          finding: "unknown_key",
          name: key,
          ...common,
          fix: `Send one of ${[...known].slice(0, 6).join(", ")}, or name it under attribution.metadata_keys or in a rule.`,
        },
      ];
    if (plain(key) === plain(keys.team) && teamNames.size > 0 && !teamNames.has(value))
      return [
        {
          finding: "unknown_team",
          name: value,
          ...common,
          fix: "Send a name that attribution.teams has, or add it there.",
        },
      ];
    return [];
  });
}

/** Principals and clients that send none at all. */
export const neverSent = (rows: readonly Row[]): MetadataFinding[] =>
  rows
    .filter((row) => Number(row["unlabelled"]) === Number(row["calls"]))
    .map((row) => ({
      finding: "never_sent",
      name: `${row["principal_name"]} (${row["client"]})`,
      calls: Number(row["calls"]),
      estimated_usd: String(row["estimated_cost"]),
      who: String(row["principal_name"]),
      fix: FIXES[String(row["client"])] ?? OTHERWISE,
    }));
