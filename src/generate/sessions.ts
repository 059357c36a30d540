import { HOUR_MS } from "../time.ts";
import type { Day } from "./calendar.ts";
import type { Call, Caller, Oddity, Target } from "./call.ts";
import { workingHours } from "./company.ts";
import type { Activity, Developer, StaffedTeam } from "./directory.ts";
import type { Random } from "./random.ts";
import type { TokenCounts } from "./rates.ts";

/** Calls of all developers in a month at scale 1. */
const DEVELOPER_CALLS = 142_000;
/** Weekend activity beside a workday's. */
const WEEKEND = 0.12;
/** Workdays of the month the figures above were tuned on (22 workdays, 9 weekend days). */
const TUNED_DAYS = 22 + 9 * WEEKEND;

/** Calls in one session, and how many of them fit into an hour. */
const SESSIONS: Readonly<Record<Activity, { readonly calls: number; readonly hourly: number }>> = {
  light: { calls: 6, hourly: 8 },
  moderate: { calls: 14, hourly: 16 },
  heavy: { calls: 28, hourly: 24 },
};

/** Weight of a call in input-token equivalents, and its mean: an hour is filled by weight, so that hours alike cost alike. */
const loadOf = (tokens: TokenCounts): number =>
  (tokens.input + 5 * tokens.output + 0.1 * tokens.cacheRead + 1.25 * tokens.cacheWrite5m + 2 * tokens.cacheWrite1h) / MEAN_LOAD;
const MEAN_LOAD = 10_750;

interface Session {
  readonly developer: Developer;
  context: number;
  left: number;
}

interface Lane {
  readonly target: Target;
  readonly developers: readonly Developer[];
  /** Calls made so far by developer, in units of their weight: the least served starts the next session. */
  readonly served: number[];
  readonly callsPerWorkday: number;
  open: Session[];
  carry: number;
}

export interface SessionPlanner {
  /** One day of developer traffic, unsorted. `factor` scales the whole day. */
  plan(day: Day, factor: number): Call[];
}

/**
 * Claude Code-like traffic: sessions whose context is cached and grows. Each team and model has an hourly quota by weekday and hour; sessions
 * fill it, and what an hour overshoots the next one owes. So people come and go, while an hour of a kind looks like the next of its kind.
 */
export function createSessionPlanner(teams: readonly StaffedTeam[], scale: number, random: Random): SessionPlanner {
  const heads = teams.reduce((sum, team) => sum + team.team.headcount, 0);
  const lanes = teams.map((team) => ({
    profile: workingHours[team.team.hours],
    profileSum: workingHours[team.team.hours].reduce<number>((a, b) => a + b, 0),
    lanes: team.streams.map(
      ({ stream, target }): Lane => ({
        target,
        developers: team.developers,
        served: team.developers.map(() => random.next()),
        callsPerWorkday: ((DEVELOPER_CALLS * scale) / TUNED_DAYS) * (team.team.headcount / heads) * stream.share,
        open: [],
        carry: 0,
      }),
    ),
  }));

  return {
    plan(day, factor) {
      const calls: Call[] = [];
      for (const team of lanes) {
        for (const lane of team.lanes) {
          lane.open = [];
          const wobble = 0.97 + 0.06 * random.next();
          for (const [hour, weight] of team.profile.entries()) {
            const quota = (lane.callsPerWorkday * (day.weekend ? WEEKEND : 1) * factor * wobble * weight) / team.profileSum;
            if (quota > 0) fillHour(lane, quota, day.start + hour * HOUR_MS, random, calls);
          }
        }
      }
      return calls;
    },
  };
}

function fillHour(lane: Lane, quota: number, start: number, random: Random, calls: Call[]): void {
  let owed = quota + lane.carry;
  const busy = new Set<Session>();
  while (owed > 0.5) {
    const session = lane.open.find((open) => !busy.has(open)) ?? begin(lane, random);
    busy.add(session);
    const plan: TokenCounts[] = [];
    const most = SESSIONS[session.developer.activity].hourly;
    while (session.left > 0 && plan.length < most && owed > 0.5) {
      const tokens = nextTurn(session, lane.target, random);
      plan.push(tokens);
      owed -= loadOf(tokens);
    }
    // The session's calls of this hour, evenly spread with a little jitter so that they keep their order.
    const span = Math.min(3_560, plan.length * 85);
    const offset = random.int(0, 3_580 - span);
    const step = span / Math.max(1, plan.length);
    for (const [index, tokens] of plan.entries()) {
      const second = Math.floor(offset + index * step + random.next() * step * 0.8);
      calls.push(callOf(start + second * 1000, session.developer.caller, lane.target, tokens, random));
    }
  }
  lane.carry = owed;
  lane.open = lane.open.filter((session) => session.left > 0);
}

function begin(lane: Lane, random: Random): Session {
  const open = new Set(lane.open.map((session) => session.developer));
  let chosen = 0;
  let least = Number.POSITIVE_INFINITY;
  for (const [index, developer] of lane.developers.entries()) {
    const served = (lane.served[index] ?? 0) + (open.has(developer) ? 1_000 : 0);
    if (served < least) {
      least = served;
      chosen = index;
    }
  }
  const developer = lane.developers[chosen];
  if (!developer) throw new RangeError("generate: a team without developers");
  const left = Math.max(2, Math.round(SESSIONS[developer.activity].calls * (0.7 + 0.6 * random.next())));
  lane.served[chosen] = (lane.served[chosen] ?? 0) + left / developer.weight;
  const session = { developer, context: 0, left };
  lane.open.push(session);
  return session;
}

/** The first turn writes the system prompt (1 hour) and the project (5 minutes); later ones read the context and add to it. */
export function nextTurn(
  session: { context: number; left: number },
  target: Pick<Target, "bodies">,
  random: Random,
): TokenCounts {
  const first = session.context === 0;
  const written = first ? random.int(5_000, 9_000) : random.int(900, 3_900);
  const kept = first && target.bodies ? random.int(12_000, 15_000) : 0;
  const tokens = {
    input: random.int(3, 40),
    output: random.int(90, 820),
    cacheRead: session.context,
    cacheWrite5m: written + (first && !target.bodies ? 9_000 : 0),
    cacheWrite1h: kept,
  };
  session.context += tokens.cacheWrite5m + kept;
  session.left -= 1;
  return tokens;
}

function callOf(time: number, caller: Caller, target: Target, tokens: TokenCounts, random: Random): Call {
  const chance = random.next();
  let oddity: Oddity | undefined;
  if (chance < 0.0005 && tokens.cacheWrite1h === 0 && target.bodies) oddity = "offloaded";
  else if (chance < 0.05 && target.bodies) oddity = "no-cache-header";
  return { time, caller, target, tokens, outcome: { kind: "ok" }, oddity, incident: undefined };
}
