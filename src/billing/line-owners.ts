import { attributor, UNATTRIBUTED } from "../attribution/attribute.ts";
import { callerFacts } from "../attribution/caller-facts.ts";
import { type Facts, type Labels, tagFacts } from "../attribution/facts.ts";
import { attributionPeriods } from "../attribution/periods.ts";
import { tagSet } from "../attribution/tag-set.ts";
import type { AttributionConfig } from "../config/attribution.ts";
import type { Row, SqlValue } from "../ports.ts";
import { parsePrincipal } from "../principal/parse-principal.ts";
import type { RowOf } from "../tables/column.ts";
import type { lineOwners as table } from "../tables/line-owners.ts";

/** Whether any rule looks at what tells the lines of one caller and resource apart; without one there are far fewer combinations. */
export const looksAtUsage = (config: AttributionConfig): boolean =>
  config.rules.some(({ match }) => match.usage_type !== undefined || match.model !== undefined || match.region !== undefined);

/** Rows of line_owners for rows of `billing/line_facts`. */
export function lineOwners(rows: readonly Row[], config: AttributionConfig): RowOf<typeof table>[] {
  const attribute = attributor(config);
  const periods = attributionPeriods(config);
  const tagsOf = tagSet(config);
  return rows.flatMap((row) => {
    const facts = factsOf(row, config);
    const tag_set = tagsOf(facts);
    return periods.map(({ from, to }) => {
      const { team, costCenter, environment, feature, person, source, place } = attribute({ ...facts, day: from });
      return {
        line_key: String(row["line_key"]),
        usage_type: String(row["usage_type"]),
        model: String(row["model"]),
        region: String(row["region"]),
        from_day: from,
        to_day: to,
        person,
        team: team === UNATTRIBUTED ? null : team,
        cost_center: costCenter,
        environment,
        feature,
        attribution_source: team === UNATTRIBUTED ? null : source,
        place,
        tag_set,
      };
    });
  });
}

function factsOf(row: Row, config: AttributionConfig): Omit<Facts, "day"> {
  const resource = text(row["resource_id"]);
  const principal = parsePrincipal(text(row["principal_arn"]), { trustSessionNames: config.trust_session_names });
  return {
    ...callerFacts(principal),
    ...tagFacts({
      tags: labels(row["tags"]),
      resourceTags: labels(row["resource_tags"]),
      costCategory: labels(row["cost_category"]),
    }),
    accountId: text(row["account_id"]) ?? "",
    resources: resource === null ? [] : [resource],
    inferenceProfile: resource?.includes("inference-profile/") ? resource : null,
    usageType: given(row["usage_type"]),
    model: given(row["model"]),
    region: given(row["region"]),
  };
}

const text = (value: SqlValue | undefined): string | null =>
  value === null || value === undefined || value === "" ? null : String(value);
/** `*` stands where no rule looks. */
const given = (value: SqlValue | undefined): string | null => (value === "*" ? null : text(value));

const labels = (value: SqlValue | undefined): Labels =>
  typeof value === "object" && value !== null && !Array.isArray(value)
    ? new Map(Object.entries(value).map(([key, label]) => [key, String(label ?? "")]))
    : new Map();
