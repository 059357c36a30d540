import { BUDGET_SCOPES } from "../../src/config/budgets.ts";
import type { QueryParams } from "../../src/ports.ts";
import { queryFile, queryNames } from "../../src/query/files.ts";
import { addDays } from "../../src/time.ts";

export interface Case {
  readonly query: string;
  readonly params: QueryParams;
}

/** First and last day with data, and a person, team, account and model that meet in it. */
export interface Covered {
  readonly first: string;
  readonly last: string;
  readonly filters: Readonly<Record<(typeof FILTERS)[number], string>>;
}

/** Parameters of the statement's queries that narrow them, each without effect unless given. */
const FILTERS = ["account", "team", "model", "person"] as const;

/** An account of the invented company (src/generate). */
const ACCOUNT = "111122223333";

const scopes = (...names: readonly string[]): QueryParams[] => names.map((scope) => ({ scope }));

/** The invented company's month and two of its days, cut at midnight in Berlin. */
const LOCAL_DAYS = {
  starts: "2026-09-30 22:00:00|2026-10-13 22:00:00|2026-10-14 22:00:00|2026-10-31 23:00:00",
  periods: 3,
};

/** Values beside the defaults of the header, chosen so that each branch of a query is taken. One entry is one run. */
const VARIANTS: Readonly<Record<string, readonly QueryParams[]>> = {
  "anomalies/budget_usage": scopes(...BUDGET_SCOPES.filter((scope) => scope !== "metadata")).map((scope) => ({
    ...scope,
    ...LOCAL_DAYS,
    claimed: "|metadata|",
  })),
  "anomalies/budget_metadata": [{ ...LOCAL_DAYS, key: "feature" }],
  "anomalies/daily_spend": scopes("organisation", "account", "team", "person", "role").map((scope) => ({
    ...scope,
    ...LOCAL_DAYS,
  })),
  "anomalies/contributors": [
    ...["usd", "tokens", "calls", "errors", "unpriced"].map((measure) => ({ measure })),
    { scope: "team", name: "search" },
    { scope: "account", name: ACCOUNT, measure: "tokens" },
  ],
  "anomalies/contributors_hourly": [
    ...["usd", "tokens", "calls", "errors", "unpriced"].map((measure) => ({ measure })),
    { scope: "team", name: "search" },
  ],
  "anomalies/tokens_hourly": [{ method: "seasonal" }, { method: "plain" }],
  "anomalies/error_rate": [
    { trust_delivery: true, evidence: 2 },
    { trust_delivery: false, threshold: 0.05 },
    { trust_delivery: true, late_minutes: 30, early_share: 0.4, evidence: 3 },
  ],
  "anomalies/first_seen": [{ dimension: "model" }, { dimension: "principal", min_history: 2 }],
  "anomalies/runaway_loop": [{}, { floor: 10, growth: 0.5 }],
  "rollups/has_rows": [{ source: "hourly_usage" }, { source: "kiro_charges" }],
  "rollups/compacted_hour": [{ hour: 9 }],
  "rollups/recounted_hour": [{ hour: 9 }],
  "rollups/calls_5m": [{}, { prompt_limit: 100000, output_limit: 2000 }],
  "rollups/metadata_usage": [{ keys: "feature\u001ftenant", key_count: 2 }],
  "reports/by_dimension": ["account", "cost_center", "service_tier", "feature", "environment"].map((dimension) => ({
    dimension,
  })),
  "dashboards/spend_over_time": [{ dimension: "team" }, { dimension: "model" }],
  "reports/by_tier": [{}, { hourly: true }],
  "reports/by_metadata": [{ key: "team" }],
  "reports/by_tag": [{ key: "team" }],
  "reports/tag_carriers": [{ tag: ["iamPrincipal/team=search", "team=search"] }],
  "reports/showback": [{ offset_minutes: 120 }, { offset_minutes: -330 }],
  "planning/daily_spend": scopes("organisation", "team", "account", "model", "person"),
  "planning/person_use": [{}, { team: "search" }],
  "planning/scheduled_work": [{}, { least_calls: 1 }],
  "planning/cache_candidates": [{}, { least_prompt: 1, least_calls: 1 }],
  "planning/long_sessions": [{}, { hours: 1 }],
  "planning/window_totals": [{}, { team: "search" }],
  "planning/usage_slices": [
    {},
    { team: "search", small_prompt: 4000, small_output: 500 },
    { trim_to: 1000, edge_1: 200000, edge_2: 400000 },
  ],
  "saved/busy_hours": [{}, { timezone: "Europe/Berlin" }],
  "saved/off_hours_use": [{}, { timezone: "America/New_York" }],
  "saved/batchable_work": [{ min_calls: 1 }],
  "saved/context_growth": [{ min_calls: 2 }],
  "saved/error_rate_by_caller": [{ min_calls: 1 }],
  "saved/idle_principals": [{ days: 2 }],
  "saved/long_running_agents": [{}, { min_hours: 0.1 }],
  "saved/output_heavy_work": [{ min_share: 0.1, min_cost: 0.01 }],
  "saved/spend_by_metadata": [{}, { key: "team" }],
  "saved/tokens_per_minute": [{}, { quota: 20000, output_weight: 5 }],
  "saved/user_segments": [{ moderate_from: 1, heavy_from: 3 }],
};

