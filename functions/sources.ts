import middy from "@middy/core";
import partialBatchFailure from "@middy/sqs-partial-batch-failure";
import { BatchJobs } from "../src/aws/batch-jobs.ts";
import { configInForce } from "../src/aws/config-in-force.ts";
import { deployedConfig } from "../src/aws/deployed-config.ts";
import { setting, systemClock } from "../src/aws/deployment.ts";
import { foreignBuckets } from "../src/aws/foreign-store.ts";
import { S3Store } from "../src/aws/s3-store.ts";
import { sourceMessages } from "../src/aws/source-messages.ts";
import { namedPlaces } from "../src/aws/source-places.ts";
import { telemetry } from "../src/aws/telemetry.ts";
import { FURTHER_SOURCES } from "../src/config/further-sources.ts";
import { sourceReaders } from "../src/pipeline/source-readers.ts";

interface SqsEvent {
  readonly Records: readonly { readonly messageId: string; readonly body: string }[];
}

const told = telemetry("sources");
let opened: S3Store | undefined;
const target = (): S3Store => {
  opened ??= new S3Store(setting("data"));
  return opened;
};
const { sources, deploy } = deployedConfig;
const places = new Map(FURTHER_SOURCES.map((source) => [source, namedPlaces(sources[source])]));

const sourceOf = foreignBuckets(deploy.bucket_owners);
const jobs = new BatchJobs({
  store: target,
  clock: systemClock,
  onFailure: (error) => told.failed(error, "a batch inference job is not described"),
});

/** New objects of CloudTrail, batch inference and Kiro → their rows. A message comes back only if one of its own objects failed. */
export const handler = middy<SqsEvent>()
  .use(partialBatchFailure({ logger: (reason: unknown) => told.failed(reason, "a message is tried again") }))
  .handler(async ({ Records }, context) => {
    const readers = sourceReaders(await configInForce(target(), told, systemClock.now()));
    const { results, ...counts } = await sourceMessages(
      Records.map(({ body }) => body),
      {
        target: target(),
        clock: systemClock,
        sourceOf,
        readersOf: (bucket, key) => readers.filter(({ source }) => places.get(source)?.(bucket, key)),
        jobs,
        timeLeft: () => context.getRemainingTimeInMillis(),
      },
    );
    told.count("Objects", counts.objects);
    told.count("Quarantined", counts.quarantined);
    told.log.info("sources read", counts);
    told.flush();
    return results;
  });
