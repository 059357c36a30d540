import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { StrataConfig } from "../../config/strata-config.ts";
import { curator } from "../../curated/curator.ts";
import { type QuarantineEntry, quarantineEntries } from "../../curated/quarantine-entries.ts";
import { type Retried, retryBatch } from "../../curated/retry-batch.ts";
import { UsageError } from "../../errors.ts";
import { thousands } from "../../figures.ts";
import { type NewResult, newResult } from "../../local/data-folder.ts";
import { dimensionFiles } from "../../local/dimension-files.ts";
import { DuckDbWarehouse } from "../../local/duckdb.ts";
import { findInputs } from "../../local/find-inputs.ts";
import { FolderStore } from "../../local/folder-store.ts";
import { analyze } from "../../pipeline/analyze.ts";
import { retriedCounts } from "../../pipeline/retried-counts.ts";
import { type Summary, summarySchema } from "../../pipeline/summary-schema.ts";
import type { ObjectStore } from "../../ports.ts";
import { PROGRAM } from "../../program.ts";
import { learnFrom } from "../shared/learn-from.ts";
import { dayOption } from "../shared/options.ts";
import { progress } from "../shared/progress.ts";
import { configOf } from "../shared/remembered-config.ts";
import { entries, type Filter } from "./quarantine-filter.ts";

export interface RetryOptions extends Filter {
  readonly logs: readonly string[];
  readonly config?: string;
  readonly from?: string;
  readonly to?: string;
}

/**
 * Reads the batches with entries again; then everything that follows from records is made anew, as strata analyze does: usage, the
 * reconciliation, alerts, reports and the summary.
 * @returns exit code: 1 while entries remain
 */
export async function retryQuarantine(options: RetryOptions): Promise<number> {
  const before = await entries(options);
  const batches = [...new Set(before.map(({ batch }) => batch))].sort();
  if (batches.length === 0) {
    console.log("Nothing is in the quarantine.");
    return 0;
  }
  const summary = analysedBefore(options);
  const config = configOf(options.data, options.config);
  const { store: source } = await findInputs(options.logs, [options.data]);
  const next = newResult(options.data, { everything: true });
  try {
    return await retryInto(next, { options, source, config, summary, before, batches });
  } finally {
    next.end();
  }
}

interface Retry {
  readonly options: RetryOptions;
  readonly source: ObjectStore;
  readonly config: StrataConfig;
  readonly summary: Summary;
  readonly before: readonly QuarantineEntry[];
  readonly batches: readonly string[];
}

async function retryInto(next: NewResult, { options, source, config, summary, before, batches }: Retry): Promise<number> {
  const data = new FolderStore(next.folder);
  const hasBill = await holdsSomething(data, "cur_line_items/");
  const pricing = config.prices.learned === "use" && hasBill ? await learnFrom(next.folder, config) : config;
  const reading = progress("Reading again");
  const retried: Retried[] = [];
  for (const batch of batches) {
    const range = { from: dayOption("--from", options.from), to: dayOption("--to", options.to) };
    retried.push(await retryBatch(batch, { source, target: data, curator: curator(pricing), span: "day", ...range }));
  }
  const failures = retried.flatMap((result) => result.failures);
  for (const { object, message } of failures) console.error(`strata: ${object}: ${message}`);
  const after = await Array.fromAsync(quarantineEntries(data));
  const still = after.filter(({ batch }) => batches.includes(batch)).length;
  reading.done(`${before.length} entries in ${batches.length} batches, ${still} of those batches' entries remain`);
  await renew(next.folder, config, summary, retried, hasBill);
  next.commit();
  return failures.length + still > 0 ? 1 : 0;
}

function analysedBefore({ data, from, to }: RetryOptions): Summary {
  const place = join(data, "summary.json");
  const parsed = summarySchema.safeParse(JSON.parse(readFileSync(place, "utf8")));
  if (!parsed.success)
    throw new UsageError(`quarantine: ${place} was written by another version of strata`, {
      hint: `Run ${PROGRAM} analyze again.`,
    });
  if (parsed.data.outside_range > 0 && from === undefined && to === undefined)
    throw new UsageError(
      `quarantine: ${data} holds an analysis of some days only: ${parsed.data.outside_range} records lay outside of them`,
      { hint: `Give the same --from and --to as to ${PROGRAM} analyze.` },
    );
  return parsed.data;
}

async function renew(folder: string, config: StrataConfig, before: Summary, retried: readonly Retried[], hasBill: boolean) {
  const analysing = progress("Analysing");
  const warehouse = await DuckDbWarehouse.open(folder);
  try {
    const summary = await analyze({
      config,
      data: new FolderStore(folder),
      warehouse,
      ingested: {
        counts: retriedCounts(before, retried),
        hours: [...new Set(retried.flatMap(({ hours }) => hours))].sort((a, b) => a - b),
        failures: retried.flatMap(({ failures }) => failures),
      },
      hasBill,
      dimensions: dimensionFiles(warehouse),
      now: Date.now(),
      problems: before.problems,
      onStage: (stage) => analysing.update(stage),
    });
    analysing.done(`${thousands(summary.invocations)} invocations`);
  } finally {
    warehouse.close();
  }
}

async function holdsSomething(data: ObjectStore, folder: string): Promise<boolean> {
  for await (const _ of data.list(folder)) return true;
  return false;
}
