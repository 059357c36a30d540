import { percent, thousands } from "../../figures.ts";
import { formatUsd, inDollars } from "../../money.ts";
import type { BudgetSuggestion } from "../../planning/capacity/budgets.ts";
import type { PlanCost } from "../../planning/capacity/plan-cost.ts";
import { type BreakEven, type MeasuredRates, quotaAdvice } from "../../planning/capacity/rate-limits.ts";
import type { SensitivityRow } from "../../planning/capacity/sensitivity.ts";
import type { Row } from "../../ports.ts";
import { renderRows } from "../shared/rows.ts";

/** Everything that `strata plan` says. */
export interface Plan {
  readonly model: string;
  readonly second: { readonly model: string; readonly share: string } | null;
  readonly region: string;
  readonly routing: string;
  readonly pricesOf: string;
  readonly developers: number;
  readonly behaviour: string;
  readonly cost: PlanCost;
  readonly sensitivity: readonly SensitivityRow[];
  readonly budgets: readonly BudgetSuggestion[];
  readonly budgetsYaml: string;
  /** Tokens per minute to ask for, when nothing was measured. */
  readonly quota: { readonly low: number; readonly high: number; readonly perUser: string; readonly burndown: number };
  readonly measuredRates: readonly MeasuredRates[];
  readonly breakEven: readonly BreakEven[];
  readonly provisioned: string;
}

const typed = (names: readonly string[], type: string) => names.map((name) => ({ name, type }));
const whole = (value: number): string => thousands(Math.round(value));

export function printPlan(plan: Plan): void {
  const second = plan.second === null ? "" : `, ${plan.second.share} of calls on ${plan.second.model}`;
  console.log(
    `${whole(plan.developers)} developers on ${plan.model}${second}, ${plan.routing}, ${plan.region}, prices of ${plan.pricesOf}`,
  );
  console.log(`Behaviour: ${plan.behaviour}\n`);
  printTiers(plan.cost);
  console.log(
    `${inDollars(plan.cost.perMonth)} a month, ${inDollars(plan.cost.perDeveloper)} per developer\n\nIf one thing were different:`,
  );
  const rows = plan.sensitivity.map(
    ({ what, value, perMonth, difference }): Row => ({
      what,
      value,
      usd_per_month: formatUsd(perMonth),
      difference: formatUsd(difference),
    }),
  );
  console.log(
    renderRows(
      { columns: [...typed(["what", "value"], "varchar"), ...typed(["usd_per_month", "difference"], "decimal")], rows },
      "table",
    ),
  );
  console.log(`\nBudgets for strata.yml:\n${plan.budgetsYaml}\n\nRate limits:`);
  printLimits(plan);
  console.log(`\nProvisioned throughput: ${plan.provisioned}`);
  for (const { model, onDemandPerMonth, provisionedPerMonth, timesTraffic, cheaper } of plan.breakEven) {
    const traffic = timesTraffic === null ? "never at no traffic" : `at ${timesTraffic.toFixed(2)} times this traffic`;
    console.log(
      `  ${model}: on-demand ${inDollars(onDemandPerMonth)}, provisioned ${inDollars(provisionedPerMonth)} a month; breaks even ${traffic}; now ${cheaper} is cheaper`,
    );
  }
}

function printTiers(cost: PlanCost): void {
  const rows = cost.tiers.map(
    ({ tier, developers, perActiveDay, perDeveloper, total, tokensPerMonth, cacheHit }): Row => ({
      tier,
      developers,
      usd_per_active_day: formatUsd(perActiveDay),
      usd_per_developer: formatUsd(perDeveloper),
      usd_per_month: formatUsd(total),
      cache_hit: percent(cacheHit, 1),
      output_tokens: tokensPerMonth.output,
    }),
  );
  const columns = [
    ...typed(["tier"], "varchar"),
    ...typed(["developers"], "bigint"),
    ...typed(["usd_per_active_day", "usd_per_developer", "usd_per_month"], "decimal"),
    ...typed(["cache_hit"], "varchar"),
    ...typed(["output_tokens"], "bigint"),
  ];
  console.log(renderRows({ columns, rows }, "table"));
}

function printLimits(plan: Plan): void {
  if (plan.measuredRates.length === 0) {
    console.log(
      `  ask for ${whole(plan.quota.low)} to ${whole(plan.quota.high)} tokens per minute in all (${plan.quota.perUser} per developer, shared; published for Claude Code)`,
    );
    console.log(
      `  a completion token of ${plan.model} takes ${plan.quota.burndown} from the quota, a cache read none; --from-data gives P50, P95 and P99 of real use`,
    );
    return;
  }
  const rows = plan.measuredRates.map(
    ({ accountId, region, model, perMinute, perDay, requestsPerMinuteP99, throttles }): Row => ({
      account: accountId,
      region,
      model,
      tpm_p50: Math.round(perMinute.p50),
      tpm_p95: Math.round(perMinute.p95),
      tpm_p99: Math.round(perMinute.p99),
      tpd_p50: Math.round(perDay.p50),
      tpd_p95: Math.round(perDay.p95),
      tpd_p99: Math.round(perDay.p99),
      rpm_p99: Math.round(requestsPerMinuteP99),
      throttles,
    }),
  );
  const columns = [
    ...typed(["account", "region", "model"], "varchar"),
    ...typed(["tpm_p50", "tpm_p95", "tpm_p99", "tpd_p50", "tpd_p95", "tpd_p99", "rpm_p99", "throttles"], "bigint"),
  ];
  console.log(renderRows({ columns, rows }, "table"));
  console.log("  As quotas count: input + cache writes + output times its burndown, over minutes and days with calls.");
  for (const rates of plan.measuredRates.slice(0, 5)) console.log(`  ${quotaAdvice(rates)}`);
}
