import type { AttributionConfig } from "../config/attribution.ts";
import { anyGlob } from "../glob.ts";
import { type Facts, type Labels, labelOf } from "./facts.ts";

export type Rule = AttributionConfig["rules"][number];
type Holds = (facts: Facts) => boolean;

/** Whether a rule matches: on its days, and with every condition that it gives. */
export function ruleMatcher({ match, from, to }: Rule): Holds {
  const conditions: Holds[] = [];
  const text = (patterns: readonly string[] | undefined, read: (facts: Facts) => string | null | undefined): void => {
    if (patterns === undefined) return;
    const matches = anyGlob(patterns);
    conditions.push((facts) => {
      const value = read(facts);
      return value !== null && value !== undefined && matches(value);
    });
  };
  const labels = (
    patterns: Readonly<Record<string, readonly string[]>> | undefined,
    read: (facts: Facts) => readonly (Labels | null | undefined)[],
  ): void => {
    for (const [key, values] of Object.entries(patterns ?? {})) {
      const matches = anyGlob(values);
      conditions.push((facts) =>
        read(facts).some((map) => {
          const value = labelOf(map, key);
          return value !== null && matches(value);
        }),
      );
    }
  };
  text(match.principal, (facts) => facts.principalArn);
  text(match.principal_name, (facts) => facts.principalName);
  text(match.session, (facts) => facts.sessionName);
  text(match.person?.map(foldCase), (facts) => facts.person && foldCase(facts.person));
  text(match.account, (facts) => facts.accountId);
  text(match.inference_profile, (facts) => facts.inferenceProfile);
  text(match.usage_type, (facts) => facts.usageType);
  text(match.model, (facts) => facts.model);
  text(match.region, (facts) => facts.region);
  if (match.resource !== undefined) {
    const matches = anyGlob(match.resource);
    conditions.push(({ resources = [] }) => resources.some(matches));
  }
  labels(match.metadata, (facts) => [facts.metadata]);
  labels(match.resource_tag, (facts) => [facts.resourceTags]);
  labels(match.principal_tag, (facts) => [facts.principalTags]);
  labels(match.user_attribute, (facts) => [facts.userAttributes]);
  labels(match.account_tag, (facts) => [facts.accountTags]);
  labels(match.cost_category, (facts) => [facts.costCategories]);
  labels(match.tag, (facts) => [facts.resourceTags, facts.principalTags, facts.userAttributes, facts.accountTags]);
  return (facts) => during({ from, to }, facts.day) && conditions.every((holds) => holds(facts));
}

export const during = ({ from, to }: { from?: string | undefined; to?: string | undefined }, day: string): boolean =>
  (from === undefined || from <= day) && (to === undefined || day <= to);

/** Names of people are compared so: the part before the @ is one mailbox in any letter case. */
export const foldCase = (text: string): string => text.toLowerCase();
