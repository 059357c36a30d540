import { deployedConfig } from "../src/aws/deployed-config.ts";
import { setting, systemClock } from "../src/aws/deployment.ts";
import { glueSwap } from "../src/aws/glue-swap.ts";
import { tellHourUsage } from "../src/aws/hour-usage.ts";
import { writeServiceCounts } from "../src/aws/service-counts.ts";
import { stack } from "../src/aws/stack.ts";
import { rollUp } from "../src/pipeline/roll-up.ts";

/** Every quarter of an hour: the last days and every stale day of hourly_usage, and what the dashboard shows. */
export const handler = async (): Promise<{ days: number; rows: number }> => {
  const { telemetry, data, warehouse } = stack("rollup", glueSwap());
  const now = systemClock.now();
  try {
    const done = await rollUp({ warehouse, data, config: deployedConfig, now });
    telemetry.count("DaysRecomputed", done.days);
    telemetry.count("Duplicates", done.duplicates);
    const hours = await tellHourUsage({ warehouse, data, telemetry }, now, deployedConfig.report.people === "names");
    // Once an hour; a region that cannot be asked makes completeness unknown there and the rollup no failure.
    if (hours > 0) {
      await writeServiceCounts({ warehouse, data, account: setting("account"), now }).catch((error: unknown) =>
        telemetry.failed(error, "Bedrock's own counts could not be read"),
      );
    }
    telemetry.log.info("rolled up", { ...done, hours });
    return { days: done.days, rows: done.rows };
  } catch (error) {
    telemetry.failed(error, "rollup failed");
    throw error;
  } finally {
    telemetry.flush();
  }
};
