import { type Check, ok, unanswered, warn } from "../check.ts";
import type { AccountFacts } from "../facts.ts";

/** Tags of principals that attribution reads must be active in the payer account; neither spelling is assumed (data-sources §3.2, §8). */
export function tagChecks({ tags, config }: AccountFacts): Check[] {
  const subject = { id: "cost-tags", group: "bill", title: "Cost-allocation tags" } as const;
  if (!tags.ok) return [unanswered(subject, tags)];
  const { team, cost_center, environment, feature, person } = config.attribution.tags;
  const wanted = [...team, ...cost_center, ...environment, ...feature, ...person];
  const state = (key: string): boolean[] =>
    tags.value.filter((tag) => tag.key === key || tag.key === `iamPrincipal/${key}`).map(({ active }) => active);
  const active = wanted.filter((key) => state(key).includes(true));
  const asleep = wanted.filter((key) => !active.includes(key) && state(key).length > 0);
  if (asleep.length === 0 && active.length > 0) return [ok(subject, `active: ${active.join(", ")}`)];
  if (asleep.length > 0) {
    const statuses = tags.value
      .filter((tag) => !tag.active && asleep.some((key) => tag.key === key || tag.key === `iamPrincipal/${key}`))
      .map((tag) => `TagKey=${tag.key},Status=Active`);
    return [
      warn(
        subject,
        `used but not active: ${asleep.join(", ")}; the bill does not show them`,
        `aws ce update-cost-allocation-tags-status --cost-allocation-tags-status ${statuses.join(" ")}`,
        "Run it in the payer account. It takes up to a day and counts from then on.",
      ),
    ];
  }
  return [
    warn(
      subject,
      `none of ${wanted.join(", ")} has been seen on a principal: teams come from strata.yml and request metadata only`,
      "Tag IAM roles and users (or pass session tags), call a model, and a day later activate the tag in Billing and Cost Management, Cost allocation tags.",
      "Other keys: attribution.tags in strata.yml.",
    ),
  ];
}
