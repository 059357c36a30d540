import { DAY_MS, HOUR_MS } from "../time.ts";
import { type Day, type Month, workday } from "./calendar.ts";
import { type Call, type Caller, noTokens, type Target, tokensOf } from "./call.ts";
import { accounts } from "./company.ts";
import type { Directory } from "./directory.ts";
import type { Random } from "./random.ts";
import { listCost } from "./rates.ts";
import { nextTurn } from "./sessions.ts";

/** When and where things go wrong. Each has a day of its own, late enough that detectors have seen ordinary weeks. */
export interface Schedule {
  readonly unpricedFrom: Day;
  readonly gap: { readonly start: number; readonly end: number; readonly accountId: string; readonly region: string };
  readonly burst: { readonly start: number; readonly end: number; readonly accountId: string; readonly region: string };
  readonly spike: { readonly start: number; readonly end: number; readonly team: string };
  readonly runaway: { readonly start: number; readonly end: number; readonly team: string };
  readonly busyDay: Day;
  /** Days on which logs are damaged: garbage lines, one truncated object, records delivered again, a count written as text. */
  readonly damage: {
    readonly garbage: readonly Day[];
    readonly truncated: Day;
    readonly redelivered: readonly Day[];
    readonly textCount: Day;
  };
  /** The workday on which one line is billed a little too high. */
  readonly residual: Day;
  /** The bill is complete up to here. */
  readonly cutoff: number;
}

/** Activity of developers on the busy day. Services stay as they are, so that the company as a whole spends 40 % more. */
export const BUSY_FACTOR = 1.42;

export function schedule(month: Month): Schedule {
  const at = (index: number, hour: number): number => workday(month, index).start + hour * HOUR_MS;
  const dev = accounts.dev.id;
  return {
    unpricedFrom: workday(month, 8),
    gap: { start: at(10, 9), end: at(10, 13), accountId: accounts.europe.id, region: "eu-central-1" },
    burst: { start: at(12, 14) + 10 * 60_000, end: at(12, 14) + 40 * 60_000, accountId: dev, region: "us-east-1" },
    spike: { start: at(15, 15), end: at(15, 16), team: "search" },
    runaway: { start: at(17, 6), end: at(17, 20), team: "data-science" },
    busyDay: workday(month, 19),
    damage: {
      garbage: [workday(month, 1), workday(month, 5), workday(month, 11)],
      truncated: workday(month, 6),
      redelivered: [workday(month, 3), workday(month, 7), workday(month, 14)],
      textCount: workday(month, 4),
    },
    residual: workday(month, 5),
    // About a day before the last event: the first two hours of the last day are on the bill, the rest is not.
    cutoff: month.end - DAY_MS + 2 * HOUR_MS,
  };
}

const inside = (call: Call, window: { readonly start: number; readonly end: number }): boolean =>
  call.time >= window.start && call.time < window.end;

/**
 * A backend outage for one model: callers who are at work retry, and each retry fails. Adds failures, evenly over the window, to at least
 * 40 in all and 60 % of the ordinary calls then: over a third of the company's calls fail.
 */
export function errorBurst(plan: Schedule["burst"], calls: readonly Call[], directory: Directory, random: Random): Call[] {
  const local = calls.filter(
    (call) => inside(call, plan) && call.target.accountId === plan.accountId && call.target.region === plan.region,
  );
  const everywhere = calls.filter((call) => inside(call, plan)).length;
  const team = directory.teams.find((staffed) => staffed.team.name === "payments");
  const target = team?.streams[0]?.target;
  const developers = team?.developers.map((developer) => developer.caller) ?? [];
  if (!target) throw new RangeError("generate: the team of the error burst has no model");
  const atWork = local.filter((call) => call.target === target).map((call) => call.caller);
  const count = Math.max(40, Math.round(everywhere * 0.6));
  return Array.from({ length: count }, (_, index) => ({
    time: plan.start + Math.floor(((index + random.next() * 0.9) * (plan.end - plan.start)) / count / 1000) * 1000,
    caller: random.pick(atWork.length > 0 ? atWork : developers),
    target,
    tokens: noTokens,
    outcome: { kind: "failed", code: index % 4 === 3 ? "InternalServerException" : "ServiceUnavailableException" },
    oddity: undefined,
    incident: "error-burst",
  }));
}

/** A re-index with very long prompts: 1.2 times as many tokens as the whole company's ordinary hour, on top of it. */
export function tokenSpike(plan: Schedule["spike"], calls: readonly Call[], directory: Directory, random: Random): Call[] {
  const ordinary = calls.filter((call) => inside(call, plan)).reduce((sum, call) => sum + tokensOf(call.tokens), 0);
  const reindex = directory.services.find((running) => running.service.name === "search-reindex");
  const target = reindex?.targets[0];
  if (!reindex || !target) throw new RangeError("generate: the service of the token spike is missing");
  const extra: Call[] = [];
  const count = Math.max(6, Math.ceil((ordinary * 1.2) / 105_000));
  for (let index = 0; index < count; index += 1) {
    extra.push({
      time: plan.start + Math.floor(((index + random.next() * 0.9) * 3_590) / count) * 1000,
      caller: reindex.caller,
      target,
      tokens: { ...noTokens, input: random.int(90_000, 120_000), output: random.int(200, 400) },
      outcome: { kind: "ok" },
      oddity: undefined,
      incident: "token-spike",
    });
  }
  return extra;
}

/** An agent left alone: one person's calls without a pause, the context growing to its limit again and again, until `dollars` are spent. */
export function runaway(plan: Schedule["runaway"], pico: bigint, caller: Caller, target: Target, random: Random): Call[] {
  const { model } = target;
  if (!model) throw new RangeError("generate: the runaway needs a model that is priced by tokens");
  const turns: Call["tokens"][] = [];
  let spent = 0n;
  const session = { context: 0, left: 0 };
  while (spent < pico) {
    if (session.context > 180_000) session.context = 0;
    const tokens = nextTurn(session, target, random);
    turns.push(tokens);
    spent += listCost(model, target.routing, tokens);
  }
  const step = (plan.end - plan.start) / turns.length;
  return turns.map((tokens, index) => ({
    time: plan.start + Math.floor(((index + random.next() * 0.8) * step) / 1000) * 1000,
    caller,
    target,
    tokens,
    outcome: { kind: "ok" },
    oddity: undefined,
    incident: "runaway",
  }));
}
