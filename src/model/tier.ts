import { glob } from "../glob.ts";
import { catalogTier } from "./catalog.ts";
import type { ModelTier, TierRules } from "./identity.ts";

type TierOf = (model: string) => ModelTier | null;

const compiled = new WeakMap<TierRules, TierOf>();

/** Tier of a model: by strata.yml (premium, standard, fast: first match), else by the catalog; null when neither knows it. */
export function tierOf(model: string, rules: TierRules): ModelTier | null {
  let found = compiled.get(rules);
  if (!found) {
    found = compile(rules);
    compiled.set(rules, found);
  }
  return found(model);
}

function compile(rules: TierRules): TierOf {
  const order = (["premium", "standard", "fast"] as const).map((tier) => ({ tier, matchers: rules[tier].map(glob) }));
  const remembered = new Map<string, ModelTier | null>();
  return (model) => {
    const known = remembered.get(model);
    if (known !== undefined) return known;
    const tier = order.find(({ matchers }) => matchers.some((matches) => matches(model)))?.tier ?? catalogTier(model);
    if (remembered.size < 10_000) remembered.set(model, tier);
    return tier;
  };
}
