import type { AttributionConfig } from "../config/attribution.ts";
import type { SourceKind } from "../config/source-kinds.ts";
import type { Rule } from "./rule.ts";

/** vouched: AWS says so. configured: strata.yml says so of something that AWS vouches for. claimed: rests on what a caller writes himself. */
export type Trust = "vouched" | "configured" | "claimed";

/** One way of naming a team, and how much it is worth. */
export interface AttributionSource {
  /** As in `attribution_source`. */
  readonly name: string;
  readonly kind: SourceKind;
  /** Of several sources the one with the smallest place names the team. */
  readonly place: number;
  readonly trust: Trust;
}

/** Everything behind these places is weaker than the team of a line's logged calls: it says something of the account alone. */
export const ACCOUNT_PLACE = 1_000_000;

const TRUST: Readonly<Record<Exclude<SourceKind, "rule">, Trust>> = {
  resource_tag: "vouched",
  principal_tag: "vouched",
  user_attribute: "vouched",
  cost_category: "configured",
  members: "configured",
  metadata: "claimed",
  account: "configured",
};
/** Facts that a caller chooses; a rule is worth as much as the weakest fact that it rests on. */
const CHOSEN = ["metadata", "session", "person"] as const satisfies readonly (keyof Rule["match"])[];

/** Members whose address was read off a session name: anyone who may assume the role can choose it. */
export const CLAIMED_MEMBERS = "members:session";

/** The rule table and the other sources in the order that holds. Sources that `attribution.order` leaves out are not there. */
export function attributionSources(config: AttributionConfig): AttributionSource[] {
  const ordered = config.order.flatMap((kind): Omit<AttributionSource, "place">[] => {
    if (kind === "rule")
      return config.rules.map((rule) => ({
        name: `rule:${rule.name}`,
        kind,
        trust: CHOSEN.some((fact) => rule.match[fact] !== undefined) ? "claimed" : "configured",
      }));
    const own = { name: kind, kind, trust: TRUST[kind] };
    return kind === "members" ? [own, { name: CLAIMED_MEMBERS, kind, trust: "claimed" }] : [own];
  });
  return ordered.map((source, index) => ({ ...source, place: source.kind === "account" ? ACCOUNT_PLACE + index : index }));
}
