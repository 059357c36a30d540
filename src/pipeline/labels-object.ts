import { jsonOf } from "../json-of.ts";
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

/** What was kept, or the bill's answer where nothing was kept yet or what was kept is damaged. */
export async function keptLabels(warehouse: Warehouse, data: ObjectStore): Promise<BilledLabels> {
  const kept = jsonOf((await data.readAll(KEY))?.bytes);
  if (!isKept(kept)) return keepLabels(warehouse, data);
  const { tags, prices } = kept;
  return { prices, tags: tags.map(({ sets, ...change }) => ({ ...change, sets: sets.map((set) => new Map(set)) })) };
}

const isKept = (value: unknown): value is Kept => {
  const { tags, prices }: Partial<Record<keyof Kept, unknown>> = Object(value);
  return Array.isArray(tags) && Array.isArray(prices) && tags.every((change) => Array.isArray(Object(change).sets));
};

interface Kept {
  readonly prices: BilledLabels["prices"];
  readonly tags: readonly (Omit<BilledLabels["tags"][number], "sets"> & {
    readonly sets: readonly (readonly [string, string])[][];
  })[];
}
