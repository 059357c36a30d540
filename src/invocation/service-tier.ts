/**
 * Bedrock's words for service tiers in ours (botocore ServiceTierType and OpenAI `service_tier`, format notes of 2026-10; Anthropic's `standard` is from memory).
 * `auto` asks for whatever is there and says nothing about what was used.
 */
const TIERS: ReadonlyMap<string, string | null> = new Map([
  ["default", "on-demand"],
  ["standard", "on-demand"],
  ["on_demand", "on-demand"],
  ["on-demand", "on-demand"],
  ["flex", "flex"],
  ["priority", "priority"],
  ["reserved", "reserved"],
  ["batch", "batch"],
  ["auto", null],
]);

const TIER_WORD = /^[a-z][a-z0-9_-]{0,39}$/;

/** on-demand, flex, priority, reserved or batch; a tier that nobody knows yet as it is, so that its price is unknown too; else null. */
export function serviceTierOf(value: unknown): string | null {
  if (typeof value !== "string") return null;
  const tier = value.toLowerCase();
  const known = TIERS.get(tier);
  return known === undefined ? (TIER_WORD.test(tier) ? tier : null) : known;
}
