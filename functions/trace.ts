import { deployedConfig } from "../src/aws/deployed-config.ts";
import { systemClock } from "../src/aws/deployment.ts";
import { glueSwap } from "../src/aws/glue-swap.ts";
import { runTold } from "../src/aws/run-told.ts";
import { stack } from "../src/aws/stack.ts";
import type { LambdaContext } from "../src/aws/time-left.ts";
import { traceRecent } from "../src/pipeline/trace-days.ts";

const { telemetry, cloudtrail } = deployedConfig.sources;
const inS3 = (places: readonly string[]): boolean => places.some((place) => place.startsWith("s3://"));
const reads = { telemetry: inS3(telemetry), trail: inS3(cloudtrail) };

/** Every few hours: the calls of the last days, and of every older day of which there is news, with what clients and CloudTrail tell of them. */
export const handler = async (
  _event?: unknown,
  context?: LambdaContext,
): Promise<{ days: number; calls: number; apiCalls: number; backlog: number }> => {
  const own = stack("trace", context, glueSwap());
  const { telemetry: told, data, warehouse, timeLeft } = own;
  return runTold(own, "calls and telemetry could not be brought together", async () => {
    const { failures, ...done } = await traceRecent({ reads, warehouse, data, now: systemClock.now(), timeLeft });
    for (const error of failures) told.failed(error, "days could not be traced; they are tried again");
    told.log.info("traced", done);
    return done;
  });
};
