import type { Call } from "./call.ts";
import { IMAGE_RATE, IMAGES } from "./image-calls.ts";
import { type Line, nextMonth } from "./line.ts";
import { lineRate, PAID, TIER_FACTOR } from "./line-rate.ts";
import { billedTokens } from "./lines.ts";
import { laterLines } from "./other-lines.ts";
import { callCost, modelFacts, TOKEN_TYPES } from "./price-facts.ts";
import type { MonthShape } from "./shape.ts";

/** Steps of the waterfall between the two ends. */
export const STEPS = [
  "not_yet_billed",
  "logged_not_billed",
  "price",
  "routing",
  "cache",
  "tier",
  "quantity",
  "missing_logs",
  "not_token_based",
  "discounts",
  "taxes_and_credits",
  "unclassified",
  "unknown",
] as const;
export type Step = (typeof STEPS)[number];

/** What reconciliation has to find; pico-dollars. */
export interface Truth {
  readonly estimated: bigint;
  readonly billed: bigint;
  readonly steps: Readonly<Record<Step, bigint>>;
  /** Billed dollars of logged calls by principal as logged. */
  readonly byPrincipal: ReadonlyMap<string, bigint>;
  /** Billed dollars of usage by the team on the line, whether logged or not. */
  readonly byTeam: ReadonlyMap<string, bigint>;
  /** The statement of the next month, where its bill is there: refunds of this month by team, and what else it holds. */
  readonly later: LaterTruth | null;
}

export interface LaterTruth {
  readonly month: string;
  readonly billed: bigint;
  readonly refunds: bigint;
  /** By the team on the refund line. */
  readonly refundsByTeam: ReadonlyMap<string, bigint>;
}

export function truthOf(calls: readonly Call[], lines: readonly Line[], shape: MonthShape): Truth {
  const steps = Object.fromEntries(STEPS.map((step) => [step, 0n])) as Record<Step, bigint>;
  const byPrincipal = new Map<string, bigint>();
  let estimated = 0n;
  const onBill = new Set(lines.map(({ resource }) => resource));
  for (const call of calls) {
    // A profile that only the bill can explain, and that is on no line of it, has no price.
    const unknown = call.profile !== null && shape.profiles === "resource" && !onBill.has(call.profile);
    const estimate = call.logged && !unknown ? estimateOf(call, shape) : 0n;
    const billed = call.billed ? billedOf(call, shape) : 0n;
    // A profile that neither strata.yml nor the bill explains: log and bill cannot meet.
    const blind = call.profile !== null && shape.profiles === "blind";
    estimated += estimate;
    if (!call.logged || (blind && call.billed)) steps.missing_logs += billed;
    else if (!call.billed) steps[call.plant === "late" ? "not_yet_billed" : "logged_not_billed"] -= estimate;
    else {
      byPrincipal.set(call.caller.arn, (byPrincipal.get(call.caller.arn) ?? 0n) + billed - extraOf(call, shape));
      const odd = oddPart(call, shape);
      steps[odd.step] += odd.amount;
      steps.price += billed - estimate - odd.amount;
    }
  }
  for (const line of lines) if (line.step !== "tokens") steps[line.step] += line.amount;
  if (shape.extras.includes("image")) {
    // Estimated by the piece and billed by the piece: only what lies between the two is a difference.
    const images = (BigInt(IMAGES) * IMAGE_RATE * (shape.discount === "agreed" ? PAID.agreed : 10_000n)) / 10_000n;
    estimated += images;
    steps.not_token_based -= images;
  }
  const billed = sum(lines);
  const later = shape.laterRefund ? laterTruth(laterLines(lines, shape), shape) : null;
  return { estimated, billed, steps, byPrincipal, byTeam: sumsByTeam(lines), later };
}

const sum = (lines: readonly Line[]): bigint => lines.reduce((total, { amount }) => total + amount, 0n);

function laterTruth(lines: readonly Line[], shape: MonthShape): LaterTruth {
  const refunds = lines.filter(({ type }) => type === "Refund");
  return { month: nextMonth(shape.month), billed: sum(lines), refunds: sum(refunds), refundsByTeam: sumsByTeam(refunds) };
}

function sumsByTeam(lines: readonly Line[]): Map<string, bigint> {
  const sums = new Map<string, bigint>();
  for (const { team, amount } of lines) if (team !== null) sums.set(team, (sums.get(team) ?? 0n) + amount);
  return sums;
}

/** The part of billed − estimated that is not a matter of price. */
function oddPart(call: Call, shape: MonthShape): { readonly step: Step; readonly amount: bigint } {
  if (call.plant === "quantity") return { step: "quantity", amount: extraOf(call, shape) };
  if (call.plant === "tier") return { step: "tier", amount: billedOf(call, shape) - estimateOf(call, shape) };
  if (call.plant !== "ttl") return { step: "price", amount: 0n };
  const writes = {
    ...call,
    tokens: { input: 0, output: 0, cacheRead: 0, cacheWrite5m: call.tokens.cacheWrite5m, cacheWrite1h: 0 },
  };
  return { step: "cache", amount: billedOf(writes, shape) - estimateOf(writes, shape) };
}

/** What the log says, at the prices that strata.yml and the price pages give. */
export function estimateOf(call: Call, shape: MonthShape): bigint {
  if (call.failed || (call.profile !== null && shape.profiles === "blind")) return 0n;
  const factor = (TIER_FACTOR[call.loggedTier] * (shape.discount === "agreed" ? PAID.agreed : 10_000n)) / 10_000n;
  return callCost(modelFacts(call.model), call.tokens, call.routing, call.long, factor);
}

const billedOf = (call: Call, shape: MonthShape): bigint => {
  const tokens = billedTokens(call);
  return TOKEN_TYPES.reduce(
    (sum, type) => (tokens[type] === 0 ? sum : sum + BigInt(tokens[type]) * lineRate(shape, call, type)),
    0n,
  );
};
const extraOf = (call: Call, shape: MonthShape): bigint => BigInt(call.extraInput) * lineRate(shape, call, "input");
