import { StrataError } from "../../errors.ts";
import { type PicoUsd, parseUsd, SCALE } from "../../money.ts";
import { addDays, DAY_MS, daysBetween, parseDay } from "../../time.ts";
import { type DailySpend, fillDays } from "./daily-spend.ts";
import { clamp, deviation, median, medianSlope, normalWidth } from "./robust.ts";
import { type WeekdayFactors, weekdayFactors, weekdayOf } from "./season.ts";

/** Month-end spend. `spent` is exact; the rest are estimates, rounded to a micro-dollar. */
export interface MonthForecast {
  readonly month: string;
  /** Last day whose spend is complete. */
  readonly asOf: string;
  readonly spent: PicoUsd;
  readonly expected: PicoUsd;
  readonly low: PicoUsd;
  readonly high: PicoUsd;
  /** Share of months whose end the interval is meant to hold. */
  readonly level: number;
  readonly daysLeft: number;
  /** Days that the forecast was learned from; below 14 it knows no weekday by itself. */
  readonly historyDays: number;
  /** Growth per week that was found, as a share: 0.03 is 3 percent. */
  readonly weeklyGrowth: number;
  /** The days to come. */
  readonly days: readonly DailySpend[];
}

/** Days of history that are looked at: eight whole weeks. */
export const HISTORY_DAYS = 56;
const HALF_LIFE_DAYS = 9;
const TREND_DAYS = 35;
const MOST_GROWTH_A_DAY = 0.02;
/** Each further day the growth counts a little less: nothing grows for ever. */
const DAMPING = 0.97;
/** What happens for reasons that no history holds, as a share of the days left; chosen so that bench/eval-forecast.ts finds about 80 % inside. */
const SURPRISE = 0.05;
/** Noise that a series is believed to have while less than a week of it is known. */
const UNKNOWN_NOISE = 0.3;
/** Of a series that never varied. */
const LEAST_NOISE = 0.01;

/**
 * @param history days in any order; days after `asOf` are ignored, days without an entry cost nothing
 * @param asOf last complete day; before the month, all of it is forecast
 * @throws StrataError without a single day of history
 */
export function forecastMonth(history: readonly DailySpend[], month: string, asOf: string, level = 0.8): MonthForecast {
  const known = history.filter(({ day }) => day <= asOf);
  const filled = fillDays(known, asOf);
  if (filled.length === 0)
    throw new StrataError(`forecast: there is no usage on or before ${asOf}`, {
      hint: "Give a later --as-of, or analyse logs of earlier days.",
    });
  const spent = filled.filter(({ day }) => day.startsWith(month)).reduce((sum, { usd }) => sum + usd, 0n);
  const left = daysBetween(asOf >= `${month}-01` ? addDays(asOf, 1) : `${month}-01`, lastDay(month));
  const model = learn(filled.slice(-HISTORY_DAYS));
  const means = left.map((day) => model.predict(day));
  const remaining = means.reduce((sum, mean) => sum + mean, 0);
  const daily = means.reduce((sum, mean) => sum + (mean * model.noise) ** 2, 0);
  // The level is one number for all days to come, so its error does not average out; trend error grows with the distance.
  const common = remaining * Math.hypot(SURPRISE, model.levelError, (model.slopeError * left.length) / 2);
  const spread = normalWidth(level) * Math.sqrt(daily + common ** 2);
  return {
    month,
    asOf,
    spent,
    expected: spent + toUsd(remaining),
    low: spent + toUsd(Math.max(0, remaining - spread)),
    high: spent + toUsd(remaining + spread),
    level,
    daysLeft: left.length,
    historyDays: filled.length,
    weeklyGrowth: Math.expm1(model.slope * 7),
    days: left.map((day, index) => ({ day, usd: toUsd(means[index] ?? 0) })),
  };
}

export const lastDay = (month: string): string => addDays(`${nextMonth(month)}-01`, -1);

function nextMonth(month: string): string {
  const [year = 0, number = 0] = month.split("-").map(Number);
  return number === 12 ? `${year + 1}-01` : `${year}-${String(number + 1).padStart(2, "0")}`;
}

export const toDollars = (usd: PicoUsd): number => Number(usd) / 10 ** SCALE;
const toUsd = (dollars: number): PicoUsd => parseUsd(dollars.toFixed(6));

interface Model {
  readonly slope: number;
  /** Standard deviation of a day around its expectation, as a share of it. */
  readonly noise: number;
  readonly levelError: number;
  readonly slopeError: number;
  predict(day: string): number;
}

/** Weekday factors × level × damped growth, each by robust means. */
function learn(days: readonly DailySpend[]): Model {
  const values = days.map(({ usd }) => toDollars(usd));
  const weekdays = days.map(({ day }) => weekdayOf(day));
  const factors = weekdayFactors(values, weekdays);
  const last = days.length - 1;
  const lastDayKnown = days[last]?.day ?? "";
  // Quiet weekdays say little about the level: a cent more on a Sunday is not growth.
  const points = values
    .map((value, index) => ({ age: last - index, factor: factors[weekdays[index] ?? 0] ?? 1, value }))
    .filter(({ factor }) => factor >= 0.25)
    .map((point) => ({ ...point, level: point.value / point.factor }));
  const slope = growth(points);
  const carried = points.map(({ age, level, factor }) => ({
    weight: factor * 0.5 ** (age / HALF_LIFE_DAYS),
    level: level * Math.exp(slope * age),
  }));
  const recent = carried.slice(-14).map(({ level }) => level);
  const middle = median(recent);
  const usual = Math.max(deviation(recent), 0.05 * middle);
  const weights = carried.reduce((sum, { weight }) => sum + weight, 0);
  const level =
    weights === 0
      ? 0
      : carried.reduce((sum, one) => sum + one.weight * clamp(one.level, middle - 2.5 * usual, middle + 2.5 * usual), 0) /
        weights;
  const relative = carried.map((one) => (level > 0 ? one.level / level - 1 : 0)).slice(-28);
  const noise = Math.max(days.length < 7 ? UNKNOWN_NOISE : LEAST_NOISE, (deviation(relative) + meanSize(relative) * 1.2533) / 2);
  const effective = weights === 0 ? 1 : weights ** 2 / carried.reduce((sum, { weight }) => sum + weight ** 2, 0);
  return {
    slope,
    noise,
    levelError: noise * Math.sqrt(1 / Math.max(1, effective) + 1 / 7),
    slopeError: noise / Math.max(7, Math.min(points.length, TREND_DAYS)),
    predict: (day) => predict(day, lastDayKnown, level, slope, factors),
  };
}

const meanSize = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + Math.abs(value), 0) / Math.max(1, values.length);

/** Growth per day in logarithms, pulled towards none while the history is short. */
function growth(points: readonly { readonly age: number; readonly level: number }[]): number {
  const used = points.filter(({ age, level }) => age < TREND_DAYS && level > 0);
  if (used.length < 10) return 0;
  const found = medianSlope(used.map(({ age, level }) => [-age, Math.log(level)]));
  return clamp(found * (used.length / (used.length + 14)), -MOST_GROWTH_A_DAY, MOST_GROWTH_A_DAY);
}

function predict(day: string, lastKnown: string, level: number, slope: number, factors: WeekdayFactors): number {
  const ahead = ((parseDay(day) ?? 0) - (parseDay(lastKnown) ?? 0)) / DAY_MS;
  const damped = (DAMPING * (1 - DAMPING ** ahead)) / (1 - DAMPING);
  return Math.max(0, level * (factors[weekdayOf(day)] ?? 1) * Math.exp(slope * damped));
}
