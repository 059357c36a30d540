import type { StrataConfig } from "../config/strata-config.ts";
import { formatUsd, type PicoUsd } from "../money.ts";
import { foreignOf, invoicedSums } from "./currencies.ts";
import { MANIFEST_VERSION, type Manifest } from "./manifest-schema.ts";
import { type Bill, CHARGE_STATUSES, type InvoiceLine, type MonthData } from "./month-data.ts";
import { type ReportFile, sha256 } from "./report-file.ts";
import { sumUsd } from "./rows.ts";
import { configPrints } from "./settings-print.ts";
import type { Published } from "./version.ts";
import { whyRestated } from "./why-restated.ts";

export function manifestOf(
  data: MonthData,
  status: string,
  config: StrataConfig,
  files: readonly ReportFile[],
  before?: Published & { readonly dollarsMoved: boolean },
): Manifest {
  const manifest = contentOf(data, status, config, files);
  if (!before) return manifest;
  return { ...manifest, restates: { folder: before.folder, why: whyRestated(before.manifest, manifest, before.dollarsMoved) } };
}

function contentOf(data: MonthData, status: string, config: StrataConfig, files: readonly ReportFile[]): Manifest {
  const { totals, bill, quality } = data;
  return {
    schema_version: MANIFEST_VERSION,
    month: data.period.month,
    organisation: data.organisation,
    status,
    restates: null,
    people: config.report.people,
    config: configPrints(config),
    attribution: sourcePrints(data),
    persons: personPrints(data),
    logs: {
      first_day: totals.firstDay ?? null,
      last_day: totals.lastDay ?? null,
      records: quality.records,
      invocations: totals.invocations,
      duplicates: quality.duplicates,
      ...(data.callsAsOf === undefined ? {} : { records_as_of: data.callsAsOf }),
      missing_days: [...quality.missingDays],
      gap_hours: quality.gaps.reduce((sum, gap) => sum + gap.hours, 0),
    },
    bill: bill
      ? { versions: [...bill.versions], first_day: bill.firstDay, last_day: bill.lastDay, incomplete: bill.incomplete }
      : null,
    totals: {
      invocations: totals.invocations,
      errors: totals.errors,
      people: totals.people,
      unpriced: totals.unpriced,
      uncounted: totals.uncounted,
      not_token_priced: totals.notTokenPriced,
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

/** For each source the start of the SHA-256 of the dollars that it gave to which team. */
function sourcePrints({ sources, bill }: MonthData): Record<string, string> {
  const basis = bill ? "billed" : "estimated";
  return prints(
    sources.filter((line) => line.basis === basis),
    ({ team }) => team,
  );
}

/** For each source of a person likewise which person. */
const personPrints = ({ personSources }: MonthData): Record<string, string> => prints(personSources, ({ person }) => person);

function prints<L extends { readonly source: string; readonly amount: PicoUsd }>(
  lines: readonly L[],
  nameOf: (line: L) => string,
): Record<string, string> {
  return Object.fromEntries(
    [...Map.groupBy(lines, ({ source }) => source)].map(([source, group]) => [
      source,
      sha256(Buffer.from(JSON.stringify(group.map((line) => [nameOf(line), formatUsd(line.amount)])))).slice(0, 16),
    ]),
  );
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
    sentence: `${formatUsd(bill.total)} USD billed${bill.incomplete ? " (incomplete: a part of the bill could not be read)" : ""}${inCurrencies(bill)}${behind(bill.invoices)} = ${shown.join(" + ")}`,
    invoices: bill.invoices.map((line) => ({
      payer_account_id: line.payer,
      invoice_id: line.invoice,
      bill_type: line.billType,
      seller: line.seller,
      legal_entity: line.legalEntity,
      currency: line.currency,
      invoiced_amount: formatUsd(line.invoiced),
      billed_usd: formatUsd(line.billed),
    })),
  };
}

/** ` (EUR 90.00, USD 4.00 on the invoices)`, where one is in another currency. */
function inCurrencies(bill: Bill): string {
  const sums = invoicedSums(bill).map(({ currency, invoiced }) => `${currency} ${formatUsd(invoiced)}`);
  return foreignOf(bill).length === 0 || sums.length === 0 ? "" : ` (${sums.join(", ")} on the invoices)`;
}

/** ` on invoice INV-9 to payer 999900001111 (Anniversary)`: what is named at all, each name once. */
function behind(invoices: readonly InvoiceLine[]): string {
  const named = (label: string, name: (line: InvoiceLine) => string): string => {
    const all = [...new Set(invoices.map(name).filter(Boolean))].sort();
    return all.length === 0
      ? ""
      : ` ${label}${all.length > 1 ? "s" : ""} ${all.slice(0, 5).join(", ")}${all.length > 5 ? " and more" : ""}`;
  };
  const types = [...new Set(invoices.map(({ billType }) => billType).filter(Boolean))].sort();
  return `${named("on invoice", ({ invoice }) => invoice)}${named("to payer", ({ payer }) => payer)}${types.length > 0 ? ` (${types.join(", ")})` : ""}`;
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
