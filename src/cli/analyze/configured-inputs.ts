import { existsSync } from "node:fs";
import { dirname, resolve } from "node:path";
import type { FurtherSource } from "../../config/further-sources.ts";
import { loadConfig } from "../../config/load.ts";
import { UsageError } from "../../errors.ts";
import { PROGRAM } from "../../program.ts";
import { isS3 } from "./find-sources.ts";

/** Sources beside logs, bill and telemetry, by their name in strata.yml and on the command line. */
export type SourcePaths = Readonly<Record<FurtherSource, readonly string[]>>;

/** Where logs and bill lie, and the settings that go with them. */
export interface Inputs extends SourcePaths {
  readonly paths: readonly string[];
  readonly cur: readonly string[];
  readonly telemetry: readonly string[];
  readonly config: string | undefined;
}

/** The one that a deployment uses, too. */
const HERE = "strata.yml";

/**
 * The command line wins. Without paths it is sources.logs of the given strata.yml, or of the one in this folder, and sources.cur and the others unless
 * --cur and the other options are given; a bill alone needs no logs. Folders in it are meant from where the file is. @throws UsageError when there is nothing to read, ConfigError
 */
export function configuredInputs(given: Inputs): Inputs {
  const { paths, cur, config } = given;
  if (paths.length > 0) return given;
  const file = config ?? (existsSync(HERE) ? HERE : undefined);
  if (cur.length > 0 && (file === undefined || loadConfig(file).sources.logs.length === 0)) return { ...given, config: file };
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
  const orElse = (own: readonly string[], configured: readonly string[]) => (own.length > 0 ? own : configured.map(meant));
  return {
    paths: sources.logs.map(meant),
    cur: orElse(cur, sources.cur),
    telemetry: orElse(given.telemetry, sources.telemetry),
    cloudtrail: orElse(given.cloudtrail, sources.cloudtrail),
    batch: orElse(given.batch, sources.batch),
    kiro: orElse(given.kiro, sources.kiro),
    config: file,
  };
}
