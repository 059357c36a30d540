import { systemClock } from "../src/aws/deployment.ts";
import { glueSwap } from "../src/aws/glue-swap.ts";
import { runTold } from "../src/aws/run-told.ts";
import { stack } from "../src/aws/stack.ts";
import type { LambdaContext } from "../src/aws/time-left.ts";
import { traceRecent } from "../src/pipeline/trace-days.ts";

/** Every few hours: the calls of the last days, and of every older day that has new telemetry, with what clients tell of them. */
export const handler = async (
  _event?: unknown,
  context?: LambdaContext,
): Promise<{ days: number; calls: number; backlog: number }> => {
  const own = stack("trace", context, glueSwap());
  const { telemetry, data, warehouse, timeLeft } = own;
  return runTold(own, "calls and telemetry could not be brought together", async () => {
    const { failures, ...done } = await traceRecent({ warehouse, data, now: systemClock.now(), timeLeft });
    for (const error of failures) telemetry.failed(error, "days could not be traced; they are tried again");
    telemetry.log.info("traced", done);
    return done;
  });
};
