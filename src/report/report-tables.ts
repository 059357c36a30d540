import { formatUsd, type PicoUsd, parseUsd } from "../money.ts";
import { ADJUSTMENT_KINDS, type Chargeback } from "./chargeback.ts";
import type { ReportColumn, ReportTable } from "./csv.ts";
import { inCurrencyOf } from "./currencies.ts";
import { cacheHitRate, errorRate, isKnown, knownOf, type Measures } from "./measures.ts";
import { type Bill, DIMENSIONS, type Dimension, type DimensionRow, type MonthData } from "./month-data.ts";
import { ratio } from "./rows.ts";

/** Figures of every file by dimension, in order. */
const MEASURES: readonly (readonly [name: string, kind: ReportColumn["kind"], (m: Measures) => string])[] = [
  ["invocations", "count", (m) => String(m.invocations)],
  ["errors", "count", (m) => String(m.errors)],
  ["error_rate", "share", (m) => share(errorRate(m))],
  ["throttles", "count", (m) => String(m.throttles)],
  ["blocked", "count", (m) => String(m.blocked)],
  ["unpriced", "count", (m) => String(m.unpriced)],
  ["input_tokens", "count", (m) => String(m.inputTokens)],
  ["output_tokens", "count", (m) => String(m.outputTokens)],
  ["cache_read_tokens", "count", (m) => String(m.cacheReadTokens)],
  ["cache_write_tokens", "count", (m) => String(m.cacheWriteTokens)],
  ["cache_hit_rate", "share", (m) => share(cacheHitRate(m))],
  ["list_usd", "usd", (m) => usdCell(m, m.list)],
  ["uncached_usd", "usd", (m) => usdCell(m, m.uncached)],
  ["error_usd", "usd", (m) => usdCell(m, m.errorCost)],
  ["estimated_usd", "usd", (m) => usdCell(m, m.estimated)],
];

interface Shape {
  readonly title: string;
  readonly key: string;
  readonly labels: readonly (readonly [name: string, kind: ReportColumn["kind"]])[];
  /** Distinct persons are a figure of the line; left out where a line is a person. */
  readonly people: boolean;
}

const SHAPES: Readonly<Record<Dimension, Shape>> = {
  team: { title: "Teams", key: "team", labels: [["cost_center", "text"]], people: true },
  cost_center: { title: "Cost centers", key: "cost_center", labels: [], people: true },
  account: { title: "Accounts", key: "account_id", labels: [], people: true },
  model: {
    title: "Models",
    key: "model",
    labels: [
      ["vendor", "text"],
      ["model_family", "text"],
      ["model_tier", "text"],
    ],
    people: true,
  },
  person: {
    title: "People",
    key: "person",
    labels: [
      ["team", "text"],
      ["active_days", "count"],
      ["sessions", "count"],
      ["premium_cost", "usd"],
    ],
    people: false,
  },
  day: { title: "Days", key: "day", labels: [], people: true },
  service_tier: { title: "Service tiers", key: "service_tier", labels: [], people: true },
  feature: { title: "Features", key: "feature", labels: [], people: true },
  environment: { title: "Environments", key: "environment", labels: [], people: true },
};

/** Empty where nobody knows it: that is not zero. */
const usdCell = (m: Measures, amount: PicoUsd): string => (isKnown(knownOf(m)) ? formatUsd(amount) : "");

/** Every CSV file of a month. The person file is missing when the month was stripped of people. */
export function reportTables(data: MonthData, charged: Chargeback, withPersons: boolean): ReportTable[] {
  return [
    ...DIMENSIONS.filter((dimension) => withPersons || dimension !== "person").map((dimension) =>
      dimensionTable(data, dimension),
    ),
    tokenTypeTable(data),
    chargebackTable(charged, data.bill),
    sharedTable(charged),
    reconciliationTable(data),
    ...(data.bill ? [invoicesTable(data.bill), usageMonthsTable(data.bill)] : []),
  ];
}

function dimensionTable(data: MonthData, dimension: Dimension): ReportTable {
  const shape = SHAPES[dimension];
  const cells = (row: DimensionRow): string[] => [
    row.name,
    ...shape.labels.map(([label, kind]) => labelCell(row.labels[label] ?? "", kind)),
    ...(shape.people ? [String(row.usage.people)] : []),
    ...MEASURES.map(([, , read]) => read(row.usage)),
    billedCell(data, row.billed),
    data.bill || isKnown(knownOf(row.usage))
      ? share(data.bill ? ratio(row.billed, data.bill.total) : ratio(row.usage.estimated, data.totals.estimated))
      : "",
    knownOf(row.usage),
  ];
  return {
    name: `by_${dimension}`,
    title: shape.title,
    columns: [
      { name: shape.key, kind: "text" },
      ...shape.labels.map(([name, kind]) => ({ name: name.replace(/_cost$/, "_usd"), kind, adds: name !== "active_days" })),
      ...(shape.people ? [{ name: "people", kind: "count" as const, adds: false }] : []),
      ...MEASURES.map(([name, kind]) => ({ name, kind })),
      { name: "billed_usd", kind: "usd" },
      { name: "share", kind: "share" },
      { name: "known", kind: "text" },
    ],
    rows: data.by[dimension].map(cells),
  };
}

const labelCell = (value: string, kind: ReportColumn["kind"]): string =>
  kind === "usd" ? formatUsd(parseUsd(value || "0")) : kind === "count" ? value || "0" : value;

