import type { StrataConfig } from "../config/strata-config.ts";
import type { ReconcileOptions } from "./reconcile.ts";

/** What the section `billing` of strata.yml says of matching; the same for a folder and for a stack. */
export const reconcileLimits = ({
  lag_hours,
  tolerance_usd,
  quantity_tolerance,
}: StrataConfig["billing"]): Pick<ReconcileOptions, "lagHours" | "toleranceUsd" | "quantityTolerance"> => ({
  lagHours: lag_hours,
  toleranceUsd: tolerance_usd,
  quantityTolerance: quantity_tolerance,
});
