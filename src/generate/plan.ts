import type { Day, Month } from "./calendar.ts";
import { type Call, noTokens } from "./call.ts";
import type { Developer, Directory, StaffedTeam } from "./directory.ts";
import { BUSY_FACTOR, errorBurst, runaway, type Schedule, tokenSpike } from "./incidents.ts";
import { createRandom } from "./random.ts";
import { listCost } from "./rates.ts";
import { createServicePlanner } from "./service-traffic.ts";
import { createSessionPlanner } from "./sessions.ts";

interface DayPlan {
  /** In time order. */
  readonly calls: readonly Call[];
}

export interface Planner {
  /** Days must be asked for in order. */
  plan(day: Day): DayPlan;
  /** Who runs away. */
  readonly runawayPerson: Developer;
}

/** One call in so many fails on an ordinary day. */
const FAILURE_EVERY = 100;
/** A half hour with fewer calls has no failure, or its share would look like an incident; tiny companies have only such half hours. */
const QUIET_HALF_HOUR = 50;
const TINY_DAY = 1_500;
const HALF_HOUR = 1_800_000;
const FAILURES = [
  "ThrottlingException",
  "ThrottlingException",
  "ValidationException",
  "ThrottlingException",
  "ModelTimeoutException",
  "ThrottlingException",
  "ServiceUnavailableException",
  "ThrottlingException",
  "AccessDeniedException",
  "ModelErrorException",
] as const;

/** The whole month's calls, day by day: ordinary traffic, the planted incidents, and the ordinary failures. */
export function createPlanner(seed: number, scale: number, month: Month, directory: Directory, incidents: Schedule): Planner {
  const sessions = createSessionPlanner(directory.teams, scale, createRandom(seed, "sessions"));
  const firstDay = (index: number): number => month.days.find((day) => day.workday === index)?.start ?? month.end;
  const services = createServicePlanner(directory.services, scale, firstDay, createRandom(seed, "services"));
  const { team, developer } = chooseRunaway(directory, incidents.runaway.team);
  let sinceFailure = 0;
  let failures = 0;
  // Pico-dollars of the dearest day of any one person so far: the runaway is to be far above it.
  let dearest = 0n;

  const addFailures = (calls: Call[]): Call[] => {
    const busy = new Map<number, number>();
    for (const call of calls) busy.set(Math.floor(call.time / HALF_HOUR), (busy.get(Math.floor(call.time / HALF_HOUR)) ?? 0) + 1);
    const limit = calls.length < TINY_DAY ? 0 : QUIET_HALF_HOUR;
    return calls.map((call) => {
      sinceFailure += 1;
      const eligible = call.incident === undefined && call.target.model?.listed === true && call.outcome.kind === "ok";
      if (sinceFailure < FAILURE_EVERY || !eligible || (busy.get(Math.floor(call.time / HALF_HOUR)) ?? 0) < limit) return call;
      sinceFailure = 0;
      const code = FAILURES[failures % FAILURES.length] ?? "ThrottlingException";
      failures += 1;
      return { ...call, tokens: noTokens, outcome: { kind: "failed", code }, oddity: undefined };
    });
  };

  return {
    runawayPerson: developer,
    plan(day) {
      const random = createRandom(seed, "incidents", day.date);
      const ordinary = [...sessions.plan(day, day.date === incidents.busyDay.date ? BUSY_FACTOR : 1), ...services.plan(day)];
      const holds = (window: { readonly start: number }): boolean =>
        window.start >= day.start && window.start < day.start + 86_400_000;
      if (holds(incidents.spike)) ordinary.push(...tokenSpike(incidents.spike, ordinary, directory, random));
      if (holds(incidents.burst)) ordinary.push(...errorBurst(incidents.burst, ordinary, directory, random));
      dearest = max(dearest, dearestPerson(ordinary));
      if (holds(incidents.runaway)) {
        const target = team.streams[0]?.target;
        if (target) ordinary.push(...runaway(incidents.runaway, (dearest * 9n) / 2n, developer.caller, target, random));
      }
      ordinary.sort((a, b) => a.time - b.time || a.caller.index - b.caller.index || a.target.index - b.target.index);
      const calls = addFailures(ordinary);
      if (day.date === incidents.damage.textCount.date) markTextCount(calls);
      return { calls };
    },
  };
}

const max = (a: bigint, b: bigint): bigint => (a > b ? a : b);

function dearestPerson(calls: readonly Call[]): bigint {
  const spent = new Map<number, bigint>();
  for (const call of calls) {
    const { model, routing } = call.target;
    if (!model || call.caller.person === undefined) continue;
    spent.set(call.caller.index, (spent.get(call.caller.index) ?? 0n) + listCost(model, routing, call.tokens));
  }
  return [...spent.values()].reduce(max, 0n);
}

function chooseRunaway(directory: Directory, name: string): { team: StaffedTeam; developer: Developer } {
  const team = directory.teams.find((candidate) => candidate.team.name === name);
  const developer = team?.developers.reduce((heaviest, next) => (next.weight > heaviest.weight ? next : heaviest));
  if (!team || !developer) throw new RangeError(`generate: there is no team ${name}`);
  return { team, developer };
}

/** One Converse record will have its input count written as the text "407". */
function markTextCount(calls: Call[]): void {
  const index = calls.findIndex(
    (call) => call.target.shape === "converse" && call.outcome.kind === "ok" && call.target.model?.name === "nova-lite",
  );
  const call = calls[index];
  if (!call) throw new RangeError("generate: no call can carry the count written as text");
  calls[index] = { ...call, tokens: { ...call.tokens, input: 407 }, oddity: "text-count" };
}
