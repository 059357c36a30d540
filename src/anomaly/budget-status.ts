/** current/budget-status.json: what a gateway needs to enforce budgets without asking anybody. */
import { z } from "zod";
import type { StrataConfig } from "../config/strata-config.ts";
import { formatUsd, type PicoUsd } from "../money.ts";
import type { Warehouse } from "../ports.ts";
import { DAY_MS, dayOf, isoOf, parseDay } from "../time.ts";
import { periodEnd } from "./budget-incidents.ts";
import { type BudgetPeriod, type BudgetScope, limitFor, shareOf, usedShare } from "./budget-limits.ts";
import { projectMonth } from "./project-month.ts";
import { dailySpend } from "./watch-budgets.ts";

/** Where it lies in the data store. */
export const BUDGET_STATUS_KEY = "current/budget-status.json";

const usd = z
  .string()
  .regex(/^-?\d+\.\d{2,12}$/)
  .describe("Exact decimal US dollars.");

const standing = z.strictObject({
  scope: z.enum(["organisation", "account", "team", "person"]),
  name: z.string().nullable().describe("Which one; null for the organisation."),
  period: z.enum(["day", "month"]),
  period_start: z.iso.date(),
  resets_at: z.iso.datetime().describe("First instant of the next period, UTC."),
  used_usd: usd,
  limit_usd: usd.nullable().describe("Null when there is no limit; the state is then ok."),
  remaining_usd: usd.nullable().describe("Negative when the limit is exceeded."),
  share: z.number().nullable().describe("Used over limit."),
  projected_usd: usd
    .nullable()
    .describe("Projected at the end of the month; null for days and with less than a week of history."),
  state: z.enum(["ok", "warn", "throttle", "reject"]),
});

/** Published as schemas/budget-status.schema.json; fields are only ever added. */
export const budgetStatusFile = z
  .strictObject({
    schema_version: z.literal(1),
    generated_at: z.iso.datetime().describe("UTC. An old file says nothing about today."),
    data_until: z.iso.datetime().nullable().describe("End of the last hour with usage, UTC."),
    thresholds: z
      .strictObject({ warn: z.number(), throttle: z.number(), reject: z.number() })
      .describe("Shares of the limit at which the states begin."),
    standings: z.array(standing).describe("By scope, name and period."),
  })
  .describe("Who has used how much of which budget.");

export type BudgetStatusFile = z.infer<typeof budgetStatusFile>;
export type BudgetStanding = z.infer<typeof standing>;

export const budgetStatusSchema = (): z.core.JSONSchema.BaseSchema => z.toJSONSchema(budgetStatusFile);

const SCOPES = ["organisation", "account", "team", "person"] as const satisfies readonly BudgetScope[];
const PERIODS = ["day", "month"] as const satisfies readonly BudgetPeriod[];
const HISTORY_DAYS = 56;

/** @param now milliseconds */
export async function budgetStatus(input: {
  warehouse: Warehouse;
  config: StrataConfig;
  now: number;
}): Promise<BudgetStatusFile> {
  const { warehouse, config, now } = input;
  const today = dayOf(now);
  const [row] = (await warehouse.query("anomalies/data_range")).rows;
  const last = typeof row?.last_hour === "string" ? Date.parse(row.last_hour) + DAY_MS / 24 : null;
  const standings: BudgetStanding[] = [];
  for (const scope of SCOPES) {
    const names = await dailySpend(warehouse, scope, { from: historyStart(scope, today), to: now });
    for (const { scope: of, name } of config.budgets)
      if (of === scope && name !== undefined && !name.includes("*") && scope !== "organisation" && !names.has(name))
        names.set(name, new Map());
    if (scope === "organisation" && names.size === 0) names.set(null, new Map());
    const first = [...names.values()].flatMap((days) => [...days.keys()]).sort()[0];
    const sorted = [...names].sort(([a], [b]) => ((a ?? "") < (b ?? "") ? -1 : 1));
    for (const [name, days] of sorted)
      for (const period of PERIODS) standings.push(standingOf(config, { scope, name, period, days, today, first }));
  }
  const file: BudgetStatusFile = {
    schema_version: 1,
    generated_at: isoOf(now),
    data_until: last === null ? null : isoOf(last),
    thresholds: config.alerts.response,
    standings: standings.filter(
      ({ scope, period, limit_usd }) => limit_usd !== null || (scope === "person") === (period === "day"),
    ),
  };
  return budgetStatusFile.parse(file);
}

/** People are many and not projected: for them this month is enough. */
function historyStart(scope: BudgetScope, today: string): number {
  const month = parseDay(`${today.slice(0, 7)}-01`) ?? 0;
  return scope === "person" ? month : Math.min(month, (parseDay(today) ?? 0) - HISTORY_DAYS * DAY_MS);
}

interface Account {
  readonly scope: BudgetScope;
  readonly name: string | null;
  readonly period: BudgetPeriod;
  readonly days: ReadonlyMap<string, PicoUsd>;
  readonly today: string;
  readonly first: string | undefined;
}

function standingOf(config: StrataConfig, { scope, name, period, days, today, first }: Account): BudgetStanding {
  const start = period === "day" ? today : `${today.slice(0, 7)}-01`;
  const used = [...days].reduce((sum, [day, spent]) => (day >= start && day <= today ? sum + spent : sum), 0n);
  const limit = limitFor(config.budgets, scope, period, name)?.limit;
  const projection =
    period === "month" && scope !== "person" && first !== undefined
      ? projectMonth(new Map([...days].map(([day, spent]) => [day, Number(formatUsd(spent))])), first, today)
      : undefined;
  const projected = projection?.expected.toFixed(2);
  return {
    scope,
    name,
    period,
    period_start: start,
    resets_at: isoOf(periodEnd(parseDay(start) ?? 0, period)),
    used_usd: formatUsd(used),
    limit_usd: limit === undefined ? null : formatUsd(limit),
    remaining_usd: limit === undefined ? null : formatUsd(limit - used),
    share: limit === undefined ? null : usedShare(used, limit),
    projected_usd: projected ?? null,
    state: limit === undefined ? "ok" : stateOf(config, used, limit),
  };
}

function stateOf({ alerts: { response } }: StrataConfig, used: PicoUsd, limit: PicoUsd): BudgetStanding["state"] {
  if (used >= shareOf(limit, response.reject)) return "reject";
  if (used >= shareOf(limit, response.throttle)) return "throttle";
  return used >= shareOf(limit, response.warn) ? "warn" : "ok";
}
