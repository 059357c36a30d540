import { HOUR_MS } from "../time.ts";
import { type BillTerms, billTerms } from "./bill-grammar.ts";
import { type BillLine, roundBilled } from "./bill-line.ts";
import type { Call, Caller, Target } from "./call.ts";
import { isDiscounted, type TokenType, tokenTypes } from "./rates.ts";

interface Group {
  readonly start: number;
  readonly caller: Caller;
  readonly target: Target;
  readonly sums: Record<TokenType, number>;
}

/** A day's billed calls as lines: one per hour, principal, model, routing, token type and resource. Failed calls cost nothing. */
export function tokenLines(calls: readonly Call[]): BillLine[] {
  const groups = new Map<string, Group>();
  for (const { time, caller, target, tokens, outcome } of calls) {
    if (outcome.kind === "failed" || !target.model) continue;
    const hour = Math.floor(time / HOUR_MS);
    const key = `${hour}|${caller.index}|${billedAs(target)}`;
    let group = groups.get(key);
    if (!group) {
      group = {
        start: hour * HOUR_MS,
        caller,
        target,
        sums: { input: 0, output: 0, cacheRead: 0, cacheWrite5m: 0, cacheWrite1h: 0 },
      };
      groups.set(key, group);
    }
    for (const type of tokenTypes) group.sums[type] += tokens[type];
  }
  return [...groups.values()].flatMap(linesOf);
}

const operationOf = (target: Target): string =>
  target.shape.endsWith("-stream") ? "InvokeModelStreamingInference" : "InvokeModelInference";

/** Targets that differ only in the shape of their bodies meet on one line, unless AWS bills their operations apart. */
const billedKeys = new WeakMap<Target, string>();
function billedAs(target: Target): string {
  let key = billedKeys.get(target);
  if (key === undefined) {
    const operation = target.model?.seller.kind === "aws" ? operationOf(target) : "Usage";
    key = `${target.accountId}|${target.region}|${target.model?.name}|${target.routing}|${operation}|${target.resourceId}`;
    billedKeys.set(target, key);
  }
  return key;
}

const termsCache = new WeakMap<Target, Map<TokenType, BillTerms>>();
function termsOf(target: Target, type: TokenType): BillTerms | undefined {
  if (!target.model) return undefined;
  const known = termsCache.get(target) ?? new Map<TokenType, BillTerms>();
  termsCache.set(target, known);
  const terms = known.get(type) ?? billTerms(target.model, target.routing, target.region, type);
  known.set(type, terms);
  return terms;
}

function linesOf({ start, caller, target, sums }: Group): BillLine[] {
  return tokenTypes.flatMap((type): BillLine[] => {
    const tokens = sums[type];
    const terms = tokens > 0 ? termsOf(target, type) : undefined;
    if (!terms) return [];
    const { unitTokens, unitRate, ...named } = terms;
    return [
      {
        ...named,
        type: "Usage",
        start,
        end: start + HOUR_MS,
        accountId: target.accountId,
        region: target.region,
        principal: caller,
        operation: terms.billingEntity === "AWS" ? operationOf(target) : "Usage",
        quantity: decimalQuotient(tokens, unitTokens),
        rate: unitRate,
        amount: roundBilled((BigInt(tokens) * unitRate) / BigInt(unitTokens)),
        resourceId: target.resourceId,
        resourceTags: target.resourceTags,
        taxType: "",
        discounted: target.model !== undefined && isDiscounted(target.model),
        tokens: target.model && { model: target.model.name, routing: target.routing, type },
      },
    ];
  });
}

/** 1234567 / 1000000 → `"1.234567"`. The divisor is a power of ten. */
export function decimalQuotient(value: number, divisor: number): string {
  const places = Math.round(Math.log10(divisor));
  const digits = String(value).padStart(places + 1, "0");
  const fraction = digits.slice(-places).replace(/0+$/, "");
  return `${digits.slice(0, -places)}${fraction === "" ? "" : `.${fraction}`}`;
}
