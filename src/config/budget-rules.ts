import { type AlertRule, COMMON_RULE } from "./alert-rule.ts";

/** What budget incidents are called; their limits are in `budgets`, so they are not rules that strata.yml can change. */
export const BUDGET_RULES = {
  budget: {
    ...COMMON_RULE,
    title: "Budget used",
    query: "anomalies/budget_usage",
    tick: "1h",
    severity: "budget",
    family: "news",
    scopes: ["organisation", "account", "team", "person"],
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
    scopes: ["organisation", "account", "team", "person"],
    measure: "share",
    compare: "above",
    threshold: 1,
  },
} as const satisfies Readonly<Record<string, AlertRule>>;
