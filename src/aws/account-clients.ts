import { type ClientOptions, clientConfig } from "./client-options.ts";

export interface AccountViewOptions extends ClientOptions {
  readonly region: string;
  /** The source of "now", milliseconds. */
  readonly now: () => number;
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string };
}

/** SDK configuration for a region. */
export type ClientsFor = (region?: string) => ReturnType<typeof clientConfig> & { readonly region: string };

export const clientsOf =
  ({ credentials, ...options }: AccountViewOptions): ClientsFor =>
  (region = options.region) => ({
    ...clientConfig({ ...options, region }),
    ...(credentials === undefined ? {} : { credentials }),
    region,
  });
