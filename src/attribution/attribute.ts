import type { AttributionConfig } from "../config/attribution.ts";
import type { SourceKind } from "../config/source-kinds.ts";
import { foldAddress } from "../fold-address.ts";
import { anyGlob } from "../glob.ts";
import { classOf, type Facts, labelOf } from "./facts.ts";
import { during, foldCase, type Rule, ruleMatcher } from "./rule.ts";
import { attributionSources, CLAIMED_MEMBERS } from "./sources.ts";

export interface Attribution {
  readonly team: string;
  readonly costCenter: string | null;
  readonly environment: string | null;
  readonly feature: string | null;
  readonly person: string | null;
  /** What named the team, one of `attributionSources`; `none` where nothing did. */
  readonly source: string;
  /** Place of the source: of two attributions the one with the smaller place holds. */
  readonly place: number;
}

export const UNATTRIBUTED = "unattributed";
/** Behind every source. */
export const NO_PLACE = 2_000_000;

type Field = "team" | "cost_center" | "environment" | "feature" | "person";

/**
 * Who pays, for a call or a billed line: rules of strata.yml from top to bottom, then the other sources in the order of `attribution.order`, each
 * on the days for which it holds. A team that nobody names is `unattributed`.
 */
export function attributor(config: AttributionConfig): (facts: Facts) => Attribution {
  const rules = config.rules.map((rule) => ({ rule, matches: ruleMatcher(rule) }));
  const members = entriesOf(config, "members", foldCase);
  const accounts = entriesOf(config, "accounts", (id) => id);
  const places = new Map(attributionSources(config).map(({ name, place }) => [name, place]));
  const { tags, metadata_keys: metadataKeys, person_order: personOrder } = config;
  const personPlace = (name: (typeof personOrder)[number]): number =>
    personOrder.includes(name) ? personOrder.indexOf(name) : Number.POSITIVE_INFINITY;
  const tagPlace = personPlace(personOrder.includes("principal_tag") ? "principal_tag" : "configured");
  const vouchedPlace = Math.min(personPlace("sso_session"), personPlace("iam_user"));

  const fromTags = (facts: Facts, field: Field, kinds: readonly SourceKind[]): [string, SourceKind] | undefined => {
    for (const kind of kinds) {
      const labels = LABELS[kind];
      if (labels === undefined) continue;
      for (const key of tags[field]) {
        const { labels: wanted, name } = classOf(key);
        // A key without a class is looked for in every class of tags, a cost category only where it is named so.
        if (key.includes("/") ? wanted !== labels : labels === "costCategories") continue;
        const value = labelOf(facts[labels], key.includes("/") ? name : key);
        if (value !== null) return [value, kind];
      }
    }
    return undefined;
  };
  const fromMetadata = (facts: Facts, field: Field): string | null =>
    metadataKeys[field] === null ? null : labelOf(facts.metadata, metadataKeys[field]);

  return (facts) => {
    const matching = rules.filter(({ matches }) => matches(facts)).map(({ rule }) => rule);
    const ruled = (field: Field): Rule | undefined => matching.find((rule) => rule[field] !== undefined);
    const personOf = (): [string, boolean] | undefined => {
      const given = ruled("person")?.person ?? undefined;
      if (given !== undefined) return [given, false];
      const [tagged] = fromTags(facts, "person", ["principal_tag", "user_attribute"]) ?? [];
      const ownPlace = facts.personIsClaimed ? personPlace("session_name") : vouchedPlace;
      if (facts.person && (tagged === undefined || ownPlace <= tagPlace)) return [facts.person, facts.personIsClaimed ?? false];
      if (tagged !== undefined) return [tagged, false];
      const claimed = fromMetadata(facts, "person");
      return claimed === null ? undefined : [claimed, true];
    };
    const [rawPerson, personIsClaimed] = personOf() ?? [null, false];
    const person = rawPerson && foldAddress(rawPerson);

    const named = (kind: SourceKind): { team: string; source: string } | undefined => {
      const found = (team: string | null | undefined, source: string) => (team ? { team, source } : undefined);
      switch (kind) {
        case "rule": {
          const rule = ruled("team");
          return found(rule?.team, `rule:${rule?.name}`);
        }
        case "members":
          return found(
            person === null ? null : teamOf(members, foldCase(person), facts.day),
            personIsClaimed ? CLAIMED_MEMBERS : kind,
          );
        case "metadata":
          return found(fromMetadata(facts, "team"), kind);
        case "account":
          return found(teamOf(accounts, facts.accountId, facts.day) ?? fromTags(facts, "team", ["account"])?.[0], kind);
        case "resource_tag":
        case "principal_tag":
        case "user_attribute":
        case "cost_category":
          return found(fromTags(facts, "team", [kind])?.[0], kind);
        default:
          return kind satisfies never;
      }
    };
    let winner: { team: string; source: string } | undefined;
    for (const kind of config.order) {
      winner = named(kind);
      if (winner !== undefined) break;
    }
    const team = winner?.team ?? UNATTRIBUTED;
    const label = (field: Field): string | null =>
      fromTags(facts, field, TAG_KINDS)?.[0] ?? fromMetadata(facts, field) ?? fromTags(facts, field, ["account"])?.[0] ?? null;
    return {
      team,
      costCenter: ruled("cost_center")?.cost_center ?? teamCostCenter(config, team) ?? label("cost_center"),
      environment: ruled("environment")?.environment ?? label("environment"),
      feature: ruled("feature")?.feature ?? label("feature"),
      person,
      source: winner?.source ?? "none",
      place: winner === undefined ? NO_PLACE : (places.get(winner.source) ?? NO_PLACE),
    };
  };
}

const LABELS: Partial<
  Record<SourceKind, "resourceTags" | "principalTags" | "userAttributes" | "costCategories" | "accountTags">
> = {
  resource_tag: "resourceTags",
  principal_tag: "principalTags",
  user_attribute: "userAttributes",
  cost_category: "costCategories",
  account: "accountTags",
};
const TAG_KINDS = ["resource_tag", "principal_tag", "user_attribute", "cost_category"] as const;

interface Entry {
  readonly team: string;
  readonly matches: (text: string) => boolean;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

const entriesOf = (config: AttributionConfig, list: "members" | "accounts", normal: (text: string) => string): Entry[] =>
  Object.entries(config.teams).flatMap(([team, given]) =>
    given[list].map(({ value, from, to }) => ({ team, matches: anyGlob([normal(value)]), from, to })),
  );

const teamOf = (entries: readonly Entry[], text: string, day: string): string | undefined =>
  entries.find((entry) => during(entry, day) && entry.matches(text))?.team;

const teamCostCenter = (config: AttributionConfig, team: string): string | undefined =>
  Object.hasOwn(config.teams, team) ? config.teams[team]?.cost_center : undefined;
