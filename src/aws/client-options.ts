/**
 * What every SDK client is made with. Region and credentials come from the SDK's default chain; `AWS_ENDPOINT_URL` and its
 * per-service forms work too, which is how the tests point the shipped bundles at a local service.
 */
export interface ClientOptions {
  readonly region?: string;
  readonly endpoint?: string;
  /** Tries in all, the first one included. */
  readonly maxAttempts?: number;
  /** Milliseconds until a request without an answer counts as failed. */
  readonly requestTimeout?: number;
}

/** The SDK's own default is three tries and no limit on waiting; a Lambda that waits for ever is a Lambda that is killed. */
export function clientConfig(options: ClientOptions = {}) {
  return {
    ...(options.region === undefined ? {} : { region: options.region }),
    ...(options.endpoint === undefined ? {} : { endpoint: options.endpoint }),
    maxAttempts: options.maxAttempts ?? 6,
    requestHandler: {
      connectionTimeout: 3_000,
      requestTimeout: options.requestTimeout ?? 30_000,
      throwOnRequestTimeout: true,
    },
  };
}
