import type { LoggingTarget } from "../doctor/account-view.ts";

/** Bedrock's LoggingConfig as the SDK types it: every member may be missing. */
interface LoggingConfig {
  s3Config?: { bucketName?: string | undefined; keyPrefix?: string | undefined } | undefined;
  cloudWatchConfig?:
    | {
        logGroupName?: string | undefined;
        roleArn?: string | undefined;
        largeDataDeliveryS3Config?: { bucketName?: string | undefined; keyPrefix?: string | undefined } | undefined;
      }
    | undefined;
  textDataDeliveryEnabled?: boolean | undefined;
  imageDataDeliveryEnabled?: boolean | undefined;
  embeddingDataDeliveryEnabled?: boolean | undefined;
  videoDataDeliveryEnabled?: boolean | undefined;
  audioDataDeliveryEnabled?: boolean | undefined;
}

/** Without a destination logging is off, whatever its switches say. */
export function loggingTarget(config: LoggingConfig | undefined): LoggingTarget | null {
  const s3 = config?.s3Config;
  const cloudWatch = config?.cloudWatchConfig;
  if (!config || (s3?.bucketName === undefined && cloudWatch?.logGroupName === undefined)) return null;
  const large = cloudWatch?.largeDataDeliveryS3Config;
  return {
    ...(s3?.bucketName === undefined ? {} : { s3Config: s3Target(s3.bucketName, s3.keyPrefix) }),
    ...(cloudWatch?.logGroupName === undefined
      ? {}
      : {
          cloudWatchConfig: {
            logGroupName: cloudWatch.logGroupName,
            roleArn: cloudWatch.roleArn ?? "",
            ...(large?.bucketName === undefined
              ? {}
              : { largeDataDeliveryS3Config: s3Target(large.bucketName, large.keyPrefix) }),
          },
        }),
    ...switchesOf(config),
  };
}

const s3Target = (bucketName: string, keyPrefix: string | undefined) => ({
  bucketName,
  ...(keyPrefix === undefined || keyPrefix === "" ? {} : { keyPrefix }),
});

function switchesOf(config: LoggingConfig) {
  const {
    textDataDeliveryEnabled: text,
    imageDataDeliveryEnabled: image,
    embeddingDataDeliveryEnabled: embedding,
    videoDataDeliveryEnabled: video,
    audioDataDeliveryEnabled: audio,
  } = config;
  return {
    ...(text === undefined ? {} : { textDataDeliveryEnabled: text }),
    ...(image === undefined ? {} : { imageDataDeliveryEnabled: image }),
    ...(embedding === undefined ? {} : { embeddingDataDeliveryEnabled: embedding }),
    ...(video === undefined ? {} : { videoDataDeliveryEnabled: video }),
    ...(audio === undefined ? {} : { audioDataDeliveryEnabled: audio }),
  };
}
