import type { ReportConfig } from "../config/report.ts";
import { formatUsd } from "../money.ts";
import type { Row, Warehouse } from "../ports.ts";
import { uniqueNames } from "../query/unique-names.ts";
import type { ReportColumn, ReportTable } from "./csv.ts";
import { isKnown, knownOf, pricedOf } from "./measures.ts";
import type { Period } from "./period.ts";
import { count, text, usd } from "./rows.ts";

/** Excel allows 31 characters for the name of a sheet. */
const LONGEST = 18;

/**
 * A file for each label of `report.by_metadata` and `report.by_tag`: what calls cost by what their callers sent with them, and what is billed by the
 * tags on the lines. Labels of calls are not on the bill and tags of the bill not on calls, so one has estimated dollars and the other billed ones.
 */
export async function labelledTables(
  warehouse: Warehouse,
  { from, to }: Period,
  config: Pick<ReportConfig, "by_metadata" | "by_tag">,
  hasBill: boolean,
): Promise<ReportTable[]> {
  const tables: ReportTable[] = [];
  for (const [at, key] of config.by_metadata.entries()) {
    const { rows } = await warehouse.query("reports/by_metadata", { from, to, key });
    const name = fileName("by_metadata", config.by_metadata, at);
    tables.push({ name, title: key, columns: USAGE, rows: rows.map(usageCells) });
  }
  if (!hasBill) return tables;
  for (const [at, key] of config.by_tag.entries()) {
    const { rows } = await warehouse.query("reports/by_tag", { from, to, key });
    tables.push({
      name: fileName("by_tag", config.by_tag, at),
      title: key,
      columns: BILLED,
      rows: rows.map((row) => [text(row, "name"), String(count(row, "lines")), formatUsd(usd(row, "billed_cost"))]),
    });
  }
  return tables;
}

const USAGE: readonly ReportColumn[] = [
  { name: "value", kind: "text" },
  { name: "invocations", kind: "count" },
  { name: "people", kind: "count", adds: false },
  { name: "unpriced", kind: "count" },
  { name: "input_tokens", kind: "count" },
  { name: "output_tokens", kind: "count" },
  { name: "cache_read_tokens", kind: "count" },
  { name: "cache_write_tokens", kind: "count" },
  { name: "estimated_usd", kind: "usd" },
  { name: "known", kind: "text" },
];

const BILLED: readonly ReportColumn[] = [
  { name: "value", kind: "text" },
  { name: "lines", kind: "count" },
  { name: "billed_usd", kind: "usd" },
];

function usageCells(row: Row): string[] {
  const usage = pricedOf(row);
  return [
    text(row, "name"),
    ...["invocations", "people"].map((column) => String(count(row, column))),
    String(usage.unpriced),
    ...["input_tokens", "output_tokens", "cache_read_tokens", "cache_write_tokens"].map((column) => String(count(row, column))),
    // What nobody knows is not zero.
    isKnown(knownOf(usage)) ? formatUsd(usage.estimated) : "",
    knownOf(usage),
  ];
}

/** `iamPrincipal/Cost Center` → `by_tag_iamprincipal_cost_c`; of keys that are one after that, the later ones get a number. */
function fileName(prefix: string, keys: readonly string[], at: number): string {
  const names = keys.map(
    (key) =>
      key
        .toLowerCase()
        .replace(/[^a-z0-9]+/g, "_")
        .slice(0, LONGEST)
        .replace(/^_|_$/g, "") || "label",
  );
  return `${prefix}_${uniqueNames(names)[at]}`;
}
