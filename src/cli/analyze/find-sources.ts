import type { InputError } from "../../errors.ts";
import { classifyKey } from "../../invocation/object-key.ts";
import { batches, type LocalBatch } from "../../local/batches.ts";
import { findInputs } from "../../local/find-inputs.ts";
import { DAY_MS, parseDay } from "../../time.ts";

/** One place that logs are read from. */
export interface LogSource {
  /** A folder, or `s3://bucket`. */
  readonly location: string;
  readonly work: readonly LocalBatch[];
  readonly objects: number;
  /** Names of a few of them, to tell the user what they look like; for a folder only. */
  readonly samples: readonly string[];
  readonly problems: readonly InputError[];
}

const SAMPLES = 20;

export const isS3 = (path: string): boolean => path.startsWith("s3://");

/**
 * Sources behind the paths of the command line: all folders, files and globs are one, each bucket is one.
 * Objects that Bedrock wrote before `from` cannot hold later events, so they are not fetched from S3.
 * @throws UsageError, InputError
 */
export async function findSources(
  paths: readonly string[],
  options: { readonly without: readonly string[]; readonly from?: string | undefined },
): Promise<LogSource[]> {
  const folders = paths.filter((path) => !isS3(path));
  const locations = paths.filter(isS3);
  const sources: LogSource[] = [];
  if (folders.length > 0) {
    const { store, objects, problems } = await findInputs(folders, options.without);
    sources.push({
      location: store.name,
      work: batches(objects),
      objects: objects.length,
      samples: objects.slice(0, SAMPLES).map(({ key }) => key),
      problems,
    });
  }
  if (locations.length > 0) {
    const { listLocations } = await import("../../aws/list-locations.ts");
    const { lookInside } = await import("../../aws/look-inside.ts");
    // A day of margin for clocks that differ.
    const start = options.from === undefined ? 0 : (parseDay(options.from) ?? 0) - DAY_MS;
    for (const bucket of await listLocations(locations)) {
      const { store } = bucket;
      const { objects, problems } = await lookInside(bucket);
      const late = objects.filter(({ key }) => (classifyKey(key).deliveredAt ?? start) >= start);
      sources.push({
        location: store.name,
        work: batches(late, `${store.bucket}-`),
        objects: objects.length,
        samples: [],
        problems,
      });
    }
  }
  return sources;
}
