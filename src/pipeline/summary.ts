import type { Learning } from "../anomaly/learning.ts";
import type { IngestCounts } from "../curated/counts.ts";
import { formatUsd, parseUsd } from "../money.ts";
import type { Row, SqlValue } from "../ports.ts";
import { guessedShare } from "../pricing/guessed.ts";
import type { Completeness, Problem, Summary } from "./summary-schema.ts";

/** The six parts of `billed_usd`, and what is logged but not billed yet. */
export const BILL_PARTS = [
  "billed_usd",
  "allocated_usd",
  "billed_not_logged_usd",
  "not_token_based_usd",
  "adjustments_usd",
  "unclassified_usd",
  "residual_usd",
  "not_yet_billed_usd",
  "logged_not_billed_usd",
] as const;
export type BillTotals = Readonly<Record<(typeof BILL_PARTS)[number], string>>;

const NO_BILL = Object.fromEntries(BILL_PARTS.map((part) => [part, null])) as Readonly<Record<(typeof BILL_PARTS)[number], null>>;

export interface SummaryParts {
  readonly counts: IngestCounts;
  /** The one row of rollups/invocation_counts. */
  readonly invocations: Row;
  readonly bill: BillTotals | undefined;
  readonly learning: readonly Learning[];
  readonly alerts: Summary["alerts"];
  readonly months: readonly string[];
  readonly completeness: Completeness;
  readonly traced: Summary["traced"];
  readonly problems: readonly Problem[];
  readonly statements: Summary["statements"];
  readonly reports: readonly string[];
}

export function summarise(parts: SummaryParts): Summary {
  const { counts, invocations: row } = parts;
  const invocations = count(row.invocations);
  const [estimated, guessed] = [usd(row.estimated_usd), usd(row.guessed_usd)];
  return {
    schema_version: 1,
    objects: counts.objects,
    skipped_objects: counts.skipped_objects,
    damaged_objects: counts.damaged_objects,
    records: counts.records,
    invocations,
    duplicates: counts.landed - invocations,
    quarantined: counts.quarantined,
    coerced: counts.coerced,
    outside_range: counts.outside_range,
    unpriced: count(row.unpriced),
    uncounted: count(row.uncounted),
    not_token_priced: count(row.not_token_priced),
    price_estimated: count(row.price_estimated),
    unattributed: count(row.unattributed),
    errors: count(row.errors),
    unknown_fields: counts.unknown_fields,
    tokens: {
      input: count(row.input_tokens),
      output: count(row.output_tokens),
      cache_read: count(row.cache_read_tokens),
      cache_write_5m: count(row.cache_write_5m_tokens),
      cache_write_1h: count(row.cache_write_1h_tokens),
    },
    list_usd: usd(row.list_usd),
    estimated_usd: estimated,
    estimated_high_usd: usd(row.estimated_high_usd),
    guessed_usd: guessed,
    guessed_share: guessedShare(parseUsd(guessed), parseUsd(estimated)),
    ...(parts.bill ?? NO_BILL),
    alerts: parts.alerts,
    learning: [...parts.learning],
    months: [...parts.months],
    first_event: text(row.first_event),
    last_event: text(row.last_event),
    completeness: parts.completeness,
    traced: [...parts.traced],
    problems: [...parts.problems],
    statements: [...parts.statements],
    reports: [...parts.reports],
  };
}

/** DuckDB sums over no rows are null where Trino's are 0. */
const count = (value: SqlValue | undefined): number => Number(value ?? 0);
export const usd = (value: SqlValue | undefined): string => formatUsd(parseUsd(String(value ?? "0")));
const text = (value: SqlValue | undefined): string | null => (value === null || value === undefined ? null : String(value));
