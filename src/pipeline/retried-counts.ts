import { addCounts, type IngestCounts, noCounts } from "../curated/counts.ts";
import type { Retried } from "../curated/retry-batch.ts";
import type { Summary } from "./summary-schema.ts";

/** What an analysis counts after some of its batches were read again: what it counted, less what they held, and what they hold now. */
export function retriedCounts(summary: Summary, retried: readonly Retried[]): IngestCounts {
  const start: IngestCounts = {
    ...noCounts(),
    objects: summary.objects,
    skipped_objects: summary.skipped_objects,
    damaged_objects: summary.damaged_objects,
    records: summary.records,
    landed: summary.invocations + summary.duplicates,
    quarantined: summary.quarantined,
    coerced: summary.coerced,
    outside_range: summary.outside_range,
  };
  const total = retried.reduce((sum, { before, counts }) => {
    const less = Object.fromEntries(NUMBERS.map((name) => [name, -before[name]]));
    return addCounts(addCounts(sum, { ...noCounts(), ...less }), {
      ...counts,
      skipped_objects: 0,
      outside_range: 0,
      unknown_fields: {},
    });
  }, start);
  return { ...total, unknown_fields: unknownFields(summary, retried) };
}

const NUMBERS = ["objects", "damaged_objects", "records", "landed", "quarantined", "coerced", "bytes"] as const;

/** The ledger does not say in how many records a field was; so a field that was known keeps its number and only new ones are added. */
function unknownFields(summary: Summary, retried: readonly Retried[]): Record<string, number> {
  const now = retried.reduce(
    (sum, { counts }) => addCounts(sum, { ...noCounts(), unknown_fields: counts.unknown_fields }),
    noCounts(),
  );
  return { ...now.unknown_fields, ...summary.unknown_fields };
}
