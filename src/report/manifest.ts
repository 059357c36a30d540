import { createHash } from "node:crypto";
import type { ReportConfig } from "../config/report.ts";
import { formatUsd, type PicoUsd } from "../money.ts";
import { CHARGE_STATUSES, type MonthData } from "./month-data.ts";
import { sumUsd } from "./rows.ts";

/** Raised when a field of the manifest changes its meaning; fields are only ever added otherwise. */
export const MANIFEST_VERSION = 1;

export interface ReportFile {
  readonly name: string;
  /** Lines without the header; null for documents. */
  readonly rows: number | null;
  readonly bytes: Uint8Array;
}

export interface Manifest {
  readonly schema_version: number;
  readonly month: string;
  readonly organisation: string;
  /** `provisional`, `final`, or `restated 1`, `restated 2`, … */
  readonly status: string;
  readonly people: ReportConfig["people"];
  readonly logs: {
    readonly first_day: string | null;
    readonly last_day: string | null;
    readonly records: number;
    readonly invocations: number;
    readonly duplicates: number;
    readonly gap_hours: number;
  };
  readonly bill: { readonly versions: readonly string[]; readonly first_day: string; readonly last_day: string } | null;
  readonly totals: Readonly<Record<string, string | number>>;
  readonly tie_out: {
    readonly billed_usd: string;
    readonly parts: Readonly<Record<string, string>>;
    readonly difference_usd: string;
    readonly sentence: string;
  } | null;
  /** Estimated and billed dollars of each file by dimension, and whether both equal the totals. */
  readonly checks: readonly {
    readonly file: string;
    readonly estimated_usd: string;
    readonly billed_usd: string | null;
    readonly agrees: boolean;
  }[];
  readonly files: readonly {
    readonly name: string;
    readonly rows: number | null;
    readonly bytes: number;
    readonly sha256: string;
  }[];
}

export function manifestOf(
  data: MonthData,
  status: string,
  people: ReportConfig["people"],
  files: readonly ReportFile[],
): Manifest {
  const { totals, bill, quality } = data;
  return {
    schema_version: MANIFEST_VERSION,
    month: data.period.month,
    organisation: data.organisation,
    status,
    people,
    logs: {
      first_day: totals.firstDay ?? null,
      last_day: totals.lastDay ?? null,
      records: quality.records,
      invocations: totals.invocations,
      duplicates: quality.duplicates,
      gap_hours: quality.gaps.reduce((sum, gap) => sum + gap.hours, 0),
    },
    bill: bill ? { versions: bill.versions, first_day: bill.firstDay, last_day: bill.lastDay } : null,
    totals: {
      invocations: totals.invocations,
      errors: totals.errors,
      people: totals.people,
      unpriced: totals.unpriced,
      unattributed: totals.unattributed,
      input_tokens: totals.inputTokens,
      output_tokens: totals.outputTokens,
      cache_read_tokens: totals.cacheReadTokens,
      cache_write_tokens: totals.cacheWriteTokens,
      list_usd: formatUsd(totals.list),
      estimated_usd: formatUsd(totals.estimated),
      ...(bill ? { billed_usd: formatUsd(bill.total) } : {}),
    },
    tie_out: tieOut(data),
    checks: checksOf(data),
    files: files.map((file) => ({ name: file.name, rows: file.rows, bytes: file.bytes.byteLength, sha256: sha256(file.bytes) })),
  };
}

/** The six parts of the bill and what is left when they are taken from it: always `0.00`, stated so that a reader can check. */
function tieOut(data: MonthData): Manifest["tie_out"] {
  const { bill } = data;
  if (!bill) return null;
  const parts = new Map(CHARGE_STATUSES.map((status) => [`${status}_usd`, bill.byStatus.get(status) ?? 0n]));
  const difference = bill.total - sumUsd(parts.values());
  const shown = [...parts].map(([name, amount]) => `${formatUsd(amount)} ${name.slice(0, -4).replaceAll("_", " ")}`);
  return {
    billed_usd: formatUsd(bill.total),
    parts: Object.fromEntries([...parts].map(([name, amount]) => [name, formatUsd(amount)])),
    difference_usd: formatUsd(difference),
    sentence: `${formatUsd(bill.total)} USD billed = ${shown.join(" + ")}`,
  };
}

function checksOf(data: MonthData): Manifest["checks"] {
  const check = (file: string, lines: readonly { readonly estimated: PicoUsd; readonly billed: PicoUsd }[]) => {
    const estimated = sumUsd(lines.map((line) => line.estimated));
    const billed = sumUsd(lines.map((line) => line.billed));
    return {
      file,
      estimated_usd: formatUsd(estimated),
      billed_usd: data.bill ? formatUsd(billed) : null,
      agrees: estimated === data.totals.estimated && (data.bill === undefined || billed === data.bill.total),
    };
  };
  const dimensions = Object.entries(data.by).filter(([dimension, lines]) => dimension !== "person" || lines.length > 0);
  return [
    ...dimensions.map(([dimension, lines]) =>
      check(
        `by_${dimension}.csv`,
        lines.map((line) => ({ estimated: line.usage.estimated, billed: line.billed })),
      ),
    ),
    check("by_token_type.csv", data.tokenTypes),
  ];
}

export const sha256 = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");
