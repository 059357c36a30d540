import type { ReportTable } from "../../csv.ts";
import { calls } from "../figures.ts";
import { type Html, html } from "../html.ts";
import type { PageInput } from "../page-input.ts";
import { type TableColumn, table } from "../table.ts";

interface Listed {
  readonly name: string;
  readonly rows: string;
  readonly what: string;
}

/** The files beside the page. Their hashes are in the manifest, which is written after the page. */
export const files = ({ tables, status }: PageInput): Html => (status === "live" ? tablesHere(tables) : filesBeside(tables));

/** A page that a server draws has no files beside it, but each of its tables for the same choice. */
const tablesHere = (tables: readonly ReportTable[]): Html => html`<section id="files" aria-labelledby="files-h">
<h2 id="files-h">Tables as CSV</h2>
<p class="sub">Exact decimals, UTC, for the days and calls that are chosen above.</p>
${table<Listed>("Tables as CSV", COLUMNS, tables.map(listed))}
</section>`;

const filesBeside = (tables: readonly ReportTable[]): Html => html`<section id="files" aria-labelledby="files-h">
<h2 id="files-h">Files</h2>
<p class="sub">Exact decimals, UTC, one header line, RFC 4180. <a href="manifest.json">manifest.json</a> has totals, checks and a SHA-256 for each file.</p>
${table<Listed>("Files", COLUMNS, [...documents(tables), ...tables.map(listed)])}
</section>`;

const COLUMNS: readonly TableColumn<Listed>[] = [
  { title: "File", cell: (file) => html`<a href="${file.name}">${file.name}</a>` },
  { title: "Lines", numeric: true, cell: (file) => file.rows },
  { title: "Columns", extra: true, cell: (file) => html`<small>${file.what}</small>` },
];

const documents = (tables: readonly ReportTable[]): Listed[] => [
  { name: "statement.xlsx", rows: "–", what: "The statement as a workbook for people." },
  ...tables
    .filter(({ name }) => name === "focus")
    .map(({ rows }) => ({ name: "focus.parquet", rows: calls(rows.length), what: "As focus.csv, with types." })),
];

const listed = ({ name, rows, columns }: ReportTable): Listed => ({
  name: `${name}.csv`,
  rows: calls(rows.length),
  what: columns.map((column) => column.name).join(", "),
});
