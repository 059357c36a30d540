import { HOUR_MS } from "../time.ts";
import type { Day } from "./calendar.ts";
import { type Call, noTokens } from "./call.ts";
import type { RunningService } from "./directory.ts";
import type { Random } from "./random.ts";
import type { Range } from "./services.ts";

export interface ServicePlanner {
  /** One day of service traffic, unsorted. */
  plan(day: Day): Call[];
}

interface Running {
  readonly source: RunningService;
  carry: number;
  calls: number;
}

/** Steady programs: the same number of calls in the same hour of every day, evenly spread over the hour. */
export function createServicePlanner(
  services: readonly RunningService[],
  scale: number,
  firstDays: (workday: number) => number,
  random: Random,
): ServicePlanner {
  const running = services.map((source): Running => ({ source, carry: 0, calls: 0 }));
  return {
    plan: (day) =>
      running.flatMap((one) => (day.start >= firstDays(one.source.service.fromWorkday) ? oneDay(one, day, scale, random) : [])),
  };
}

function oneDay(one: Running, day: Day, scale: number, random: Random): Call[] {
  const { service, caller, targets } = one.source;
  const calls: Call[] = [];
  const wanted = service.hourly.reduce((sum, rate) => sum + rate, 0);
  const factor = Math.max(scale, service.atLeastDaily / wanted) * (day.weekend ? service.weekends : 1);
  for (const [hour, rate] of service.hourly.entries()) {
    const due = rate * factor + one.carry;
    const count = Math.floor(due + 1e-9);
    one.carry = due - count;
    for (let index = 0; index < count; index += 1) {
      const target = targets[one.calls % targets.length];
      if (!target) continue;
      one.calls += 1;
      const blocked = service.blockEvery !== undefined && one.calls % service.blockEvery === 0;
      const second = Math.floor(((index + random.next() * 0.9) * 3_590) / count);
      calls.push({
        time: day.start + hour * HOUR_MS + second * 1000,
        caller,
        target,
        tokens: blocked
          ? noTokens
          : {
              ...noTokens,
              input: within(service.input, random),
              output: within(service.output, random),
              cacheRead: within(service.cacheRead, random),
            },
        outcome: { kind: blocked ? "blocked" : "ok" },
        oddity: undefined,
        incident: undefined,
      });
    }
  }
  return calls;
}

const within = (range: Range | undefined, random: Random): number => (range ? random.int(range[0], range[1]) : 0);
