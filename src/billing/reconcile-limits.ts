import type { StrataConfig } from "../config/strata-config.ts";
import type { ReconcileOptions } from "./reconcile.ts";

/** What the section `billing` of strata.yml says of matching, currencies and linked accounts; the same for a folder and for a stack. */
export const reconcileLimits = (
  billing: StrataConfig["billing"],
): Pick<ReconcileOptions, "lagHours" | "toleranceUsd" | "quantityTolerance" | "billing"> => ({
  lagHours: billing.lag_hours,
  toleranceUsd: billing.tolerance_usd,
  quantityTolerance: billing.quantity_tolerance,
  billing,
});
