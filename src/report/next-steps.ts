import { counted, thousands } from "../figures.ts";
import type { PicoUsd } from "../money.ts";
import type { BudgetLine } from "./budget-lines.ts";
import { asOf, dollars, percent } from "./html/figures.ts";
import { type Savings, whoSentence } from "./load-savings.ts";
import { cacheHitRate, errorRate, promptTokens } from "./measures.ts";
import type { MonthData } from "./month-data.ts";
import { ratio } from "./rows.ts";

export interface NextStep {
  readonly title: string;
  readonly why: string;
  /** Dollars concerned; undefined where the step is not about dollars. */
  readonly concerns: PicoUsd | undefined;
  /** The dollars are what a month would cost less. */
  readonly saves?: boolean;
  /** Saved query that shows the lines behind it. */
  readonly query: string | undefined;
}

// Below these shares a finding is noise on most bills; they only decide what is worth a line, never a figure.
const CACHE_FLOOR = 0.5;
const MODEL_FLOOR = 0.03;
const PREMIUM_CEILING = 0.6;
const PERSON_CEILING = 0.15;
const ERROR_CEILING = 0.02;
const SAVING_FLOOR = 0.01;

/** What to do next, what concerns most dollars first; empty when nothing stands out. */
export function nextSteps(
  data: MonthData,
  budgets: readonly BudgetLine[],
  withPersons: boolean,
  savings?: Savings | undefined,
): NextStep[] {
  const steps = [...trust(data), ...spending(data, withPersons), ...limits(budgets), ...worthSaving(data, savings)];
  return steps.sort((a, b) => {
    const [x, y] = [a.concerns ?? 0n, b.concerns ?? 0n];
    return x === y ? (a.title < b.title ? -1 : 1) : x > y ? -1 : 1;
  });
}

function* trust(data: MonthData): Generator<NextStep> {
  const { totals, bill, quality } = data;
  if (totals.unattributed > 0) {
    const principals = quality.unattributed.length;
    yield {
      title: `Give ${principals === 1 ? "one principal" : `${principals} principals`} a team`,
      why: `${dollars(totals.unattributedCost)} of calls belong to nobody. Add a rule under attribution.rules in strata.yml, or tag the role on the bill.`,
      concerns: totals.unattributedCost,
      query: "saved/unattributed_spend",
    };
  }
  if (quality.unpriced.length > 0)
    yield {
      title: `Give ${quality.unpriced
        .map((row) => row.model)
        .slice(0, 3)
        .join(", ")} a price`,
      why: `${totals.unpriced} calls have tokens but no known rate, so every estimate is too low. Add a rate under prices in strata.yml.`,
      concerns: undefined,
      query: "saved/unpriced_usage",
    };
  if (bill?.incomplete)
    yield {
      title: "Fetch the missing part of the bill",
      why: "A part of the bill could not be read and is left out, so every billed figure of this month is too low. The run's notes name the file.",
      concerns: bill.total,
      query: undefined,
    };
  const unlogged = bill?.byStatus.get("billed_not_logged") ?? 0n;
  if (unlogged > 0n)
    yield {
      title: "Log what is billed",
      why: `${dollars(unlogged)} are on the bill without a log record. The reasons are in reconciliation.csv: logging off in an account or region, the bedrock-mantle endpoint, or batch jobs.`,
      concerns: unlogged,
      query: "saved/unlogged_spend",
    };
  const unclassified = bill?.byStatus.get("unclassified") ?? 0n;
  if (unclassified !== 0n)
    yield {
      title: "Look at unclassified billed lines",
      why: `${dollars(unclassified)} are on lines whose usage type is not known yet.`,
      concerns: unclassified < 0n ? -unclassified : unclassified,
      query: "saved/billed_by_status",
    };
  const hours = quality.gaps.reduce((sum, gap) => sum + gap.hours, 0);
  if (hours > 0)
    yield {
      title: `Find out why logs are missing for ${hours} hours`,
      why: quality.gaps
        .slice(0, 3)
        .map((gap) => `${gap.account} ${gap.region} from ${gap.from.slice(0, 13).replace("T", " ")}h`)
        .join("; "),
      concerns: undefined,
      query: "saved/log_completeness",
    };
  const lines = quality.quarantine.reduce((sum, line) => sum + line.lines, 0);
  if (lines > 0)
    yield {
      title: `Look at ${counted(lines, "quarantined line")}`,
      why: `Reasons: ${quality.quarantine
        .slice(0, 4)
        .map((line) => line.reason)
        .join(", ")}. They count nowhere else.`,
      concerns: undefined,
      query: "saved/quarantined_lines",
    };
}