/** Every query under sql/ with the values it is run with. Views are read whole. */
export function cases(covered: Covered): Case[] {
  return queryNames()
    .filter((query) => !query.startsWith("duckdb/"))
    .flatMap((query) =>
      [...(VARIANTS[query] ?? [{}]), ...filtered(query, covered)].map((params) => ({
        query,
        params: { ...ranges(query, covered), ...VARIANTS[query]?.[0], ...params },
      })),
    );
}

/** Days that a query of each folder looks back when it is asked over years of data. A saved query looks back as far as its defaults say, a view over everything. */
const LOOKS_BACK: Readonly<Record<string, number | undefined>> = {
  anomalies: 3,
  attribution: 30,
  billing: 89,
  cloudtrail: 13,
  dashboards: 30,
  planning: 89,
  reports: 30,
  rollups: 13,
  telemetry: 13,
};

/** Every query once over years of days, as its schedule asks it, and once more where a longer range is what could end it. */
export function longCases(covered: Covered): Case[] {
  const { first, last } = covered;
  return queryNames()
    .filter((query) => !query.startsWith("duckdb/"))
    .flatMap((query) => {
      const days = LOOKS_BACK[query.split("/")[0] ?? ""];
      if (days === undefined) return [{ query, params: {} }];
      const since = (day: string): Case => ({
        query,
        params: { ...ranges(query, { ...covered, first: day }), ...VARIANTS[query]?.[0] },
      });
      const once = since(addDays(last, -days));
      // Every entry of a sequence is an hour or a day of the range.
      return /\bsequence\(/.test(queryFile(query).sql) ? [once, since(first)] : [once];
    });
}

/** A query that can be narrowed is run narrowed, too: by one filter and by all. */
function filtered(query: string, { filters }: Covered): QueryParams[] {
  const { params } = queryFile(query).header;
  const narrows = FILTERS.every((name) => params.some((param) => param.name === name && param.type === "array(varchar)"));
  if (!narrows) return [];
  const all = Object.fromEntries(Object.entries(filters).map(([name, value]) => [name, [value]]));
  return [{ team: [filters.team, "somebody else"] }, all, { carrier: ["nobody"] }];
}

/** The covered days for the parameters of a range; a month in the middle of it for a month. */
function ranges(query: string, { first, last }: Covered): QueryParams {
  const values: Record<string, string> = {};
  for (const { name, type, fallback } of queryFile(query).header.params) {
    const day = {
      from: first,
      to: last,
      prev_from: first,
      prev_to: addDays(first, 14),
      usage_from: first,
      usage_to: last,
      lines_from: first,
      groups_from: first,
      day: addDays(first, 14),
      before: addDays(last, 1),
    }[name];
    if (day !== undefined) values[name] = type === "timestamp" ? `${name === "to" ? addDays(day, 1) : day}T00:00:00Z` : day;
    if (name === "month") values[name] = last.slice(0, 7);
    if (name === "account" && fallback === undefined) values[name] = ACCOUNT;
  }
  if ("prev_to" in values) values.from = addDays(first, 15);
  return values;
}
