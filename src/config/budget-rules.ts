import { type AlertRule, COMMON_RULE } from "./alert-rule.ts";
import { BUDGET_SCOPES } from "./budgets.ts";

/** What budget incidents are called; their limits are in `budgets`, so they are not rules that strata.yml can change. */
export const BUDGET_RULES = {
  budget: {
    ...COMMON_RULE,
    title: "Budget used",
    query: "anomalies/budget_usage",
    tick: "1h",
    severity: "budget",
    family: "news",
    scopes: BUDGET_SCOPES,
    measure: "share",
    compare: "above",
    threshold: 1,
  },
  /** Beyond a threshold only with what callers claim: nobody is paged for what anybody could have written on his calls. */
  budget_claimed: {
    ...COMMON_RULE,
    title: "Budget used by claimed spend",
    query: "anomalies/budget_usage",
    tick: "1h",
    severity: "info",
    family: "news",
    scopes: BUDGET_SCOPES,
    measure: "share",
    compare: "above",
    threshold: 1,
  },
  budget_projection: {
    ...COMMON_RULE,
    title: "Month projected above its budget",
    query: "anomalies/daily_spend",
    tick: "1d",
    severity: "budget",
    family: "news",
    scopes: BUDGET_SCOPES,
    measure: "share",
    compare: "above",
    threshold: 1,
  },
} as const satisfies Readonly<Record<string, AlertRule>>;
