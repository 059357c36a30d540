import { z } from "zod";
import { monthReconciliation } from "../billing/month-reconciliation.ts";
import { UsageError } from "../errors.ts";
import { formatUsd, parseDecimal } from "../money.ts";
import { dailySpendByScope } from "../planning/forecast/daily-spend.ts";
import { forecastRows, lastDayOf } from "../planning/forecast/forecast-rows.ts";
import type { DayRange } from "../planning/per-month.ts";
import { findSavings } from "../planning/savings/find-savings.ts";
import { usageSlices } from "../planning/usage-slice.ts";
import { swapQuestion } from "../planning/whatif/swap-question.ts";
import type { WhatIf } from "../planning/whatif/what-if.ts";
import { createPricer } from "../pricing/create-pricer.ts";
import { PROGRAM } from "../program.ts";
import { coveredDays } from "../query/default-dates.ts";
import { shellWord } from "../shell-word.ts";
import { parseDay } from "../time.ts";
import { bounded, MOST_ROWS, USD } from "./answer.ts";
import type { Source } from "./source.ts";
import { type Tool, tool } from "./tool.ts";

const day = z.iso.date();
const month = z
  .string()
  .regex(/^\d{4}-(0[1-9]|1[0-2])$/)
  .describe("YYYY-MM");
const model = z.string().min(1).max(200).describe("Name or id, for example claude-sonnet-4-6");

const price = tool({
  name: "price",
  about:
    "What a model costs in a region on a day, each rate with its source and why it applies; discounts of the configuration are in.",
  input: {
    model,
    region: z
      .string()
      .regex(/^[a-z]{2}(-[a-z]+)+-\d$/)
      .default("us-east-1"),
    at: day.optional().describe("Today unless given"),
  },
  answer: async ({ config, today }, { model: asked, region, at = today() }) => {
    const explained = createPricer(config.prices).explain(asked, region, parseDay(at) ?? 0);
    return {
      result: explained,
      units: "US dollars as exact decimal text, each for the unit beside it.",
      query: `${PROGRAM} prices ${shellWord(asked)} --region ${region} --at ${at}`,
      ...(explained.rows.length === 0
        ? { left_out: "No price is known for it; its calls are counted as unpriced, not as free." }
        : {}),
    };
  },
});

const forecast = tool({
  name: "forecast",
  about: "What a month will have cost at its end, with an interval that holds about 80 of 100 months.",
  input: {
    by: z.enum(["organisation", "team", "account", "model"]).default("organisation"),
    month: month.optional().describe("That of the last day unless given"),
    as_of: day.optional().describe("Last day to know; the last complete one unless given"),
  },
  answer: async ({ warehouse, target }, { by, month: asked, as_of }) => {
    const { rows } = await warehouse.query("planning/daily_spend", { from: "1970-01-01", to: "9999-12-31", scope: by });
    const asOf = as_of ?? lastDayOf(rows);
    if (asOf === undefined) throw new UsageError("forecast: there is no usage", { hint: "Analyse logs first." });
    const found = forecastRows(dailySpendByScope(rows), asked ?? asOf.slice(0, 7), asOf, 0.8);
    return {
      ...bounded({ columns: Object.keys(found[0] ?? {}).map((name) => ({ name, type: "varchar" })), rows: found }, MOST_ROWS),
      units: `${USD} weekly_growth 0.02 is 2 % a week.`,
      query: `${PROGRAM} forecast --by ${by}${asked ? ` --month ${asked}` : ""} --as-of ${asOf} ${target}`.trim(),
    };
  },
});

const reconcile = tool({
  name: "reconcile",
  about: "What lies between a month's estimate and its bill, step by step; the six parts of the bill; and what to do next.",
  input: { month },
  answer: async ({ warehouse, target }, { month: asked }) => {
    const found = await monthReconciliation(warehouse, asked);
    if (found === undefined)
      throw new UsageError(`billing: ${asked} is on no bill`, {
        hint: `Give its CUR 2.0 export to ${PROGRAM} analyze with --cur.`,
      });
    const { days: _, ...shown } = found;
    return { result: shown, units: USD, query: `${PROGRAM} reconcile --month ${asked} ${target}`.trim() };
  },
});

const whatIfRange = { from: day.optional(), to: day.optional() };

async function rangeOf({ warehouse }: Source, given: { from?: string | undefined; to?: string | undefined }): Promise<DayRange> {
  const covered = await coveredDays(warehouse);
  const range = { from: given.from ?? covered.from ?? "", to: given.to ?? covered.to ?? "" };
  if (covered.from === null || range.from > range.to)
    throw new UsageError(`whatif: there is no usage from ${range.from} to ${range.to}`, { hint: "Check from and to." });
  return range;
}

/** Callers stay out: they may be people. */
const totals = ({ title, calls, before, after, saving, savingPerMonth, assumptions }: WhatIf) => ({
  title,
  calls,
  before_usd: formatUsd(before),
  after_usd: formatUsd(after),
  saving_usd: formatUsd(saving),
  saving_per_month_usd: formatUsd(savingPerMonth),
  assumptions,
});

const whatIf = tool({
  name: "what_if",
  about:
    "What another model would have cost for the calls of one, at the prices that were in force. The same tokens are assumed.",
  input: {
    model: model.describe("Model now"),
    other: model.describe("Model instead: a name, an id, or a family such as haiku"),
    share: z.number().min(0).max(1).default(1).describe("Share of the calls"),
    ...whatIfRange,
  },
  answer: async (source, { model: now, other, share, ...given }) => {
    const range = await rangeOf(source, given);
    const found = await swapQuestion({
      slices: (asked) => usageSlices(source.warehouse, { ...range, team: undefined, who: undefined, model: asked }),
      range,
      config: source.config.prices,
      model: now,
      other,
      share: parseDecimal(String(share)),
      shareText: String(share),
    });
    return {
      result: totals(found),
      units: USD,
      query:
        `${PROGRAM} whatif swap ${shellWord(now)} ${shellWord(other)} --share ${share} --from ${range.from} --to ${range.to} ${source.target}`.trim(),
    };
  },
});

const savings = tool({
  name: "savings",
  about: "Where money could be saved on the calls there are, the largest first, with assumptions and what to do.",
  input: whatIfRange,
  answer: async (source, given) => {
    const range = await rangeOf(source, given);
    const found = await findSavings(source.warehouse, range, source.config.prices);
    return {
      result: {
        without_overlap_per_month_usd: formatUsd(found.withoutOverlap),
        findings: found.findings.map((one) => ({
          title: one.title,
          kind: one.kind,
          confidence: one.confidence,
          per_month_usd: formatUsd(one.perMonth),
          next: one.next,
          assumptions: one.whatIf.assumptions,
        })),
      },
      units: USD,
      query: `${PROGRAM} whatif --from ${range.from} --to ${range.to} ${source.target}`.trim(),
    };
  },
});

export const moneyTools: readonly Tool[] = [price, forecast, reconcile, whatIf, savings];
