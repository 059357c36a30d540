import { parseUsd } from "../src/money.ts";
import type { DailySpend } from "../src/planning/forecast/daily-spend.ts";
import { weekdayOf } from "../src/planning/forecast/season.ts";
import { addDays, daysBetween } from "../src/time.ts";

/** An invented kind of company; every number is per day. */
export interface Season {
  readonly name: string;
  readonly meaning: string;
  /** Weekend beside a workday. */
  readonly weekend: number;
  readonly weeklyGrowth: number;
  /** Standard deviation of the logarithm of a day's spend. */
  readonly noise: number;
  /** Chance that a day costs three times as much. */
  readonly runaway?: number;
  /** Spend times this from a random day of the last month on. */
  readonly step?: number;
  /** Workdays of the last month on which nobody works. */
  readonly holidays?: number;
  readonly from?: string;
  /** Friday beside another workday. */
  readonly friday?: number;
  /** The last five days of each month, times this. */
  readonly monthEnd?: number;
  /** Nothing at all in the second week of the month before. */
  readonly pause?: true;
}

export const seasons: readonly Season[] = [
  { name: "office", meaning: "people at work, quiet weekends", weekend: 0.15, weeklyGrowth: 0, noise: 0.12 },
  { name: "round the clock", meaning: "services, no weekends", weekend: 1, weeklyGrowth: 0, noise: 0.08 },
  { name: "growing", meaning: "office that grows 4 % a week", weekend: 0.2, weeklyGrowth: 0.04, noise: 0.12 },
  { name: "shrinking", meaning: "office that shrinks 3 % a week", weekend: 0.3, weeklyGrowth: -0.03, noise: 0.12 },
  {
    name: "runaways",
    meaning: "office where 3 % of days cost three times as much",
    weekend: 0.2,
    weeklyGrowth: 0.01,
    noise: 0.15,
    runaway: 0.03,
  },
  {
    name: "step",
    meaning: "office that costs 40 % more from a random day of the month on",
    weekend: 0.2,
    weeklyGrowth: 0,
    noise: 0.12,
    step: 1.4,
  },
  {
    name: "holidays",
    meaning: "office with two public holidays in the month",
    weekend: 0.15,
    weeklyGrowth: 0,
    noise: 0.12,
    holidays: 2,
  },
  { name: "wild", meaning: "small team, days that differ by a factor of two", weekend: 0.25, weeklyGrowth: 0.01, noise: 0.45 },
  {
    name: "new",
    meaning: "office whose logging began twelve days before the month",
    weekend: 0.15,
    weeklyGrowth: 0.02,
    noise: 0.15,
    from: "2026-09-19",
  },
  {
    name: "first month",
    meaning: "office whose logging began with the month",
    weekend: 0.15,
    weeklyGrowth: 0.02,
    noise: 0.15,
    from: "2026-10-01",
  },
];

/** Kinds that no number of the forecast was chosen on; written down after it was finished. */
export const unseenSeasons: readonly Season[] = [
  {
    name: "short Fridays",
    meaning: "office with half a day on Fridays",
    weekend: 0.1,
    weeklyGrowth: 0,
    noise: 0.12,
    friday: 0.5,
  },
  {
    name: "month end",
    meaning: "office whose last five days of each month cost twice as much",
    weekend: 0.2,
    weeklyGrowth: 0,
    noise: 0.12,
    monthEnd: 2,
  },
  {
    name: "pause",
    meaning: "office without any usage in the second week of the month before",
    weekend: 0.15,
    weeklyGrowth: 0.01,
    noise: 0.15,
    pause: true,
  },
];

/** The month that is forecast, and where histories begin. */
export const MONTH = "2026-10";
const FIRST_DAY = "2026-07-01";
const LAST_DAY = "2026-10-31";

/** The same season and seed give the same days. */
export function daysOf(season: Season, seed: number): DailySpend[] {
  const random = randomFrom(seed);
  const stepDay = `${MONTH}-${String(1 + Math.floor(random() * 28)).padStart(2, "0")}`;
  const off = new Set(
    Array.from({ length: season.holidays ?? 0 }, () => `${MONTH}-${String(1 + Math.floor(random() * 31)).padStart(2, "0")}`),
  );
  return daysBetween(FIRST_DAY, LAST_DAY)
    .map((day, index) => {
      const weekend = weekdayOf(day) >= 5 || off.has(day) ? season.weekend : weekdayOf(day) === 4 ? (season.friday ?? 1) : 1;
      const late = season.monthEnd !== undefined && addDays(day, 5).slice(0, 7) !== day.slice(0, 7) ? season.monthEnd : 1;
      const paused = season.pause && day >= "2026-09-08" && day <= "2026-09-14" ? 0 : 1;
      const wild = random() < (season.runaway ?? 0) ? 3 : 1;
      const step = season.step !== undefined && day >= stepDay ? season.step : 1;
      const dollars =
        800 *
        weekend *
        Math.exp((index / 7) * Math.log(1 + season.weeklyGrowth)) *
        Math.exp(season.noise * normal(random)) *
        wild *
        step *
        late *
        paused;
      return { day, usd: parseUsd(dollars.toFixed(6)) };
    })
    .filter(({ day }) => day >= (season.from ?? FIRST_DAY));
}

/** Box-Muller. */
const normal = (random: () => number): number => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());

/** A linear congruential generator with Knuth's MMIX constants, top 32 bits. */
function randomFrom(seed: number): () => number {
  let state = BigInt(seed) * 2_654_435_761n + 12_345n;
  const next = (): number => {
    state = (state * 6_364_136_223_846_793_005n + 1_442_695_040_888_963_407n) % 2n ** 64n;
    return Number(state >> 32n) / 2 ** 32;
  };
  next();
  next();
  return next;
}
