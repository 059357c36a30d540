import { PROGRAM } from "../../program.ts";
import { DAY_MS } from "../../time.ts";
import type { LoggingTarget } from "../account-view.ts";
import { ago, type Check, fail, jsonArgument, ok, unanswered, warn } from "../check.ts";
import type { AccountFacts, RegionFacts } from "../facts.ts";
import { covers, nameOf, placeOf, targetPlace } from "../place.ts";

/** Invocation logging of each region: on, to S3, to a place that strata.yml reads, and really delivering. */
export const loggingChecks = (facts: AccountFacts): Check[] =>
  facts.perRegion.flatMap((region) => [target(region), ...read(region, facts), ...delivery(region, facts)]);

function target({ region, logging }: RegionFacts): Check {
  const subject = { id: `logging/${region}`, group: "logs", title: `Invocation logging in ${region}` } as const;
  if (!logging.ok) return unanswered(subject, logging);
  const config = logging.value;
  if (config === null) {
    return fail(
      subject,
      "it is off: calls in this region leave no record, and none is made up later",
      `aws bedrock put-model-invocation-logging-configuration --region ${region} --logging-config ${jsonArgument(withS3({}))}`,
      "YOUR-LOG-BUCKET must be in the same account and region, with a bucket policy that lets bedrock.amazonaws.com write (Bedrock User Guide, model invocation logging).",
    );
  }
  if (config.s3Config === undefined) {
    return fail(
      subject,
      `it goes to the log group ${config.cloudWatchConfig?.logGroupName ?? "(none)"} only; Strata reads S3`,
      `aws bedrock put-model-invocation-logging-configuration --region ${region} --logging-config ${jsonArgument(withS3(config))}`,
      "The command keeps what is configured and adds S3.",
    );
  }
  return ok(subject, `on, to ${nameOf(targetPlace(config.s3Config))}; ${textDelivery(config)}`);
}

/** Prompts and completions are never needed; what their absence costs is said. Cache writes: data-sources §1.6. */
const textDelivery = ({ textDataDeliveryEnabled }: LoggingTarget): string =>
  textDataDeliveryEnabled === false
    ? "text delivery is off, which is enough: token counts stay in the record (only the split of cache writes into 5 minutes and 1 hour is then estimated)"
    : "text delivery is on, which Strata does not need: it stores no prompt and no completion and works without, but then estimates the split of cache writes into 5 minutes and 1 hour";

/** Text delivery starts switched off where nothing was configured before. */
const withS3 = (config: LoggingTarget): LoggingTarget => ({
  textDataDeliveryEnabled: false,
  imageDataDeliveryEnabled: false,
  embeddingDataDeliveryEnabled: false,
  ...config,
  s3Config: { bucketName: "YOUR-LOG-BUCKET", keyPrefix: "bedrock" },
});

function read({ region, logging }: RegionFacts, { config }: AccountFacts): Check[] {
  if (!logging.ok || logging.value?.s3Config === undefined) return [];
  const subject = { id: `sources/logs/${region}`, group: "logs", title: `strata.yml reads the logs of ${region}` } as const;
  const place = targetPlace(logging.value.s3Config);
  const covering = config.sources.logs.find((location) => {
    const outer = placeOf(location);
    return outer !== undefined && covers(outer, place);
  });
  if (covering !== undefined) return [ok(subject, `sources.logs has ${covering}`)];
  return [
    warn(
      subject,
      `sources.logs does not name ${nameOf(place)}: a stack would not read it`,
      `Add "${nameOf(place)}" to sources.logs in strata.yml, or let ${PROGRAM} init --from-doctor write a first one.`,
    ),
  ];
}

function delivery({ region, lastDelivery, logging }: RegionFacts, { now }: AccountFacts): Check[] {
  if (lastDelivery === null) return [];
  const subject = { id: `delivery/${region}`, group: "logs", title: `Last log object of ${region}` } as const;
  if (!lastDelivery.ok) return [unanswered(subject, lastDelivery)];
  if (lastDelivery.value !== null && now - lastDelivery.value < DAY_MS)
    return [ok(subject, `${ago(now - lastDelivery.value)} ago`)];
  const bucket = valueBucket(logging);
  return [
    warn(
      subject,
      lastDelivery.value === null ? "none in the last two days" : `${ago(now - lastDelivery.value)} ago`,
      "Nothing, if nobody called a model there since.",
      `Otherwise look at the metric ModelInvocationLogsS3DeliveryFailure (AWS/Bedrock) and at the policy of ${bucket}: Bedrock does not retry for ever.`,
    ),
  ];
}

const valueBucket = (logging: RegionFacts["logging"]): string =>
  (logging.ok ? logging.value?.s3Config?.bucketName : undefined) ?? "the bucket";
