import type { FurtherSource } from "../../config/further-sources.ts";
import type { StrataConfig } from "../../config/strata-config.ts";
import { counted } from "../../figures.ts";
import { batches } from "../../local/batches.ts";
import { FolderStore } from "../../local/folder-store.ts";
import { sourceReaders } from "../../pipeline/source-readers.ts";
import type { Problem } from "../../pipeline/summary-schema.ts";
import { ingestSource } from "../../sources/ingest-source.ts";
import type { SourcePaths } from "./configured-inputs.ts";
import { foundObjects } from "./found-objects.ts";

/** Reads the sources beside the log: folders, files and globs of this machine, and `s3://bucket/prefix`. @throws UsageError, InputError */
export async function readSources(
  paths: Partial<SourcePaths>,
  { folder, config }: { readonly folder: string; readonly config: StrataConfig },
): Promise<{ readonly objects: number; readonly rows: number; readonly problems: readonly Problem[] }> {
  const target = new FolderStore(folder);
  const problems: Problem[] = [];
  let [objects, rows] = [0, 0];
  for (const reader of sourceReaders(config)) {
    const places = paths[reader.source] ?? [];
    let [opened, landed] = [0, 0];
    for (const { source, label, found } of await foundObjects(places, folder))
      for (const batch of batches(found, label)) {
        const done = await ingestSource(batch, { reader, source, target });
        opened += done.objects;
        landed += done.rows;
        problems.push(
          ...done.problems.map(({ object, text }) => unusable(reader.source, object, text)),
          ...done.failures.map(({ object, message }) => unreadable(reader.source, object, message)),
        );
      }
    if (opened === 0 && places.length > 0) problems.push(nothing(reader.source, places));
    else if (opened > 0 && landed === 0) problems.push(empty(reader.source, opened, places));
    objects += opened;
    rows += landed;
  }
  return { objects, rows, problems };
}

const unusable = (source: string, object: string, text: string): Problem => ({
  kind: "note",
  place: object,
  message: `${source}: ${object}, ${text}`,
  hint: "What could be read around it has landed. source_objects counts what was passed over.",
});

const unreadable = (source: string, object: string, message: string): Problem => ({
  kind: "lost",
  place: object,
  message: `${source}: ${object} could not be read: ${message}`,
  hint: "Check that it exists and may be read, then run again.",
});

const EXPECTED: Readonly<Record<FurtherSource, string>> = {
  cloudtrail: "Records lie in AWSLogs/<account>/CloudTrail/<region>/…; digests and insights are none.",
  batch: "Output is <prefix>/<job id>/<input>.jsonl.out and manifest.json.out.",
  kiro: "User reports are …/KiroLogs/user_report/<region>/YYYY/MM/DD/00/<client>_<account>_user_report_<time>.csv.",
};

const HELD: Readonly<Record<FurtherSource, string>> = {
  cloudtrail: "a call of Bedrock, its mantle endpoint, AgentCore, Amazon Q or Kiro",
  batch: "a record, a manifest or a job of batch inference",
  kiro: "a day of a person",
};

const empty = (source: FurtherSource, objects: number, paths: readonly string[]): Problem => ({
  kind: "note",
  place: paths.join(", "),
  message: `${source}: no object of ${paths.join(", ")} holds ${HELD[source]} (${counted(objects, "object")})`,
  hint: EXPECTED[source],
});

const nothing = (source: FurtherSource, paths: readonly string[]): Problem => ({
  kind: "lost",
  place: paths.join(", "),
  message: `${source}: nothing to read in ${paths.join(", ")}`,
  hint: EXPECTED[source],
});
