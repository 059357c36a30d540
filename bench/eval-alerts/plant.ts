import type { KnownIncident } from "../../src/anomaly/backtest.ts";
import { DAY, HOUR, MINUTE, START, USD } from "../../test/anomaly/factories.ts";
import type { FakeCall } from "../../test/anomaly/fake-data.ts";
import { callOf, LEARNED, TEAMS, type Team } from "./company.ts";
import { Random } from "./random.ts";

export interface Planted extends KnownIncident {
  readonly kind: string;
  /** 0 small, 1 medium, 2 large. */
  readonly size: number;
}

interface Plan {
  readonly kind: string;
  readonly size: number;
  readonly team: Team;
}

const [PLATFORM, PAYMENTS, SEARCH, BATCH] = TEAMS as readonly [Team, Team, Team, Team];
const SIZES = [0, 1, 2];

/** 40 incidents of all kinds in three sizes. */
export const PLANS: readonly Plan[] = [
  ...["throttling", "server", "model"].flatMap((name) => SIZES.map((size) => ({ kind: `errors ${name}`, size, team: PLATFORM }))),
  ...[PLATFORM, SEARCH].flatMap((team) => SIZES.map((size) => ({ kind: "tokens", size, team }))),
  ...[PAYMENTS, SEARCH].flatMap((team) => SIZES.map((size) => ({ kind: "spend", size, team }))),
  ...SIZES.map((size) => ({ kind: "loop", size, team: PAYMENTS })),
  ...SIZES.map((size) => ({ kind: "cache", size, team: PLATFORM })),
  ...SIZES.map((size) => ({ kind: "gap", size, team: SEARCH })),
  ...[0, 2].map((size) => ({ kind: "unpriced", size, team: BATCH })),
  ...SIZES.map((size) => ({ kind: "person budget", size, team: PAYMENTS })),
  ...SIZES.map((size) => ({ kind: "team budget", size, team: BATCH })),
  ...[0, 2].map((size) => ({ kind: "strangers", size, team: SEARCH })),
];

/** Dollars a day that no ordinary person of the company reaches. */
export const PERSON_DAY_USD = 125;

/** The month of each invented project, of which nothing is used before the incident. */
export const PROJECT_MONTH_USD = 100;

/** When the dollars of these calls, summed up in time, reach an amount: before that there is nothing to tell. */
function crossing(calls: readonly FakeCall[], usd: number): number {
  let sum = 0;
  for (const { at, cost } of [...calls].sort((a, b) => a.at - b.at)) {
    sum += Number((cost ?? 0n) / 1_000_000n) / 1e6;
    if (sum >= usd) return at;
  }
  throw new Error(`the calls do not reach $${usd}`);
}

/** Plants every `of`-th plan, starting at `part`, on workdays of its own. */
export function plant(
  calls: readonly FakeCall[],
  part: number,
  of: number,
  seed: number,
): { calls: FakeCall[]; truth: Planted[] } {
  const random = new Random(seed);
  const truth: Planted[] = [];
  let all = [...calls];
  PLANS.filter((_, index) => index % of === part).forEach((plan, index) => {
    const workday = index * 2;
    const day = LEARNED + Math.floor(workday / 5) * 7 + (workday % 5);
    const planted = plantOne(all, plan, START + day * DAY, random);
    all = planted.calls;
    truth.push(...planted.truth.map((known) => ({ ...known, kind: plan.kind, size: plan.size })));
  });
  return { calls: all, truth };
}

const pick = (size: number, values: readonly [number, number, number]): number => values[size] ?? values[0];

