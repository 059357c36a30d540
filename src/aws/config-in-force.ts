import { CONFIG_KEY, parseStored } from "../config/stored-config.ts";
import type { StrataConfig } from "../config/strata-config.ts";
import { deployedConfig, deployedFormat } from "./deployed-config.ts";
import type { S3Store } from "./s3-store.ts";
import type { Telemetry } from "./telemetry.ts";

const LOOK_AGAIN_MS = 60_000;
let known: { readonly config: StrataConfig; readonly etag: string | undefined; readonly lookedAt: number } | undefined;

/**
 * The configuration that counts now: what was pushed or deployed last (`strata config push`; each deployment writes its own), looked at again every
 * minute. What is not there, not readable as such or of another release gives way to what the function was packaged with, and the log says so.
 * The same object as long as nothing changed. A bucket that does not answer is an error: the run is tried again.
 */
export async function configInForce(data: S3Store, told: Telemetry, now: number): Promise<StrataConfig> {
  if (known && now - known.lookedAt < LOOK_AGAIN_MS) return known.config;
  const found = await data.readAll(CONFIG_KEY);
  if (known && known.etag === found?.etag) known = { ...known, lookedAt: now };
  else known = { config: configOf(found?.bytes, told), etag: found?.etag, lookedAt: now };
  return known.config;
}

function configOf(bytes: Uint8Array | undefined, told: Telemetry): StrataConfig {
  if (bytes === undefined) return deployedConfig;
  try {
    const { format, config } = parseStored(Buffer.from(bytes).toString("utf8"));
    if (format === deployedFormat) return config;
    told.log.warn("the stored configuration is of another release; the packaged one counts", {
      format,
      expected: deployedFormat,
    });
  } catch (error) {
    told.failed(error, "the stored configuration cannot be read; the packaged one counts");
  }
  return deployedConfig;
}