function tokenTypeTable(data: MonthData): ReportTable {
  return {
    name: "by_token_type",
    title: "Token types",
    columns: [
      { name: "token_type", kind: "text" },
      { name: "tokens", kind: "count" },
      { name: "tokens_1h", kind: "count" },
      { name: "estimated_usd", kind: "usd" },
      { name: "billed_usd", kind: "usd" },
    ],
    rows: data.tokenTypes.map((row) => [
      row.name,
      String(row.tokens),
      String(row.tokens1h),
      formatUsd(row.estimated),
      billedCell(data, row.billed),
    ]),
  };
}

function chargebackTable(charged: Chargeback, bill: Bill | undefined): ReportTable {
  // Several currencies have no one sum; an estimate is in US dollars.
  const own =
    bill &&
    inCurrencyOf(
      bill,
      charged.lines.map((line) => line.total),
    );
  const currency = bill ? (own?.currency ?? "") : "USD";
  return {
    name: "chargeback",
    title: "Chargeback",
    columns: [
      { name: "team", kind: "text" },
      { name: "cost_center", kind: "text" },
      { name: "basis", kind: "text" },
      { name: "direct_usd", kind: "usd" },
      { name: "shared_usd", kind: "usd" },
      ...ADJUSTMENT_KINDS.map((kind) => ({ name: `${kind}_usd`, kind: "usd" as const })),
      { name: "total_usd", kind: "usd" },
      { name: "booked_usd", kind: "usd" },
      { name: "share", kind: "share" },
      { name: "known", kind: "text" },
      { name: "currency", kind: "text" },
      { name: "booked_amount", kind: "amount" },
    ],
    rows: charged.lines.map((line, index) => [
      line.team,
      line.costCenter,
      charged.basis,
      // What nobody knows is not zero.
      isKnown(line.known) ? formatUsd(line.direct) : "",
      formatUsd(line.shared),
      ...ADJUSTMENT_KINDS.map((kind) => formatUsd(line.adjustments[kind])),
      isKnown(line.known) ? formatUsd(line.total) : "",
      isKnown(line.known) ? formatUsd(line.booked) : "",
      isKnown(line.known) ? share(ratio(line.total, charged.total)) : "",
      line.known,
      currency,
      !isKnown(line.known) || (bill && !own) ? "" : formatUsd(own?.booked[index] ?? line.booked),
    ]),
  };
}

function sharedTable({ basis, pools }: Chargeback): ReportTable {
  return {
    name: "shared",
    title: "Of no team",
    columns: [
      { name: "kind", kind: "text" },
      { name: "basis", kind: "text" },
      { name: "split", kind: "text" },
      { name: "amount_usd", kind: "usd" },
    ],
    rows: pools.map(({ kind, split, amount }) => [kind, basis, split, formatUsd(amount)]),
  };
}

function reconciliationTable(data: MonthData): ReportTable {
  return {
    name: "reconciliation",
    title: "Reconciliation",
    columns: [
      { name: "status", kind: "text" },
      { name: "reason", kind: "text" },
      { name: "corrects", kind: "text" },
      { name: "lines", kind: "count" },
      { name: "billed_tokens", kind: "count" },
      { name: "logged_tokens", kind: "count" },
      { name: "billed_usd", kind: "usd" },
      { name: "net_usd", kind: "usd" },
      { name: "public_usd", kind: "usd" },
    ],
    rows: (data.bill?.lines ?? []).map((line) => [
      line.status,
      line.reason,
      line.corrects,
      String(line.lines),
      String(line.billedTokens),
      String(line.loggedTokens),
      formatUsd(line.billed),
      formatUsd(line.net),
      formatUsd(line.list),
    ]),
  };
}

function invoicesTable({ invoices }: Bill): ReportTable {
  return {
    name: "invoices",
    title: "Invoices",
    columns: [
      { name: "payer_account_id", kind: "text" },
      { name: "invoice_id", kind: "text" },
      { name: "bill_type", kind: "text" },
      { name: "seller", kind: "text" },
      { name: "legal_entity", kind: "text" },
      { name: "billing_period", kind: "text" },
      { name: "lines", kind: "count" },
      { name: "currency", kind: "text" },
      // Amounts of several currencies are no sum.
      { name: "invoiced_amount", kind: "amount", adds: new Set(invoices.map(({ currency }) => currency)).size === 1 },
      { name: "billed_usd", kind: "usd" },
    ],
    rows: invoices.map((line) => [
      line.payer,
      line.invoice,
      line.billType,
      line.seller,
      line.legalEntity,
      line.period,
      String(line.lines),
      line.currency,
      formatUsd(line.invoiced),
      formatUsd(line.billed),
    ]),
  };
}

function usageMonthsTable({ usageMonths }: Bill): ReportTable {
  return {
    name: "by_usage_month",
    title: "Months of usage",
    columns: [
      { name: "usage_month", kind: "text" },
      { name: "billed_usd", kind: "usd" },
    ],
    rows: usageMonths.map((line) => [line.month, formatUsd(line.billed)]),
  };
}

/** Without a bill the cell is empty: nothing is known, which is not zero. */
const billedCell = (data: MonthData, amount: PicoUsd): string => (data.bill ? formatUsd(amount) : "");

/** Empty where there is nothing to have a share of. */
const share = (value: number): string => (Number.isFinite(value) ? value.toFixed(4) : "");
