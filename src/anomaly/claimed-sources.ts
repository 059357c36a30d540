import type { StrataConfig } from "../config/strata-config.ts";

/** Facts that a caller chooses himself; a rule is worth no more than the weakest fact that it rests on. */
const CHOSEN = ["metadata", "session", "person"] as const;

/**
 * Sources of attribution, as in `attribution_source`, whose word is merely the caller's own: request metadata, addresses read off session names, and
 * rules that rest on either. Text for the query parameter `claimed`.
 */
export function claimedSources({ attribution }: Pick<StrataConfig, "attribution">): string {
  const rules = attribution.rules.filter(({ match }) => CHOSEN.some((fact) => match[fact] !== undefined));
  return `|${["metadata", "members:session", ...rules.map(({ name }) => `rule:${name}`)].join("|")}|`;
}
