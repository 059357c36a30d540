import type { Command } from "commander";
import { loadConfig } from "../../config/load.ts";
import { UsageError } from "../../errors.ts";
import { type Decimal, formatUsd, inDollars, type PicoUsd, parseDecimal, parseUsd } from "../../money.ts";
import { budgetsYaml, measuredBudgets, plannedBudgets } from "../../planning/capacity/budgets.ts";
import { burndownOf, defaultProfiles } from "../../planning/capacity/defaults.ts";
import { measuredProfiles, type PersonUse, readPerson } from "../../planning/capacity/measured-profiles.ts";
import { headcount, parseMix } from "../../planning/capacity/mix.ts";
import { type Place, type PlanInput, planCost } from "../../planning/capacity/plan-cost.ts";
import { breakEven, type MeasuredRates, measuredRates, suggestedQuota } from "../../planning/capacity/rate-limits.ts";
import { sensitivity } from "../../planning/capacity/sensitivity.ts";
import { dailySpendByScope } from "../../planning/forecast/daily-spend.ts";
import { chooseModel, type ModelChoice } from "../../planning/model-choice.ts";
import type { DayRange } from "../../planning/per-month.ts";
import { plain } from "../../planning/plain.ts";
import { createRepricer } from "../../planning/reprice.ts";
import { oneTierDown } from "../../planning/savings/cheaper-models.ts";
import { PROGRAM } from "../../program.ts";
import { dayOf } from "../../time.ts";
import { openData } from "../shared/open-data.ts";
import { dayOption, numberOption, oneOf } from "../shared/options.ts";
import { type Plan, printPlan } from "./plan-text.ts";

interface PlanOptions {
  readonly developers?: string;
  readonly model: string;
  readonly mix?: string;
  readonly fromData?: string;
  readonly from?: string;
  readonly to?: string;
  readonly team?: string;
  readonly region: string;
  readonly routing: string;
  readonly on?: string;
  readonly cacheHit?: string;
  readonly secondModel?: string;
  readonly secondShare: string;
  readonly hourlyPrice?: string;
  readonly config?: string;
  readonly format: string;
}

export function planCommand(program: Command, done: (code: number) => void): void {
  program
    .command("plan")
    .option("--developers <n>", "developers; default with --from-data: the people in it")
    .option("--model <model>", "model: a name, an id, or a family such as sonnet", "sonnet")
    .option("--mix <shares>", "developers by tier of use, default light=0.3,moderate=0.5,heavy=0.2")
    .option("--from-data <dir>", "use the behaviour measured in a data folder instead of the documented defaults")
    .option("--from <day>", "first day of measured behaviour")
    .option("--to <day>", "last day of measured behaviour")
    .option("--team <team>", "measure only this team")
    .option("--region <region>", "region that is called", "us-east-1")
    .option("--routing <routing>", "global, geo or in-region", "global")
    .option("--on <day>", "day whose prices count; default: today")
    .option("--cache-hit <share>", "share of prompt tokens read from the cache, 0 to 1")
    .option("--second-model <model>", "a second model for some of the calls")
    .option("--second-share <share>", "share of the calls that the second model takes, 0 to 1", "0.25")
    .option("--hourly-price <usd>", "price of an hour of provisioned capacity, for the break-even; none is assumed")
    .option("--config <file>", "strata.yml with your prices")
    .option("--format <format>", "table or json", "table")
    .addHelpText(
      "after",
      `
Examples:
  $ strata plan --developers 100 --model sonnet
  $ strata plan --developers 250 --model opus --mix light=0.5,moderate=0.4,heavy=0.1 --second-model haiku --second-share 0.3
  $ strata plan --developers 100 --model sonnet --from-data ./data`,
    )
    .action(async (options: PlanOptions) => {
      const format = oneOf("--format", options.format, ["table", "json"]);
      const plan = await makePlan(options);
      if (format === "json") console.log(JSON.stringify(plain(plan), null, 2));
      else printPlan(plan);
      done(0);
    });
}

/** The dearest models only: for the others provisioned capacity is far away. */
const BREAK_EVENS = 5;

