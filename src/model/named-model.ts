import { familyOf, vendorOfBareName } from "./catalog.ts";
import type { ModelIdentity, TierRules } from "./identity.ts";
import { tierOf } from "./tier.ts";

/** What is known of a model by its name alone, as the bill gives it. */
export function namedModel(model: string, tiers: TierRules): Pick<ModelIdentity, "vendor" | "family" | "model" | "tier"> {
  const vendor = vendorOfBareName(model) ?? null;
  return { vendor, family: vendor === null ? null : familyOf(vendor, model).family, model, tier: tierOf(model, tiers) };
}
