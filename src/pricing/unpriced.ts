import { glob } from "../glob.ts";
import data from "./unpriced.data.json" with { type: "json" };

/** Something that is used and billed, and has no rate here. */
export interface Unpriced {
  readonly what: string;
  readonly why: string;
  readonly source: string;
  /** Day on which somebody looked. */
  readonly checked: string;
}

const matching = <T extends { readonly models: readonly string[] }>(list: readonly T[], model: string): T[] =>
  list.filter(({ models }) => models.some((pattern) => glob(pattern)(model)));

/**
 * What of a model is not priced, and why.
 * @param tiers service tiers without any rate
 */
export function unpricedOf(model: string, tiers: readonly string[]): Unpriced[] {
  const { checked } = data;
  const reasons = tiers.flatMap((tier) => {
    const [reason] = matching(data.tiers, model).filter(({ serviceTiers }) => serviceTiers.includes(tier));
    return reason ? [{ tier, ...reason }] : [];
  });
  const byReason = Map.groupBy(reasons, ({ why }) => why);
  return [
    ...[...byReason.values()].flatMap((group) =>
      group.slice(0, 1).map(({ why, source }) => ({ what: group.map(({ tier }) => tier).join(", "), why, source, checked })),
    ),
    ...matching(data.always, model).map(({ what, why, source }) => ({ what, why, source, checked })),
  ];
}
