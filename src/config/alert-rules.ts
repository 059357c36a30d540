import { ABUSE_RULES } from "./abuse-rules.ts";
import { NEWS_RULES } from "./news-rules.ts";
import { QUALITY_RULES } from "./quality-rules.ts";
import { USAGE_RULES } from "./usage-rules.ts";

/**
 * The rule table: how the observations of each detector are judged. strata.yml changes any number of it under `alerts.rules.<name>`;
 * a rule of one's own is a SQL file under sql/anomalies and an entry there. The reasons for the numbers are in docs/alerts.md.
 * A rule that explains others comes before them.
 */
export const ALERT_RULES = { ...ABUSE_RULES, ...USAGE_RULES, ...NEWS_RULES, ...QUALITY_RULES } as const;
