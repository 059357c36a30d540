import { UsageError } from "../../errors.ts";
import { allocate, type Decimal, parseDecimal } from "../../money.ts";
import { DEFAULT_MIX, type UseTier, useTiers } from "./defaults.ts";

/** Share of developers by tier of use; the three sum to 1 exactly. */
export type Mix = Readonly<Record<UseTier, Decimal>>;

/**
 * Reads `light=0.3,moderate=0.5,heavy=0.2`; tiers that are left out have no developers. Without text, the default mix.
 * @throws UsageError when a tier is unknown or the shares do not sum to 1
 */
export function parseMix(text?: string): Mix {
  const shares = new Map<UseTier, Decimal>();
  for (const part of text === undefined ? useTiers.map((tier) => `${tier}=${DEFAULT_MIX[tier]}`) : text.split(",")) {
    const [name = "", share = ""] = part.split("=").map((piece) => piece.trim());
    const tier = useTiers.find((known) => known === name);
    if (tier === undefined || shares.has(tier) || !/^\d+(\.\d{1,6})?$/.test(share))
      throw new UsageError(`plan: --mix "${part}" is not a tier with its share`, {
        hint: "For example --mix light=0.3,moderate=0.5,heavy=0.2.",
      });
    shares.set(tier, parseDecimal(share));
  }
  const of = (tier: UseTier): Decimal => shares.get(tier) ?? { units: 0n, scale: 0 };
  const total = useTiers.reduce((sum, tier) => sum + millionths(of(tier)), 0n);
  if (total !== 1_000_000n)
    throw new UsageError(`plan: the shares of --mix sum to ${Number(total) / 1e6}, not to 1`, {
      hint: "For example --mix light=0.3,moderate=0.5,heavy=0.2.",
    });
  return { light: of("light"), moderate: of("moderate"), heavy: of("heavy") };
}

const millionths = ({ units, scale }: Decimal): bigint => units * 10n ** BigInt(6 - scale);

/** Whole developers by tier, summing to all of them (largest remainder). */
export function headcount(developers: number, mix: Mix): Readonly<Record<UseTier, number>> {
  const [light = 0n, moderate = 0n, heavy = 0n] = allocate(
    BigInt(developers),
    useTiers.map((tier) => millionths(mix[tier])),
  );
  return { light: Number(light), moderate: Number(moderate), heavy: Number(heavy) };
}