function* spending(data: MonthData, withPersons: boolean): Generator<NextStep> {
  const { totals } = data;
  const total = totals.estimated;
  const cold = data.by.model.filter(
    (row) =>
      ratio(row.usage.estimated, total) >= MODEL_FLOOR &&
      row.usage.cacheReadTokens + row.usage.cacheWriteTokens > 0 &&
      cacheHitRate(row.usage) < CACHE_FLOOR,
  );
  for (const row of cold.slice(0, 2))
    yield {
      title: `Raise the cache hit rate of ${row.name}`,
      why: `${percent(cacheHitRate(row.usage))} of its ${thousands(promptTokens(row.usage))} prompt tokens come from the cache, ${percent(cacheHitRate(totals))} do overall.`,
      concerns: row.usage.estimated,
      query: "saved/cache_efficiency",
    };
  const premium = data.by.model
    .filter((row) => row.labels["model_tier"] === "premium")
    .reduce((sum, row) => sum + row.usage.estimated, 0n);
  if (total > 0n && ratio(premium, total) > PREMIUM_CEILING)
    yield {
      title: "Review what runs on premium models",
      why: `${percent(ratio(premium, total))} of estimated dollars are spent on premium models. Short answers without long prompts are candidates for a standard or fast model.`,
      concerns: premium,
      query: "saved/premium_on_routine_work",
    };
  if (totals.invocations >= 100 && errorRate(totals) > ERROR_CEILING)
    yield {
      title: "Bring the error rate down",
      why: `${percent(errorRate(totals), 2)} of calls failed; ${data.errors[0] ? `the most common error${asOf(data.callsAsOf)} is ${data.errors[0].errorCode} on ${data.errors[0].model}.` : ""}`,
      concerns: totals.errorCost,
      query: "saved/error_rate_by_caller",
    };
  if (withPersons && totals.people >= 5)
    for (const row of data.by.person
      .filter((one) => one.name !== "(no person)" && ratio(one.usage.estimated, total) > PERSON_CEILING)
      .slice(0, 2))
      yield {
        title: `Talk to ${row.name}`,
        why: `One person accounts for ${percent(ratio(row.usage.estimated, total))} of estimated dollars, on ${row.labels["active_days"]} days.`,
        concerns: row.usage.estimated,
        query: "saved/top_spenders",
      };
  const jump = data.movers.find(
    (mover) => mover.dimension === "team" && mover.before > 0n && mover.change > 0n && ratio(mover.change, mover.before) > 0.3,
  );
  if (jump)
    yield {
      title: `Ask ${jump.name} what changed`,
      why: `Estimated dollars went from ${dollars(jump.before)} to ${dollars(jump.now)} against the same days of the month before.`,
      concerns: jump.change,
      query: "saved/movers",
    };
}

function* worthSaving({ totals, callsAsOf }: MonthData, savings: Savings | undefined): Generator<NextStep> {
  const worth = (savings?.lines ?? []).filter(
    (line) => line.kind === "saving" && line.confidence !== "low" && ratio(line.perMonth, totals.estimated) >= SAVING_FLOOR,
  );
  for (const line of worth.slice(0, 3))
    yield {
      title: line.title,
      why: `${line.next} ${line.who.length > 0 ? `Who: ${whoSentence(line)}. ` : ""}Confidence: ${line.confidence}${asOf(callsAsOf)}; see Savings for what it assumes.`,
      concerns: line.perMonth,
      saves: true,
      query: undefined,
    };
}

function* limits(budgets: readonly BudgetLine[]): Generator<NextStep> {
  for (const line of budgets.filter((one) => one.state === "over" || one.state === "projected").slice(0, 5))
    yield {
      title:
        line.state === "over" ? `${line.name} is over its month budget` : `${line.name} is on course to exceed its month budget`,
      why: `${dollars(line.spent)} of ${dollars(line.limit)} (${percent(line.share, 0)})${line.state === "projected" ? `, ${dollars(line.projected)} at month end` : ""}. Raise the limit or agree on a plan with the ${line.scope === "team" ? "team's lead" : "owner"}.`,
      concerns: line.state === "over" ? line.spent - line.limit : line.projected - line.limit,
      query: "saved/spend_by_team",
    };
}
