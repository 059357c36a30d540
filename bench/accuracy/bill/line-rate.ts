import type { Call } from "./call.ts";
import { modelFacts, type TokenType, tokenRate } from "./price-facts.ts";
import type { MonthShape } from "./shape.ts";

/** Ten thousandths of the list price that are paid under a discount of this month's kind. */
export const PAID: Readonly<Record<MonthShape["discount"], bigint>> = {
  none: 10_000n,
  edp: 9_100n,
  bundled: 9_500n,
  "private-lines": 9_300n,
  "private-rate": 9_300n,
  "net-column": 9_300n,
  agreed: 9_300n,
};
/** Flex costs half, priority seven quarters of on-demand. */
export const TIER_FACTOR = { "on-demand": 10_000n, flex: 5_000n, priority: 17_500n } as const;

/** Rate on the lines themselves, in pico-dollars a token. */
export function lineRate(
  shape: MonthShape,
  call: Pick<Call, "model" | "billedTier" | "routing" | "long">,
  type: TokenType,
): bigint {
  const facts = modelFacts(call.model);
  const list = tokenRate(facts, type, call.routing, call.long) ?? 0n;
  const lowered = shape.discount === "private-rate" || shape.discount === "agreed" ? PAID[shape.discount] : 10_000n;
  return (list * TIER_FACTOR[call.billedTier] * lowered) / 100_000_000n;
}
