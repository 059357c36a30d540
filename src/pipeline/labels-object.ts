import type { ObjectStore, Warehouse } from "../ports.ts";
import { writeChanged } from "../write-changed.ts";
import { type BilledLabels, billedLabels } from "./principals.ts";

/** What the bill says of principals and resources, as reconciliation left it: whoever sums up calls need not ask the bill again. */
const KEY = "state/billed-labels.json";

/** Asks the bill and keeps its answer. */
export async function keepLabels(warehouse: Warehouse, data: ObjectStore): Promise<BilledLabels> {
  const labels = await billedLabels(warehouse);
  const tags = labels.tags.map(({ sets, ...change }) => ({ ...change, sets: sets.map((set) => [...set]) }));
  await writeChanged(data, KEY, `${JSON.stringify({ tags, prices: labels.prices })}\n`);
  return labels;
}

/** What was kept, or the bill's answer where nothing was kept yet. */
export async function keptLabels(warehouse: Warehouse, data: ObjectStore): Promise<BilledLabels> {
  const kept = await data.readAll(KEY);
  if (kept === undefined) return keepLabels(warehouse, data);
  const { tags, prices }: Kept = JSON.parse(Buffer.from(kept.bytes).toString("utf8"));
  return { prices, tags: tags.map(({ sets, ...change }) => ({ ...change, sets: sets.map((set) => new Map(set)) })) };
}

interface Kept {
  readonly prices: BilledLabels["prices"];
  readonly tags: readonly (Omit<BilledLabels["tags"][number], "sets"> & {
    readonly sets: readonly (readonly [string, string])[][];
  })[];
}
