import type { Call } from "./call.ts";
import { discountLines } from "./discount-lines.ts";
import { type Line, nextMonth, quotient, tenDecimals } from "./line.ts";
import { lineRate, PAID } from "./line-rate.ts";
import { DAY, HOUR, REGION } from "./make-calls.ts";
import { extraLines, plantedLines } from "./other-lines.ts";
import { modelFacts, TOKEN_TYPES, type TokenType } from "./price-facts.ts";
import type { MonthShape } from "./shape.ts";
import { wording } from "./wording.ts";

/** What a call's bill words its tokens as: a cache write of the `ttl` plant was a long one. */
export const billedTokens = (call: Call): Readonly<Record<TokenType, number>> => ({
  ...call.tokens,
  input: call.tokens.input + call.extraInput,
  ...(call.plant === "ttl" ? { cacheWrite5m: 0, cacheWrite1h: call.tokens.cacheWrite5m } : {}),
});

interface Group {
  readonly call: Call;
  readonly type: TokenType;
  readonly start: number;
  readonly principal: string;
  readonly resource: string;
  tokens: number;
}

export function billLines(calls: readonly Call[], shape: MonthShape): Line[] {
  const [first, next] = [Date.parse(`${shape.month}-01T00:00:00Z`), Date.parse(`${nextMonth(shape.month)}-01T00:00:00Z`)];
  const span = { hourly: HOUR, daily: DAY, monthly: next - first }[shape.granularity];
  const groups = new Map<string, Group>();
  for (const call of calls) {
    if (!call.billed) continue;
    const tokens = billedTokens(call);
    const start = first + Math.floor((call.billedTime - first) / span) * span;
    const principal = shape.principals === "none" ? "" : shape.principals === "role" ? call.caller.roleArn : call.caller.arn;
    const resource = resourceOf(call, shape);
    for (const type of TOKEN_TYPES) {
      if (tokens[type] === 0) continue;
      // The bill tells global from the rest, and nothing finer.
      const key = [
        start,
        call.account,
        principal,
        resource,
        call.model,
        call.routing === "global",
        call.long,
        call.billedTier,
        call.team,
        type,
      ].join("|");
      const group = groups.get(key) ?? { call, type, start, principal, resource, tokens: 0 };
      group.tokens += tokens[type];
      groups.set(key, group);
    }
  }
  const lines = [...groups.values()].map((group) => tokenLine(group, span, shape));
  const month = { start: first, span };
  const late = shape.plants.includes("late");
  const all = [
    ...lines,
    ...plantedLines(lines, shape, month),
    ...extraLines(lines, shape, month, late),
    ...discountLines(lines, shape),
  ];
  return shape.granularity === "monthly" ? all.map((line) => ({ ...line, start: first, end: next })) : all;
}

function resourceOf(call: Call, shape: MonthShape): string {
  if (!shape.resources) return "";
  if (call.profile !== null) return call.profile;
  const { id } = modelFacts(call.model);
  if (call.routing === "in-region") return "";
  return `arn:aws:bedrock:${REGION}:${call.account}:inference-profile/${call.routing === "geo" ? "us" : "global"}.${id}`;
}

function tokenLine({ call, type, start, principal, resource, tokens }: Group, span: number, shape: MonthShape): Line {
  const words = wording(
    modelFacts(call.model),
    { type, global: call.routing === "global", long: call.long, tier: call.billedTier, mantle: false },
    shape.claudeByAws,
  );
  const perToken = lineRate(shape, call, type);
  const amount = tenDecimals(BigInt(tokens) * perToken);
  const net = shape.discount === "net-column" ? tenDecimals((BigInt(tokens) * perToken * PAID["net-column"]) / 10_000n) : amount;
  return {
    type: "Usage",
    start,
    end: start + span,
    account: call.account,
    principal,
    team: call.team,
    resource,
    words,
    quantity: quotient(tokens, words.unitTokens),
    rate: perToken * BigInt(words.unitTokens),
    amount,
    net,
    step: "tokens",
  };
}
