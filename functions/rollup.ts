import { cloudWatchCounts } from "../src/aws/cloudwatch-counts.ts";
import { configInForce } from "../src/aws/config-in-force.ts";
import { setting, systemClock } from "../src/aws/deployment.ts";
import { glueSwap } from "../src/aws/glue-swap.ts";
import { tellHourUsage } from "../src/aws/hour-usage.ts";
import { runTold } from "../src/aws/run-told.ts";
import { stack } from "../src/aws/stack.ts";
import type { LambdaContext } from "../src/aws/time-left.ts";
import { catchUp, rollUpRecent } from "../src/pipeline/roll-up.ts";
import { writeServiceCounts } from "../src/pipeline/service-counts.ts";
import { addDays, dayOf } from "../src/time.ts";

/** Days that are asked for again each hour: CloudWatch completes an hour late, and a pause of the rollup leaves no hole. */
const COUNTED_DAYS = 2;

/** Every quarter of an hour: the last days of hourly_usage, what the dashboard shows, and then as many stale days as the time is enough for. */
export const handler = async (
  _event?: unknown,
  context?: LambdaContext,
): Promise<{ days: number; rows: number; backlog: number }> => {
  const own = stack("rollup", context, glueSwap());
  const { telemetry, data, warehouse, timeLeft } = own;
  const now = systemClock.now();
  return runTold(own, "rollup failed", async () => {
    const config = await configInForce(data, telemetry, systemClock.now());
    const input = { warehouse, data, config, now };
    const recent = await rollUpRecent(input);
    const hours = await tellHourUsage({ warehouse, data, telemetry }, now, config.report.people === "names");
    // Once an hour; a region that cannot be asked makes completeness unknown there and the rollup no failure.
    if (hours > 0) {
      const from = addDays(dayOf(now), -COUNTED_DAYS);
      const counts = cloudWatchCounts();
      const counted = await writeServiceCounts({ warehouse, data, counts, account: setting("account"), from, until: now });
      for (const { error } of counted.failures) telemetry.failed(error, "Bedrock's own counts could not be read");
    }
    const { failures, ...late } = await catchUp({ ...input, timeLeft });
    for (const error of failures) telemetry.failed(error, "late days could not be rolled up; they are tried again");
    const days = recent.days + late.days;
    const rows = recent.rows + late.rows;
    telemetry.count("DaysRecomputed", days);
    telemetry.count("Duplicates", recent.duplicates + late.duplicates);
    telemetry.count("StaleDays", late.backlog);
    telemetry.log.info("rolled up", { days, rows, hours, backlog: late.backlog });
    return { days, rows, backlog: late.backlog };
  });
};
