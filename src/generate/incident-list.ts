import { formatUsd } from "../money.ts";
import { DAY_MS, dayOf } from "../time.ts";
import { TEAM_PAST_80, TEAM_PAST_100 } from "./budgets.ts";
import { instant, type Month } from "./calendar.ts";
import type { Schedule } from "./incidents.ts";
import type { Incident, TruthBill, TruthTeam } from "./truth.ts";

/** What only the finished month can say about the incidents. */
export interface Measured {
  readonly burst: { readonly failed: number; readonly calls: number };
  readonly spike: { readonly tokens: number; readonly ordinaryTokens: number };
  readonly busyDay: { readonly list: bigint; readonly ordinary: bigint };
  readonly runaway: {
    readonly person: string;
    readonly principal: string;
    readonly calls: number;
    readonly spent: bigint;
    readonly limit: bigint;
  };
  readonly gap: { readonly calls: number };
  readonly unpriced: { readonly calls: number; readonly first: number; readonly last: number };
  readonly unattributed: { readonly calls: number; readonly principal: string };
}

/**
 * Below these an incident is there in proportion, but so small that a detector with a sensible floor keeps silent: tokens of an hour, dollars of
 * a day, calls that are missing.
 */
const TELLING_TOKENS = 8_000_000;
const TELLING_DAY = 50_000_000_000_000n;
const TELLING_CALLS = 30;

const share = (part: number, whole: number): number => Math.round((part / Math.max(1, whole)) * 10_000) / 10_000;

export function incidentList(
  plan: Schedule,
  month: Month,
  measured: Measured,
  bill: TruthBill,
  teams: readonly TruthTeam[],
): Incident[] {
  const { burst, spike, busyDay, runaway, gap, unpriced, unattributed } = measured;
  const window = (range: { readonly start: number; readonly end: number }) => ({
    start: instant(range.start),
    end: instant(range.end),
  });
  const whole = window(month);
  const teamOf = (name: string): TruthTeam | undefined => teams.find((team) => team.team === name);
  const budget = (name: string, kind: "team-budget-80" | "team-budget-100"): Incident => ({
    id: kind,
    kind,
    tier: "budget",
    scope: { team: name },
    ...whole,
    size: {
      estimated_usd: teamOf(name)?.estimated_usd ?? "0.00",
      budget_usd: teamOf(name)?.budget_usd ?? "0.00",
      share: teamOf(name)?.share ?? 0,
    },
    meaningful: true,
    echoes: kind === "team-budget-100" ? ["budget: the same team past 80 %", "budget: the same team's projected month"] : [],
  });
  return [
    {
      id: "error-burst",
      kind: "error-burst",
      tier: "critical",
      scope: { account_id: plan.burst.accountId, region: plan.burst.region, error_class: "server", team: "payments" },
      ...window(plan.burst),
      size: { failed: burst.failed, calls: burst.calls, share: share(burst.failed, burst.calls) },
      meaningful: true,
      echoes: ["critical: organisation, account, team payments and model claude-sonnet-4-6 in the same half hour"],
    },
    {
      id: "token-spike",
      kind: "token-spike",
      tier: "warning",
      scope: { team: plan.spike.team },
      ...window(plan.spike),
      size: {
        tokens: spike.tokens,
        ordinary_tokens: spike.ordinaryTokens,
        ratio: Math.round((spike.tokens / Math.max(1, spike.ordinaryTokens)) * 100) / 100,
      },
      meaningful: spike.tokens >= TELLING_TOKENS,
      echoes: [
        "warning: organisation, account 444455556666, model nova-pro and principal search-reindex in the same hour",
        "info: team search, account 444455556666 and model nova-pro on that day",
      ],
    },
    {
      id: "busy-day",
      kind: "busy-day",
      tier: "info",
      scope: { organisation: "all" },
      ...window({ start: plan.busyDay.start, end: plan.busyDay.start + DAY_MS }),
      size: {
        list_usd: formatUsd(busyDay.list),
        ordinary_usd: formatUsd(busyDay.ordinary),
        ratio: Number((busyDay.list * 10_000n) / busyDay.ordinary) / 10_000,
      },
      meaningful: busyDay.list >= TELLING_DAY,
      echoes: [
        "info: every account, developer team and Claude model on that day",
        "warning: hourly tokens of the organisation, accounts, developer teams and Claude models on that day",
        "budget: projected months",
      ],
    },
    {
      id: "runaway-person",
      kind: "runaway-person",
      tier: "budget",
      scope: { person: runaway.person, principal: runaway.principal, team: plan.runaway.team },
      ...window(plan.runaway),
      size: {
        calls: runaway.calls,
        spent_usd: formatUsd(runaway.spent),
        day_budget_usd: formatUsd(runaway.limit),
        share: Number((runaway.spent * 10_000n) / runaway.limit) / 10_000,
      },
      meaningful: true,
      echoes: [
        "budget: 80, 90 and 100 % of the person's day",
        "info and warning: the person, team data-science, its account and model claude-opus-4-8 on that day",
        "budget: projected month of team data-science",
      ],
    },
    budget(TEAM_PAST_80, "team-budget-80"),
    budget(TEAM_PAST_100, "team-budget-100"),
    {
      id: "log-gap",
      kind: "log-gap",
      tier: "data",
      scope: { account_id: plan.gap.accountId, region: plan.gap.region },
      ...window(plan.gap),
      size: { calls: gap.calls, billed_usd: bill.gap_usd },
      meaningful: gap.calls >= TELLING_CALLS,
      echoes: ["data: billed but not logged on that day"],
    },
    {
      id: "unpriced-model",
      kind: "unpriced-model",
      tier: "data",
      scope: { model: "newvendor.mystery-1" },
      start: instant(unpriced.first),
      end: instant(unpriced.last + 1000),
      size: { calls: unpriced.calls, billed_usd: bill.unpriced_model_usd },
      meaningful: true,
      echoes: ["info: first-seen model or principal"],
    },
    {
      id: "billed-not-logged",
      kind: "billed-not-logged",
      tier: "data",
      scope: { usage_type: "USE1-openai.gpt-oss-120b-mantle-input-tokens-standard" },
      ...whole,
      size: { billed_usd: bill.mantle_usd },
      meaningful: true,
      echoes: [],
    },
    {
      id: "unattributed",
      kind: "unattributed",
      tier: "data",
      scope: { principal: unattributed.principal },
      ...whole,
      size: { calls: unattributed.calls },
      // A sliver of the month: an alert on the share of unattributed spend may stay silent.
      meaningful: false,
      echoes: [],
    },
    {
      id: "residual",
      kind: "residual",
      tier: "data",
      scope: { principal: bill.residual.principal, model: bill.residual.model, day: bill.residual.day },
      ...window({ start: plan.residual.start, end: plan.residual.start + DAY_MS }),
      size: { residual_usd: bill.residual.usd },
      // A dollar and a bit: below any sensible limit in a large company, but to be found in the books.
      meaningful: false,
      echoes: [`data: residual on ${dayOf(plan.residual.start)}`],
    },
  ];
}
