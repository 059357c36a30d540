import type { AttributionConfig } from "../config/attribution.ts";
import { anyGlob } from "../glob.ts";

/** What is known of a caller when the question "who pays" is asked. */
export interface Caller {
  readonly principalArn: string | null;
  readonly principalName: string | null;
  readonly sessionName: string | null;
  readonly person: string | null;
  readonly accountId: string;
  readonly inferenceProfile: string | null;
  readonly metadata: ReadonlyMap<string, string> | null;
  /** Tags of the application inference profile that was called. */
  readonly profileTags?: ReadonlyMap<string, string> | null;
  /** iamPrincipal tags on the bill, where there are any yet. */
  readonly tags: ReadonlyMap<string, string> | null;
}

export interface Attribution {
  readonly team: string;
  readonly costCenter: string | null;
  readonly environment: string | null;
  readonly feature: string | null;
  readonly person: string | null;
  /** `rule:<name>`, `members`, `metadata`, `profile`, `bill` or `none`: what named the team. */
  readonly source: string;
}

export const UNATTRIBUTED = "unattributed";

/**
 * Who pays, in this order of precedence for each field: rules of strata.yml from top to bottom, membership of a team,
 * request metadata, tags of the inference profile, tags on the bill. A team that nobody names is `unattributed`.
 */
export function attributor(config: AttributionConfig): (caller: Caller) => Attribution {
  const rules = config.rules.map((rule) => ({ rule, matches: matcher(rule.match) }));
  const members = Object.entries(config.teams).map(([team, { members }]) => ({ team, matches: anyGlob(members) }));
  const { metadata_keys: metadataKeys, tag_keys: tagKeys } = config;

  return (caller) => {
    const matching = rules.filter(({ matches }) => matches(caller)).map(({ rule }) => rule);
    const first = <K extends "team" | "cost_center" | "environment" | "feature" | "person">(key: K) =>
      matching.find((rule) => rule[key] !== undefined);
    const person =
      first("person")?.person ??
      caller.person ??
      label(caller.metadata, metadataKeys.person) ??
      label(caller.tags, tagKeys.person);
    const teamRule = first("team");
    const memberOf = person === null ? undefined : members.find(({ matches }) => matches(person))?.team;
    const named = (
      [
        [teamRule?.team, `rule:${teamRule?.name}`],
        [memberOf, "members"],
        [label(caller.metadata, metadataKeys.team), "metadata"],
        [label(caller.profileTags, tagKeys.team), "profile"],
        [label(caller.tags, tagKeys.team), "bill"],
      ] as const
    ).find(([team]) => team);
    const team = named?.[0] ?? UNATTRIBUTED;
    return {
      team,
      costCenter:
        first("cost_center")?.cost_center ??
        teamCostCenter(config, team) ??
        label(caller.metadata, metadataKeys.cost_center) ??
        label(caller.profileTags, tagKeys.cost_center) ??
        label(caller.tags, tagKeys.cost_center),
      environment:
        first("environment")?.environment ??
        label(caller.metadata, metadataKeys.environment) ??
        label(caller.profileTags, tagKeys.environment) ??
        label(caller.tags, tagKeys.environment),
      feature: first("feature")?.feature ?? label(caller.metadata, metadataKeys.feature),
      person,
      source: named?.[1] ?? "none",
    };
  };
}

const teamCostCenter = (config: AttributionConfig, team: string): string | undefined =>
  Object.hasOwn(config.teams, team) ? config.teams[team]?.cost_center : undefined;

const label = (labels: ReadonlyMap<string, string> | null | undefined, key: string | null): string | null =>
  (key === null ? undefined : labels?.get(key)?.trim()) || null;

type Match = AttributionConfig["rules"][number]["match"];

function matcher(match: Match): (caller: Caller) => boolean {
  const conditions: ((caller: Caller) => boolean)[] = [];
  const text = (patterns: string[] | undefined, read: (caller: Caller) => string | null) => {
    if (!patterns) return;
    const matches = anyGlob(patterns);
    conditions.push((caller) => {
      const value = read(caller);
      return value !== null && matches(value);
    });
  };
  const labels = (
    patterns: Record<string, string[]> | undefined,
    read: (caller: Caller) => ReadonlyMap<string, string> | null,
  ) => {
    for (const [key, values] of Object.entries(patterns ?? {})) text(values, (caller) => read(caller)?.get(key) ?? null);
  };
  text(match.principal, (caller) => caller.principalArn);
  text(match.principal_name, (caller) => caller.principalName);
  text(match.session, (caller) => caller.sessionName);
  text(match.person, (caller) => caller.person);
  text(match.account, (caller) => caller.accountId);
  text(match.inference_profile, (caller) => caller.inferenceProfile);
  labels(match.metadata, (caller) => caller.metadata);
  for (const [key, values] of Object.entries(match.tag ?? {}))
    text(values, (caller) => caller.profileTags?.get(key) ?? caller.tags?.get(key) ?? null);
  return (caller) => conditions.every((holds) => holds(caller));
}
