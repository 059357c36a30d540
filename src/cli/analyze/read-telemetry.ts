import type { StrataConfig } from "../../config/strata-config.ts";
import { batches } from "../../local/batches.ts";
import { FolderStore } from "../../local/folder-store.ts";
import type { Problem } from "../../pipeline/summary-schema.ts";
import { ingestTelemetry } from "../../telemetry/ingest-telemetry.ts";
import { keptKeys } from "../../telemetry/kept-keys.ts";
import type { Part } from "../shared/progress.ts";
import { foundObjects } from "./found-objects.ts";

export interface TelemetryRead {
  readonly objects: number;
  readonly rows: number;
  readonly problems: readonly Problem[];
}

/** Reads what OpenTelemetry collectors wrote: folders, files and globs of this machine, and `s3://bucket/prefix`. @throws UsageError, InputError */
export async function readTelemetrySources(
  paths: readonly string[],
  {
    folder,
    config,
    onObjects,
  }: { readonly folder: string; readonly config: StrataConfig; readonly onObjects: (rows: number, part: Part) => void },
): Promise<TelemetryRead> {
  const target = new FolderStore(folder);
  const keys = keptKeys(config.sources.telemetry_labels);
  const problems: Problem[] = [];
  let [objects, rows] = [0, 0];
  const sources = await foundObjects(paths, folder);
  const of = sources.reduce((sum, { found }) => sum + found.length, 0);
  for (const { source, label, found } of sources) {
    for (const batch of batches(found, label)) {
      const done = await ingestTelemetry(batch, { source, target, keys });
      objects += done.objects;
      rows += done.rows;
      onObjects(rows, { done: objects, of });
      problems.push(...done.problems.map(unusable), ...done.failures.map(unreadable));
    }
  }
  return { objects, rows, problems };
}

const unusable = (problem: string): Problem => ({
  kind: "note",
  place: problem.slice(0, problem.indexOf(", message")),
  message: `telemetry: ${problem}`,
  hint: "What could be read around it has landed. telemetry_objects counts what was passed over.",
});

const unreadable = ({ object, message }: { readonly object: string; readonly message: string }): Problem => ({
  kind: "lost",
  place: object,
  message: `telemetry: ${object} could not be read: ${message}`,
  hint: "Check that it exists and may be read, then run again.",
});
