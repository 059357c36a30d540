import { GlueClient } from "@aws-sdk/client-glue";
import { clientConfig } from "../src/aws/client-options.ts";
import { deployedConfig } from "../src/aws/deployed-config.ts";
import { setting } from "../src/aws/deployment.ts";
import { dimensionObjects } from "../src/aws/dimension-objects.ts";
import { glueSwap } from "../src/aws/glue-swap.ts";
import { objectEvents } from "../src/aws/object-events.ts";
import { S3Store } from "../src/aws/s3-store.ts";
import { stack } from "../src/aws/stack.ts";
import { stageBill } from "../src/aws/stage-bill.ts";
import { manifestPlace } from "../src/billing/manifest.ts";
import { reconcile } from "../src/billing/reconcile.ts";

/** A manifest of the CUR export landed (or somebody sent `{"all": true}`): stages those periods and reconciles. */
export const handler = async (event: unknown): Promise<{ periods: readonly string[] }> => {
  const { telemetry, data, warehouse } = stack("reconcile", glueSwap());
  try {
    const periods = periodsOf(event);
    if (periods?.size === 0) return { periods: [] };
    const staged = await stageBill({
      warehouse,
      glue: new GlueClient(clientConfig()),
      database: setting("database"),
      source: new S3Store(setting("bill")),
      ...(periods === undefined ? {} : { periods }),
    });
    for (const finding of staged.findings)
      telemetry.log[finding.severity === "error" ? "error" : "info"](finding.message, { hint: finding.hint });
    const { lag_hours: lagHours, tolerance_usd: toleranceUsd, quantity_tolerance: quantityTolerance } = deployedConfig.billing;
    const done = await reconcile({ warehouse, dimensions: dimensionObjects(data), lagHours, toleranceUsd, quantityTolerance });
    const { summary } = done;
    if (done.closedChanged.length > 0) telemetry.log.warn("closed days were restated", { days: done.closedChanged });
    telemetry.count("BilledUsd", Number(summary.billed_usd));
    telemetry.count("ResidualUsd", Number(summary.residual_usd));
    telemetry.log.info("reconciled", { periods: staged.periods, ...summary });
    return { periods: staged.periods };
  } catch (error) {
    telemetry.failed(error, "reconciliation failed");
    throw error;
  } finally {
    telemetry.flush();
  }
};

/** Billing periods whose manifests the event names; undefined for all of them. */
function periodsOf(event: unknown): Set<string> | undefined {
  if (typeof event === "object" && event !== null && "all" in event) return undefined;
  return new Set(objectEvents(event).flatMap(({ key }) => manifestPlace(key)?.period ?? []));
}