function plantOne(
  calls: FakeCall[],
  { kind, size, team }: Plan,
  day: number,
  random: Random,
): { calls: FakeCall[]; truth: KnownIncident[] } {
  const of = (call: FakeCall, from: number, to: number): boolean => call.team === team.name && call.at >= from && call.at < to;
  const add = (count: number, from: number, length: number, change: (index: number) => Partial<FakeCall>): FakeCall[] => [
    ...calls,
    ...Array.from({ length: count }, (_, index): FakeCall => {
      const at = from + Math.floor(((index + random.next()) * length) / count);
      return { ...callOf(team, random), at, delivered: at + MINUTE, ...change(index) };
    }),
  ];
  const ordinary = (from: number, to: number): FakeCall[] => calls.filter((call) => of(call, from, to));
  const hour = day + 14 * HOUR;
  switch (kind) {
    case "errors throttling":
    case "errors server":
    case "errors model": {
      const error = kind.slice(7) as "throttling" | "server" | "model";
      const length = pick(size, [45, 45, 60]) * MINUTE;
      const share = pick(size, [0.3, 0.5, 0.8]);
      const count = Math.ceil((ordinary(hour, hour + length).length * share) / (1 - share));
      return {
        calls: add(count, hour, length, () => ({ error, cost: 0n })),
        truth: [{ rule: "error_rate", from: hour, to: hour + length }],
      };
    }
    case "tokens": {
      const total = ordinary(hour, hour + HOUR).reduce((sum, call) => sum + (call.tokens ?? 0) + (call.cacheRead ?? 0), 0);
      const extra = total * pick(size, [2, 4, 8]);
      return {
        calls: add(30, hour, HOUR, () => ({ tokens: Math.round(extra / 30), cacheRead: 0, cost: USD })),
        truth: [{ rule: "tokens_hourly", from: hour, to: hour + HOUR }],
      };
    }
    case "spend": {
      const spent = ordinary(day, day + DAY).reduce((sum, call) => sum + Number((call.cost ?? 0n) / 1_000_000n) / 1e6, 0);
      const extra = spent * pick(size, [0.5, 1, 2]);
      return {
        calls: add(60, day + 8 * HOUR, 10 * HOUR, () => ({ cost: BigInt(Math.round((extra / 60) * 1e6)) * 1_000_000n })),
        truth: [{ rule: "spend_daily", from: day, to: day + DAY }],
      };
    }
    case "loop": {
      const count = pick(size, [150, 300, 600]);
      const looped = (index: number): Partial<FakeCall> => ({
        person: `${team.name}1@example.com`,
        tokens: 500 + index * 20,
        cacheRead: 0,
        cost: USD / 50n,
      });
      return { calls: add(count, hour, HOUR, looped), truth: [{ rule: "runaway_loop", from: hour, to: hour + HOUR }] };
    }
    case "cache": {
      const left = pick(size, [0.35, 0.15, 0]);
      const changed = calls.map(
        (call): FakeCall =>
          of(call, day, day + DAY)
            ? { ...call, cacheRead: Math.round((call.cacheRead ?? 0) * left * 0.12), tokens: 20_000 }
            : call,
      );
      return { calls: changed, truth: [{ rule: "cache_collapse", from: day, to: day + DAY }] };
    }
    case "gap": {
      const length = pick(size, [3, 5, 8]) * HOUR;
      const from = day + 9 * HOUR;
      return {
        calls: calls.filter((call) => !of(call, from, from + length)),
        truth: [{ rule: "logs_stopped", from, to: from + length }],
      };
    }
    case "unpriced": {
      const model = `newvendor.mystery-${size}`;
      return {
        calls: add(pick(size, [1, 10, 100]), hour, 3 * HOUR, () => ({ model, cost: null })),
        truth: [{ rule: "unpriced", scope: "model", name: model, from: hour, to: hour + 3 * HOUR }],
      };
    }
    case "person budget": {
      const person = `${team.name}2@example.com`;
      const spent = PERSON_DAY_USD * pick(size, [1.02, 1.5, 3]);
      const all = add(40, day + 9 * HOUR, 8 * HOUR, () => ({
        person,
        cost: BigInt(Math.round((spent / 40) * 1e6)) * 1_000_000n,
      }));
      const from = crossing(
        all.filter((call) => call.person === person && call.at >= day),
        PERSON_DAY_USD * 0.8,
      );
      return { calls: all, truth: [{ rule: "budget", scope: "person", name: person, from, to: day + DAY }] };
    }
    case "team budget": {
      const name = `project-${size}`;
      const spent = PROJECT_MONTH_USD * pick(size, [0.82, 1.05, 2]);
      const all = add(50, day + 9 * HOUR, 8 * HOUR, () => ({
        team: name,
        person: `${name}@example.com`,
        cost: BigInt(Math.round((spent / 50) * 1e6)) * 1_000_000n,
      }));
      const from = crossing(
        all.filter((call) => call.team === name),
        PROJECT_MONTH_USD * 0.8,
      );
      return { calls: all, truth: [{ rule: "budget", scope: "team", name, from, to: day + DAY }] };
    }
    default: {
      const spent = pick(size, [150, 300, 600]);
      return {
        calls: add(50, day + 9 * HOUR, 8 * HOUR, () => ({
          team: "unattributed",
          person: "ghost@example.com",
          cost: BigInt(Math.round((spent / 50) * 1e6)) * 1_000_000n,
        })),
        truth: [{ rule: "unattributed", from: day, to: day + DAY }],
      };
    }
  }
}
