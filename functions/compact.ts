import { tmpdir } from "node:os";
import { join } from "node:path";
import { GlueClient } from "@aws-sdk/client-glue";
import { clientConfig } from "../src/aws/client-options.ts";
import { setting, systemClock } from "../src/aws/deployment.ts";
import { readPlaces } from "../src/aws/read-places.ts";
import { S3Store } from "../src/aws/s3-store.ts";
import { telemetry } from "../src/aws/telemetry.ts";
import { type LambdaContext, timeLeft } from "../src/aws/time-left.ts";
import { type Compacted, Compactor } from "../src/live/compact.ts";

const told = telemetry("compact");
let opened: Promise<Compactor> | undefined;
/** Engine and disk stay between two runs. */
const compactor = (): Promise<Compactor> => {
  if (opened === undefined) {
    // Compacted hours are most of what is stored; whoever asks for one finds it at once in every tier.
    const store = new S3Store(setting("data"), { tiered: true });
    const catalog = { glue: new GlueClient(clientConfig()), store, database: setting("database") };
    opened = Compactor.open({
      store,
      places: { read: (table, first, last) => readPlaces(catalog, table, first, last) },
      work: join(tmpdir(), `strata-${process.pid}`),
      onDifference: ({ day, hour }, sums) =>
        told.log.warn("hourly_usage is not what the records add up to; the hour is summed up again", { dt: day, hour, ...sums }),
    });
    // A start that failed is no reason for the next one to fail.
    opened.catch(() => {
      opened = undefined;
    });
  }
  return opened;
};

/** Twice an hour: one file for each hour that is over, and away with the files that are in one for long enough. */
export const handler = async (_event?: unknown, context?: LambdaContext): Promise<Omit<Compacted, "failures">> => {
  try {
    const { failures, ...done } = await (await compactor()).run(systemClock.now(), timeLeft(context));
    told.count("UsageDifferences", done.differing);
    told.log.info("compacted", { ...done, failed: failures.length });
    for (const error of failures) told.failed(error, "an hour could not be compacted; it is tried again");
    if (failures.length > 0) throw failures[0];
    return done;
  } catch (error) {
    told.failed(error, "compaction failed");
    throw error;
  } finally {
    told.flush();
  }
};
