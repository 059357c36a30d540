import { BUDGET_STATUS_KEY, budgetStatus } from "../src/anomaly/budget-status.ts";
import { detect } from "../src/anomaly/detect.ts";
import { configInForce } from "../src/aws/config-in-force.ts";
import { dashboardAddress } from "../src/aws/dashboard-address.ts";
import { setting, systemClock, topics } from "../src/aws/deployment.ts";
import { runTold } from "../src/aws/run-told.ts";
import { SnsSink } from "../src/aws/sns-sink.ts";
import { SqsDeadLetters } from "../src/aws/sqs-dead-letters.ts";
import { stack } from "../src/aws/stack.ts";
import type { LambdaContext } from "../src/aws/time-left.ts";

/** Every five minutes: judges what happened since the last run and tells what is new; then the feed that gateways read. */
export const handler = async (
  _event?: unknown,
  context?: LambdaContext,
): Promise<{ published: number; failed: number; open: number }> => {
  const own = stack("detect", context);
  const { telemetry, data, warehouse } = own;
  const began = systemClock.now();
  return runTold(own, "detection failed", async () => {
    const stage = setting("workgroup").replace(/^strata-/, "");
    // Lambda sets it.
    const region = process.env.AWS_REGION;
    const config = await configInForce(data, telemetry, systemClock.now());
    const done = await detect({
      warehouse,
      sink: new SnsSink({ topics: topics() }),
      state: data,
      deadLetters: new SqsDeadLetters({ url: setting("alertDeadLetters") }),
      clock: systemClock,
      config,
      // The workgroup is named strata-<stage> (serverless.yml): what a message says to run, runs there.
      target: `--athena --stage ${stage}`,
      stage,
      ...(region === undefined ? {} : { dashboard: dashboardAddress(stage, region) }),
    });
    telemetry.count("AlertsSent", done.published);
    telemetry.count("AlertsFailed", done.failed + done.undeliverable);
    telemetry.count("OpenIncidents", done.open);
    telemetry.count("DetectionLag", Math.max(0, Math.round((began - done.range.to) / 1000)));
    telemetry.log.info("detected", { ...done });
    const status = await budgetStatus({ warehouse, config, now: systemClock.now() });
    await data.write(BUDGET_STATUS_KEY, `${JSON.stringify(status, null, 2)}\n`);
    return { published: done.published, failed: done.failed, open: done.open };
  });
};
