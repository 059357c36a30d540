import { cloudWatchCounts } from "../src/aws/cloudwatch-counts.ts";
import { deployedConfig } from "../src/aws/deployed-config.ts";
import { setting, systemClock } from "../src/aws/deployment.ts";
import { glueSwap } from "../src/aws/glue-swap.ts";
import { tellHourUsage } from "../src/aws/hour-usage.ts";
import { runTold } from "../src/aws/run-told.ts";
import { stack } from "../src/aws/stack.ts";
import { rollUp } from "../src/pipeline/roll-up.ts";
import { writeServiceCounts } from "../src/pipeline/service-counts.ts";
import { addDays, dayOf } from "../src/time.ts";

/** Days that are asked for again each hour: CloudWatch completes an hour late, and a pause of the rollup leaves no hole. */
const COUNTED_DAYS = 2;

/** Every quarter of an hour: the last days and every stale day of hourly_usage, and what the dashboard shows. */
export const handler = async (): Promise<{ days: number; rows: number }> => {
  const { telemetry, data, warehouse } = stack("rollup", glueSwap());
  const now = systemClock.now();
  return runTold(telemetry, "rollup failed", async () => {
    const done = await rollUp({ warehouse, data, config: deployedConfig, now });
    telemetry.count("DaysRecomputed", done.days);
    telemetry.count("Duplicates", done.duplicates);
    const hours = await tellHourUsage({ warehouse, data, telemetry }, now, deployedConfig.report.people === "names");
    // Once an hour; a region that cannot be asked makes completeness unknown there and the rollup no failure.
    if (hours > 0) {
      const from = addDays(dayOf(now), -COUNTED_DAYS);
      const counts = cloudWatchCounts();
      const counted = await writeServiceCounts({ warehouse, data, counts, account: setting("account"), from, until: now });
      for (const { error } of counted.failures) telemetry.failed(error, "Bedrock's own counts could not be read");
    }
    telemetry.log.info("rolled up", { ...done, hours });
    return { days: done.days, rows: done.rows };
  });
};
