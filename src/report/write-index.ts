import { z } from "zod";
import { jsonOf } from "../json-of.ts";
import type { ObjectStore } from "../ports.ts";
import { type IndexEntry, indexPage } from "./html/index-page.ts";

const KEY = /^reports\/(month=(\d{4}-\d{2})(?:\/restated-(\d+))?)\/manifest\.json$/;
const manifest = z.object({
  status: z.string(),
  totals: z.object({
    invocations: z.number(),
    people: z.number(),
    unpriced: z.number(),
    // Manifests of earlier releases have neither.
    uncounted: z.number().default(0),
    not_token_priced: z.number().default(0),
    estimated_usd: z.string(),
    billed_usd: z.string().optional(),
  }),
});

/** One published month, its newest version. */
export type PublishedMonth = IndexEntry;

/** The newest version of every month in the store, oldest month first. A manifest that cannot be read is left out: its month is refused when it is written itself. */
export async function publishedMonths(store: ObjectStore): Promise<PublishedMonth[]> {
  const newest = new Map<string, { readonly version: number; readonly entry: IndexEntry }>();
  for await (const { key } of store.list("reports/month=")) {
    const [, folder = "", month = "", restated = "0"] = KEY.exec(key) ?? [];
    const version = Number(restated);
    if (month === "" || (newest.get(month)?.version ?? -1) > version) continue;
    const object = await store.readAll(key);
    const read = object && manifest.safeParse(jsonOf(object.bytes));
    if (!read?.success) continue;
    const { status, totals } = read.data;
    newest.set(month, { version, entry: { month, status, folder, ...totals, billed_usd: totals.billed_usd ?? null } });
  }
  return [...newest.values()].map(({ entry }) => entry).sort((a, b) => (a.month < b.month ? -1 : 1));
}

/** Writes `reports/index.html` and `reports/index.json` over the newest version of every month in the store. */
export async function writeIndex(store: ObjectStore, organisation: string): Promise<string[]> {
  const entries = await publishedMonths(store);
  await store.write("reports/index.json", `${JSON.stringify({ schema_version: 1, organisation, months: entries }, null, 2)}\n`);
  await store.write("reports/index.html", indexPage(organisation, entries));
  return ["reports/index.json", "reports/index.html"];
}
