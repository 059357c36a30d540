import type { StrataConfig } from "../config/strata-config.ts";
import { curator } from "../curated/curator.ts";
import { type Batch, type IngestResult, ingestObjects } from "../curated/ingest-objects.ts";
import { FolderStore } from "./folder-store.ts";
import { openSource } from "./open-source.ts";

export interface ReaderSetup {
  /** A folder, or `s3://bucket`. */
  readonly source: string;
  readonly targetFolder: string;
  readonly config: StrataConfig;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

/** Reads batches of log objects of one source into a data folder. */
export function batchReader({ source, targetFolder, config, from, to }: ReaderSetup): (batch: Batch) => Promise<IngestResult> {
  const opened = openSource(source);
  const options = { target: new FolderStore(targetFolder), curator: curator(config), span: "day", from, to } as const;
  return async (batch) => ingestObjects(batch, { ...options, source: (await opened)(batch.objects) });
}
