/** current/budget-status.json: what a gateway needs to enforce budgets without asking anybody. */
import { z } from "zod";
import { BUDGET_SCOPES } from "../config/budgets.ts";
import type { StrataConfig } from "../config/strata-config.ts";
import { jsonOf } from "../json-of.ts";
import { localDay, periodEnd, startOfLocalDay } from "../local-time.ts";
import { formatUsd, type PicoUsd } from "../money.ts";
import type { ObjectStore, Warehouse } from "../ports.ts";
import { guessedShare } from "../pricing/guessed.ts";
import { addDays, DAY_MS, isoOf } from "../time.ts";
import { type BudgetPeriod, type BudgetScope, countedOf, limitFor, shareOf, usedShare } from "./budget-limits.ts";
import { type DaySpend, dailySpend } from "./budget-queries.ts";
import { projectMonth } from "./project-month.ts";

/** Where it lies in the data store. */
export const BUDGET_STATUS_KEY = "current/budget-status.json";

const usd = z
  .string()
  .regex(/^-?\d+\.\d{2,12}$/)
  .describe("Exact decimal US dollars.");

/** What has a standing: all that budgets are for but request metadata, which only the records know. */
const SCOPES = BUDGET_SCOPES.filter((scope): scope is Exclude<BudgetScope, "metadata"> => scope !== "metadata");
/** Of these only what has a budget. */
const WITH_LIMIT: ReadonlySet<BudgetScope> = new Set<BudgetScope>(["cost_center", "environment", "feature", "role", "model"]);

const standing = z.strictObject({
  scope: z.enum(SCOPES),
  name: z.string().nullable().describe("Which one; null for the organisation."),
  period: z.enum(["day", "month"]),
  period_start: z.iso.date(),
  resets_at: z.iso.datetime().describe("First instant of the next period, UTC."),
  used_usd: usd.describe("What counts: without what is merely claimed, unless the budget says otherwise."),
  claimed_usd: usd.describe("What callers merely claim to be of this scope (request metadata, session names)."),
  guessed_usd: usd.describe("Of used_usd, what rests on guessed prices."),
  guessed_share: z.number().min(0).max(1).describe("guessed_usd over used_usd; 0 when nothing was used."),
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

/** What was written last; undefined before the first time, and where it is damaged: nobody knows anything then. */
export const readBudgetStatus = async (data: ObjectStore): Promise<BudgetStatusFile | undefined> =>
  budgetStatusFile.safeParse(jsonOf((await data.readAll(BUDGET_STATUS_KEY))?.bytes)).data;

export const budgetStatusSchema = (): z.core.JSONSchema.BaseSchema => z.toJSONSchema(budgetStatusFile);

const PERIODS = ["day", "month"] as const satisfies readonly BudgetPeriod[];
const HISTORY_DAYS = 56;

/** @param now milliseconds */
export async function budgetStatus(input: {
  warehouse: Warehouse;
  config: StrataConfig;
  now: number;
}): Promise<BudgetStatusFile> {
  const { warehouse, config, now } = input;
  const today = localDay(now, config.timezone);
  const [row] = (await warehouse.query("anomalies/data_range")).rows;
  const last = typeof row?.last_hour === "string" ? Date.parse(row.last_hour) + DAY_MS / 24 : null;
  const standings: BudgetStanding[] = [];
  for (const scope of SCOPES) {
    if (WITH_LIMIT.has(scope) && !config.budgets.some((budget) => budget.scope === scope)) continue;
    const names = await dailySpend(warehouse, config, scope, { from: historyStart(scope, today, config.timezone), to: now });
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
function historyStart(scope: BudgetScope, today: string, zone: string): number {
  const month = startOfLocalDay(`${today.slice(0, 7)}-01`, zone);
  return scope === "person" ? month : Math.min(month, startOfLocalDay(addDays(today, -HISTORY_DAYS), zone));
}

interface Account {
  readonly scope: (typeof SCOPES)[number];
  readonly name: string | null;
  readonly period: BudgetPeriod;
  readonly days: ReadonlyMap<string, DaySpend>;
  readonly today: string;
  readonly first: string | undefined;
}

function standingOf(config: StrataConfig, { scope, name, period, days, today, first }: Account): BudgetStanding {
  const start = period === "day" ? today : `${today.slice(0, 7)}-01`;
  const budget = limitFor(config.budgets, scope, period, name);
  const limit = budget?.limit;
  const current = [...days].filter(([day]) => day >= start && day <= today).map(([, spend]) => spend);
  const claimed = current.reduce((sum, spend) => sum + spend.claimed, 0n);
  const counts = budget ?? { count_claimed: true };
  const used = countedOf(
    counts,
    current.reduce((sum, spend) => sum + spend.spent, 0n),
    claimed,
  );
  const guessed = current.reduce((sum, spend) => sum + countedOf(counts, spend.guessed, spend.guessedClaimed), 0n);
  const projection =
    period === "month" && scope !== "person" && first !== undefined
      ? projectMonth(
          new Map([...days].map(([day, { spent, claimed: part }]) => [day, Number(formatUsd(countedOf(counts, spent, part)))])),
          first,
          today,
        )
      : undefined;
  const projected = projection?.expected.toFixed(2);
  return {
    scope,
    name,
    period,
    period_start: start,
    resets_at: isoOf(periodEnd(startOfLocalDay(start, config.timezone), period, config.timezone)),
    used_usd: formatUsd(used),
    claimed_usd: formatUsd(claimed),
    guessed_usd: formatUsd(guessed),
    guessed_share: guessedShare(guessed, used),
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
