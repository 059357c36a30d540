import middy from "@middy/core";
import partialBatchFailure from "@middy/sqs-partial-batch-failure";
import { configInForce } from "../src/aws/config-in-force.ts";
import { deployedConfig } from "../src/aws/deployed-config.ts";
import { setting, systemClock } from "../src/aws/deployment.ts";
import { foreignBuckets } from "../src/aws/foreign-store.ts";
import { InferenceProfiles } from "../src/aws/inference-profiles.ts";
import { ingestMessages } from "../src/aws/ingest-messages.ts";
import { learnedCurator } from "../src/aws/learned-curator.ts";
import { S3Store } from "../src/aws/s3-store.ts";
import { sourcePlaces } from "../src/aws/source-places.ts";
import { telemetry } from "../src/aws/telemetry.ts";
import type { StrataConfig } from "../src/config/strata-config.ts";
import type { Curator } from "../src/curated/curator.ts";

interface SqsEvent {
  readonly Records: readonly { readonly messageId: string; readonly body: string }[];
}

/** An object that took longer is late: an alarm looks at it. Seconds. */
const LATE_S = 3600;

const told = telemetry("ingest");
let opened: S3Store | undefined;
const target = (): S3Store => {
  opened ??= new S3Store(setting("data"));
  return opened;
};
const profiles = new InferenceProfiles({
  store: target,
  clock: systemClock,
  onFailure: (error) => {
    told.count("UnresolvedProfiles", 1);
    told.failed(error, "an inference profile is not resolved");
  },
});
let read: { readonly config: StrataConfig; readonly curator: ReturnType<typeof learnedCurator> } | undefined;
/** What records are read with: made again only when the configuration is another one. */
const curatorNow = async (): Promise<Curator> => {
  const config = await configInForce(target(), told, systemClock.now());
  if (read?.config !== config) read = { config, curator: learnedCurator(config, systemClock, profiles) };
  return read.curator(target());
};

const reads = sourcePlaces(deployedConfig.sources.logs);

const sourceOf = foreignBuckets(deployedConfig.deploy.bucket_owners);

/** New log objects → invocation_records. A message comes back only if one of its own objects failed. */
export const handler = middy<SqsEvent>()
  .use(partialBatchFailure({ logger: (reason: unknown) => told.failed(reason, "a message is tried again") }))
  .handler(async ({ Records }, context) => {
    const { results, counts, failedObjects, lags } = await ingestMessages(
      Records.map(({ body }) => body),
      {
        target: target(),
        curator: await curatorNow(),
        clock: systemClock,
        sourceOf,
        reads,
        limits: {
          timeLeft: () => context.getRemainingTimeInMillis(),
          memoryUsed: () => process.memoryUsage.rss(),
          memory: Number(context.memoryLimitInMB) * 1024 * 1024,
        },
      },
    );
    told.count("Objects", counts.objects);
    told.count("SkippedObjects", counts.skipped_objects);
    told.count("DamagedObjects", counts.damaged_objects);
    told.count("FailedObjects", failedObjects);
    told.count("Records", counts.records);
    told.count("Quarantined", counts.quarantined);
    told.count("UnknownFields", Object.keys(counts.unknown_fields).length);
    told.count("Bytes", counts.bytes);
    for (const lag of lags) told.count("DeliveryLag", lag);
    told.count("LateObjects", lags.filter((lag) => lag > LATE_S).length);
    told.log.info("ingested", { ...counts, failed: failedObjects });
    told.flush();
    return results;
  });
