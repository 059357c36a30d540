import type { AttributionConfig } from "../config/attribution.ts";
import { type Facts, type Labels, labelOf, plainKey } from "./facts.ts";

const CLASSES = ["resourceTags", "principalTags", "userAttributes", "costCategories"] as const satisfies readonly (keyof Facts)[];

/**
 * The tags on a line that any setting looks at, as one text that is the same for the same tags; null when there are none. Tags of the account
 * are left out: all lines of it have them. A refund follows the lines that carry its own set, for one session may have several.
 */
export function tagSet(config: AttributionConfig): (facts: Pick<Facts, (typeof CLASSES)[number]>) => string | null {
  const keys = [...new Set(lookedAt(config).map((key) => plainKey(key.slice(key.indexOf("/") + 1))))].sort();
  return (facts) => {
    const found = CLASSES.flatMap((name) => {
      const labels: Labels | null | undefined = facts[name];
      return keys.flatMap((key) => {
        const value = labelOf(labels, key);
        return value === null ? [] : [[name, key, value]];
      });
    });
    return found.length === 0 ? null : JSON.stringify(found);
  };
}

const lookedAt = ({ tags, rules }: AttributionConfig): string[] => [
  ...Object.values(tags).flat(),
  ...rules.flatMap(({ match }) =>
    [match.resource_tag, match.principal_tag, match.user_attribute, match.cost_category, match.tag].flatMap((given) =>
      Object.keys(given ?? {}),
    ),
  ),
];
