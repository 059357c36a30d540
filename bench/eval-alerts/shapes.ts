import { DAY, HOUR, MINUTE, START, USD } from "../../test/anomaly/factories.ts";
import type { FakeCall } from "../../test/anomaly/fake-data.ts";
import type { Random } from "./random.ts";

/** A kind of company that is not the generator's, so that the rules' numbers are not judged by the hand that chose them alone. */
export interface Shape {
  readonly name: string;
  readonly meaning: string;
  readonly make: (random: Random, days: number) => FakeCall[];
}

const weekend = (day: number): boolean => day % 7 >= 5;
/** Share of a busy hour by UTC hour of an office. */
const OFFICE = [0, 0, 0, 0, 0, 0.02, 0.1, 0.4, 0.9, 1, 1, 0.9, 0.6, 0.9, 1, 1, 0.9, 0.6, 0.2, 0.1, 0.05, 0.02, 0, 0];

/** Late by a minute or two, one call in a thousand by an hour. */
const delivered = (random: Random, at: number): number =>
  at + (random.next() < 0.001 ? HOUR : Math.round(MINUTE * random.lognormal(0.5)));
const failing = (random: Random, share: number): Partial<FakeCall> =>
  random.next() < share ? { error: random.next() < 0.6 ? "throttling" : random.next() < 0.5 ? "server" : "client" } : {};
const usd = (dollars: number): bigint => (USD * BigInt(Math.round(dollars * 1e6))) / 1_000_000n;

interface Hourly {
  readonly random: Random;
  readonly days: number;
  /** Calls to be expected in an hour. */
  readonly rate: (day: number, hour: number) => number;
  readonly call: () => Omit<FakeCall, "at">;
}

function hourly({ random, days, rate, call }: Hourly): FakeCall[] {
  const calls: FakeCall[] = [];
  for (let day = 0; day < days; day++)
    for (let hour = 0; hour < 24; hour++)
      for (let left = random.poisson(rate(day, hour)); left > 0; left--) {
        const at = START + day * DAY + hour * HOUR + random.int(HOUR);
        calls.push({ ...call(), at, delivered: delivered(random, at) });
      }
  return calls;
}

/** Of 40 callers a few make most calls, and a call in a hundred costs as much as the others of its hour together. */
function heavyTailed(random: Random, days: number): FakeCall[] {
  const weights = Array.from({ length: 40 }, () => (1 - random.next()) ** -0.8);
  const sum = weights.reduce((a, b) => a + b, 0);
  return weights.flatMap((weight, person) =>
    hourly({
      random,
      days,
      rate: (day, hour) => ((90 * weight) / sum) * (OFFICE[hour] ?? 0) * (weekend(day) ? 0.1 : 1) * random.lognormal(0.4),
      call: () => {
        const size = Math.min(40, (1 - random.next()) ** -0.7);
        return {
          person: `p${person}@example.com`,
          team: `team-${person % 5}`,
          model: person % 3 === 0 ? "claude-opus-4-8" : "claude-sonnet-4-6",
          tokens: Math.round(3000 * size),
          cacheRead: Math.round(9000 * size),
          cost: usd(0.08 * size),
          ...failing(random, 0.01),
        };
      },
    }),
  );
}

/** One role that everybody's requests come through, day and night, for two teams by request metadata. */
const gateway = (random: Random, days: number): FakeCall[] =>
  hourly({
    random,
    days,
    rate: (day, hour) => (20 + 80 * (OFFICE[hour] ?? 0)) * (weekend(day) ? 0.5 : 1),
    call: () => {
      const size = random.lognormal(0.8);
      return {
        role: "gateway",
        person: "gateway",
        team: random.next() < 0.7 ? "product" : "internal",
        model: random.next() < 0.8 ? "claude-haiku-4-5" : "claude-sonnet-4-6",
        tokens: Math.round(2500 * size),
        cost: usd(0.02 * size),
        ...failing(random, 0.008),
      };
    },
  });

/** Six people, each on some days only, at hours of their own, with agents that run for an afternoon now and then. */
function startUp(random: Random, days: number): FakeCall[] {
  return Array.from({ length: 6 }, (_, person) => {
    const shift = random.int(6) - 2;
    const busy = Array.from({ length: days }, (_, day) =>
      random.next() < (weekend(day) ? 0.25 : 0.8) ? random.lognormal(0.7) : 0,
    );
    return hourly({
      random,
      days,
      rate: (day, hour) => 9 * (OFFICE[(hour + shift + 24) % 24] ?? 0) * (busy[day] ?? 0),
      call: () => {
        const size = random.lognormal(1);
        return {
          user: `dev${person}`,
          person: `dev${person}@example.com`,
          team: person < 4 ? "engineering" : "growth",
          model: random.next() < 0.6 ? "claude-sonnet-4-6" : "claude-opus-4-8",
          tokens: Math.round(6000 * size),
          cacheRead: Math.round(20_000 * size),
          cost: usd(0.15 * size),
          ...failing(random, 0.015),
        };
      },
    });
  }).flat();
}

/** Services around the clock: a nightly batch, an hourly job, a steady API; a deployment now and then that lacks a permission at first. */
function services(random: Random, days: number): FakeCall[] {
  const of = (
    role: string,
    team: string,
    model: string,
    dollars: number,
    rate: (day: number, hour: number) => number,
  ): FakeCall[] =>
    hourly({
      random,
      days,
      rate,
      call: () => {
        const size = random.lognormal(0.3);
        return {
          role,
          person: role,
          team,
          model,
          tokens: Math.round(4000 * size),
          cost: usd(dollars * size),
          ...failing(random, 0.006),
        };
      },
    });
  const deployed = START + (30 + random.int(20)) * DAY + 10 * HOUR;
  const denied = Array.from({ length: 25 }, (_, index): FakeCall => {
    const at = deployed + index * MINUTE;
    return {
      at,
      delivered: at + MINUTE,
      role: "api-v2",
      person: "api-v2",
      team: "api",
      model: "claude-haiku-4-5",
      cost: 0n,
      error: "client",
      errorCode: "AccessDeniedException",
    };
  });
  return [
    ...of("api", "api", "claude-haiku-4-5", 0.01, () => 60),
    ...of("nightly", "data", "claude-sonnet-4-6", 0.1, (_day, hour) => (hour === 2 || hour === 3 ? 150 : 0)),
    ...of("hourly", "ops", "claude-sonnet-4-6", 0.05, () => 12),
    ...denied.filter(({ at }) => at < START + days * DAY),
    ...of("api-v2", "api", "claude-haiku-4-5", 0.01, (day, hour) => (START + day * DAY + hour * HOUR > deployed ? 15 : 0)),
  ];
}

export const SHAPES: readonly Shape[] = [
  {
    name: "heavy tail",
    meaning: "a few callers make most calls, and single calls cost forty times the usual",
    make: heavyTailed,
  },
  { name: "gateway", meaning: "one principal for everybody", make: gateway },
  { name: "start-up", meaning: "six people with days and hours of their own", make: startUp },
  {
    name: "services",
    meaning: "jobs and services around the clock, and one deployment that lacks a permission at first",
    make: services,
  },
];