async function makePlan(options: PlanOptions): Promise<Plan> {
  const mix = parseMix(options.mix);
  const place: Place = {
    prices: createRepricer(options.config === undefined ? { overrides: [], discounts: [] } : loadConfig(options.config).prices),
    region: options.region,
    routing: oneOf("--routing", options.routing, ["global", "geo", "in-region"]),
    accountId: "",
    // The only use of the clock: prices of today unless another day is given.
    day: dayOption("--on", options.on) ?? dayOf(Date.now()),
  };
  const measured = await measure(options);
  const developers = developersOf(options, measured);
  const model = modelOf(options.model, place);
  const second =
    options.secondModel === undefined
      ? undefined
      : { model: modelOf(options.secondModel, place), share: shareOption("--second-share", options.secondShare) };
  const input: PlanInput = {
    place,
    model,
    second,
    profiles: measured === undefined ? defaultProfiles : measuredProfiles(measured.people, mix, measured.range),
    developers: headcount(developers, mix),
    cacheHit: options.cacheHit === undefined ? undefined : shareOption("--cache-hit", options.cacheHit),
  };
  const cost = planCost(input);
  const hourly = options.hourlyPrice === undefined ? undefined : parseUsd(decimalOption("--hourly-price", options.hourlyPrice));
  const budgets =
    measured === undefined ? plannedBudgets(cost) : measuredBudgets(measured.teams, measured.people, measured.range);
  return {
    model: model.model,
    second: second === undefined ? null : { model: second.model.model, share: options.secondShare },
    region: place.region,
    routing: place.routing,
    pricesOf: place.day,
    developers,
    behaviour:
      measured === undefined
        ? "documented defaults (docs/planning.md)"
        : `${measured.people.length} people measured from ${measured.range.from} to ${measured.range.to}`,
    cost,
    sensitivity: sensitivity(input, cheaperThan(model, place), place.routing === "global" ? "geo" : "global"),
    budgets,
    budgetsYaml: budgetsYaml(budgets),
    quota: { ...suggestedQuota(developers), burndown: burndownOf(model.model) },
    measuredRates: measured?.rates ?? [],
    breakEven:
      hourly === undefined || measured === undefined
        ? []
        : measured.rates.slice(0, BREAK_EVENS).map((rates) => breakEven(rates, hourly, measured.range)),
    provisioned:
      hourly === undefined
        ? "not computed: no hourly price is known; give --hourly-price"
        : measured === undefined
          ? `not computed: give --from-data to set ${inDollars(hourly)} an hour beside real traffic`
          : `${formatUsd(hourly)} USD an hour`,
  };
}

interface Measured {
  readonly range: DayRange;
  readonly people: readonly PersonUse[];
  /** Estimated dollars of each team, services included. */
  readonly teams: ReadonlyMap<string, PicoUsd>;
  readonly rates: readonly MeasuredRates[];
}

async function measure(options: PlanOptions): Promise<Measured | undefined> {
  if (options.fromData === undefined) return undefined;
  const warehouse = await openData(options.fromData);
  try {
    const [covered] = (await warehouse.query("rollups/covered_days")).rows;
    const range = {
      from: dayOption("--from", options.from) ?? String(covered?.first_day),
      to: dayOption("--to", options.to) ?? String(covered?.last_day),
    };
    const { rows } = await warehouse.query("planning/person_use", { ...range, team: options.team ?? null });
    if (rows.length === 0)
      throw new UsageError(
        `plan: ${options.fromData} holds no calls of people${options.team === undefined ? "" : ` in team "${options.team}"`}`,
        {
          hint: "Leave --from-data out to plan with documented defaults, or check --team, --from and --to.",
        },
      );
    const spend = dailySpendByScope((await warehouse.query("planning/daily_spend", { ...range, scope: "team" })).rows);
    const teams = new Map<string, PicoUsd>();
    for (const [name, days] of spend)
      if (name !== null && (options.team === undefined || options.team === name))
        teams.set(
          name,
          days.reduce((sum, { usd }) => sum + usd, 0n),
        );
    return { range, people: rows.map(readPerson), teams, rates: await measuredRates(warehouse, range) };
  } finally {
    warehouse.close();
  }
}

function developersOf(options: PlanOptions, measured: Measured | undefined): number {
  if (options.developers === undefined) {
    if (measured === undefined)
      throw new UsageError("plan: --developers is missing", {
        hint: `For example ${PROGRAM} plan --developers 100 --model sonnet.`,
      });
    return measured.people.length;
  }
  const developers = numberOption("--developers", options.developers);
  if (!Number.isSafeInteger(developers) || developers > 1_000_000)
    throw new UsageError(`--developers: "${options.developers}" is not a whole number up to 1,000,000`, {
      hint: "For example --developers 100.",
    });
  return developers;
}

const modelOf = (name: string, place: Place): ModelChoice => chooseModel(name, (choice) => priceable(choice, place));

/** Whether input and output of a model have a price in a place. */
const priceable = (choice: ModelChoice, { prices, ...place }: Place): boolean =>
  prices.priceUncachedIfNeeded({
    ...place,
    ...choice,
    ...NOTHING,
    tokens: { input: 1, output: 1, cacheRead: 0, cacheWrite5m: 0, cacheWrite1h: 0 },
  }).cost !== null;

const NOTHING = { serviceTier: "on-demand", above: 0, chargedCalls: 1, images: 0, videoSeconds: 0, audioSeconds: 0 } as const;

function cheaperThan({ vendor, model }: ModelChoice, place: Place): ModelChoice | undefined {
  const choice = oneTierDown()({
    vendor,
    model,
    routing: place.routing,
    region: place.region,
    serviceTier: "on-demand",
    day: place.day,
  });
  return choice && priceable(choice, place) ? choice : undefined;
}

function shareOption(name: string, text: string): Decimal {
  const share = parseDecimal(decimalOption(name, text));
  if (share.units > 10n ** BigInt(share.scale))
    throw new UsageError(`${name}: "${text}" is above 1`, { hint: `For example ${name} 0.3.` });
  return share;
}

function decimalOption(name: string, text: string): string {
  if (/^\d{1,9}(\.\d{1,9})?$/.test(text)) return text;
  throw new UsageError(`${name}: "${text}" is not a number`, { hint: `For example ${name} 0.9.` });
}
