import { DAY, HOUR, MINUTE, START, USD } from "../../test/anomaly/factories.ts";
import type { FakeCall } from "../../test/anomaly/fake-data.ts";
import { Random } from "./random.ts";

/** Days of a scenario: four weeks to learn from, then four in which things happen, and a few more. */
export const DAYS = 63;
/** First day on which something is planted. */
export const LEARNED = 28;

export interface Team {
  readonly name: string;
  readonly account: string;
  readonly region: string;
  readonly people: number;
  /** Calls in a busy hour. */
  readonly rate: number;
  readonly model: string;
}

export const TEAMS: readonly Team[] = [
  { name: "platform", account: "111122223333", region: "us-east-1", people: 18, rate: 50, model: "claude-sonnet-4-6" },
  { name: "payments", account: "111122223333", region: "us-east-1", people: 12, rate: 35, model: "claude-opus-4-8" },
  { name: "search", account: "444455556666", region: "eu-west-1", people: 8, rate: 25, model: "claude-sonnet-4-6" },
  { name: "batch", account: "777788889999", region: "us-west-2", people: 2, rate: 15, model: "claude-haiku-4-5" },
];

/** Share of the busy rate by UTC hour: a working day with a lunch dip; services run at night too. */
const HOURS = [0.1, 0.1, 0.1, 0.1, 0.1, 0.15, 0.3, 0.6, 0.9, 1, 1, 0.9, 0.7, 0.9, 1, 1, 0.9, 0.7, 0.4, 0.3, 0.2, 0.15, 0.1, 0.1];

const weekend = (day: number): boolean => day % 7 >= 5;

/** A clean company: growth, weekdays and hours, one holiday, busy hours of single teams, failures at a base rate, logs that are late at times. */
export function company(seed: number): FakeCall[] {
  const random = new Random(seed);
  const growth = 1 + 0.03 * random.next();
  const failures = 0.003 + 0.012 * random.next();
  const holiday = LEARNED + 1 + random.int(2) * 14;
  const lateDay = LEARNED + random.int(28);
  const calls: FakeCall[] = [];
  for (let day = 0; day < DAYS; day++) {
    const level = growth ** (day / 7) * (weekend(day) ? 0.25 : 1) * (day === holiday ? 0.2 : 1) * random.lognormal(0.04);
    for (let hour = 0; hour < 24; hour++) {
      for (const team of TEAMS) {
        const burst = random.next() < 0.004 ? 1.4 : 1;
        const count = random.poisson(team.rate * (HOURS[hour] ?? 0) * level * burst);
        for (let index = 0; index < count; index++) {
          const at = START + day * DAY + hour * HOUR + random.int(HOUR);
          const late = day === lateDay && hour >= 10 && hour < 13 ? 3 * HOUR : Math.round(MINUTE * random.lognormal(0.5));
          calls.push({
            ...callOf(team, random),
            at,
            delivered: at + late,
            ...(random.next() < failures ? { error: errorOf(random) } : {}),
          });
        }
      }
    }
  }
  return calls;
}

/** An ordinary call, dollars and tokens with a long tail. */
export function callOf(team: Team, random: Random): Omit<FakeCall, "at"> {
  const size = random.lognormal(0.6);
  return {
    person: `${team.name}${random.int(team.people)}@example.com`,
    team: team.name,
    account: team.account,
    region: team.region,
    model: team.model,
    tokens: Math.round(2000 * size),
    cacheRead: Math.round(18_000 * size),
    cost: (USD * BigInt(Math.round(size * 1000))) / 4_000n,
  };
}

const errorOf = (random: Random): "throttling" | "server" => (random.next() < 0.7 ? "throttling" : "server");
