import { type QuarantineEntry, quarantineEntries } from "../../curated/quarantine-entries.ts";
import { UsageError } from "../../errors.ts";
import { REASONS } from "../../invocation/reasons.ts";
import { FolderStore } from "../../local/folder-store.ts";
import type { ObjectStore } from "../../ports.ts";
import { openData } from "../shared/open-data.ts";

export interface Filter {
  data: string;
  stage?: string;
  reason?: string;
  object?: string;
}

/** Entries of a data folder or a deployed stage that match. @throws UsageError for a reason that there is not */
export async function entries(filter: Filter): Promise<QuarantineEntry[]> {
  const { reason, object } = filter;
  if (reason !== undefined && reason !== "damaged_object" && !Object.hasOwn(REASONS, reason))
    throw new UsageError(`quarantine: --reason "${reason}" is not known`, {
      hint: `Use one of ${[...Object.keys(REASONS), "damaged_object"].join(", ")}.`,
    });
  const all = await Array.fromAsync(quarantineEntries(await storeOf(filter)));
  return all.filter(
    (entry) => (reason === undefined || entry.reason === reason) && (object === undefined || entry.object.includes(object)),
  );
}

async function storeOf({ data, stage }: Filter): Promise<ObjectStore> {
  // Loading the AWS clients takes longer than reading a small folder.
  if (stage !== undefined) return (await import("../shared/stage-places.ts")).stageData(stage);
  (await openData(data)).close();
  return new FolderStore(data);
}
