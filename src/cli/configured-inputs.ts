import { existsSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { loadConfig } from "../config/load.ts";
import { UsageError } from "../errors.ts";
import { PROGRAM } from "../program.ts";
import { isS3 } from "./find-sources.ts";

/** Where logs and bill lie, and the settings that go with them. */
export interface Inputs {
  readonly paths: readonly string[];
  readonly cur: readonly string[];
  readonly telemetry: readonly string[];
  readonly config: string | undefined;
}

/** The one that a deployment uses, too. */
const HERE = "strata.yml";

/**
 * The command line wins. Without paths it is sources.logs of the given strata.yml, or of the one in this folder, and sources.cur and sources.telemetry unless
 * --cur and --telemetry are given; a bill alone needs no logs. Folders in it are meant from where the file is. @throws UsageError when there is nothing to read, ConfigError
 */
export function configuredInputs({ paths, cur, telemetry, config }: Inputs): Inputs {
  if (paths.length > 0) return { paths, cur, telemetry, config };
  const file = config ?? (existsSync(HERE) ? HERE : undefined);
  if (cur.length > 0 && (file === undefined || loadConfig(file).sources.logs.length === 0))
    return { paths, cur, telemetry, config: file };
  if (file === undefined)
    throw new UsageError(`analyze: no path is given and there is no ${HERE} in this folder`, {
      hint: `Name the logs: ${PROGRAM} analyze ./logs or ${PROGRAM} analyze s3://bucket/prefix. ${PROGRAM} init --from-doctor writes a strata.yml that names them.`,
    });
  const { sources } = loadConfig(file);
  if (sources.logs.length === 0 && sources.cur.length === 0)
    throw new UsageError(`analyze: no path is given and ${file} names neither logs nor a bill`, {
      hint: `Add sources.logs: [s3://bucket/prefix] to ${file}, or name the logs: ${PROGRAM} analyze ./logs.`,
    });
  const from = dirname(resolve(file));
  const meant = (place: string): string => (isS3(place) ? place : resolve(from, place));
  return {
    paths: sources.logs.map(meant),
    cur: cur.length > 0 ? cur : sources.cur.map(meant),
    telemetry: telemetry.length > 0 ? telemetry : sources.telemetry.map(meant),
    config: file,
  };
}
