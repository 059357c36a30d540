import middy from "@middy/core";
import partialBatchFailure from "@middy/sqs-partial-batch-failure";
import { configInForce } from "../src/aws/config-in-force.ts";
import { deployedConfig } from "../src/aws/deployed-config.ts";
import { setting, systemClock } from "../src/aws/deployment.ts";
import { foreignBuckets } from "../src/aws/foreign-store.ts";
import { S3Store } from "../src/aws/s3-store.ts";
import { sourcePlaces } from "../src/aws/source-places.ts";
import { telemetry } from "../src/aws/telemetry.ts";
import { telemetryMessages } from "../src/aws/telemetry-messages.ts";
import { keptKeys } from "../src/telemetry/kept-keys.ts";

interface SqsEvent {
  readonly Records: readonly { readonly messageId: string; readonly body: string }[];
}

const told = telemetry("telemetry");
let opened: S3Store | undefined;
const target = (): S3Store => {
  opened ??= new S3Store(setting("data"));
  return opened;
};
const reads = sourcePlaces(deployedConfig.sources.telemetry);

const sourceOf = foreignBuckets(deployedConfig.deploy.bucket_owners);

/** New objects of a collector → rows of clients. A message comes back only if one of its own objects failed. */
export const handler = middy<SqsEvent>()
  .use(partialBatchFailure({ logger: (reason: unknown) => told.failed(reason, "a message is tried again") }))
  .handler(async ({ Records }, context) => {
    const config = await configInForce(target(), told, systemClock.now());
    const { results, ...counts } = await telemetryMessages(
      Records.map(({ body }) => body),
      {
        target: target(),
        keys: keptKeys(config.sources.telemetry_labels),
        clock: systemClock,
        sourceOf,
        reads,
        timeLeft: () => context.getRemainingTimeInMillis(),
      },
    );
    told.count("Objects", counts.objects);
    told.count("Quarantined", counts.quarantined);
    told.log.info("telemetry read", counts);
    told.flush();
    return results;
  });
