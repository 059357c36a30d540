import type { ReportTable } from "../../csv.ts";
import { calls } from "../figures.ts";
import { type Html, html } from "../html.ts";
import type { PageInput } from "../page-input.ts";
import { table } from "../table.ts";

interface Listed {
  readonly name: string;
  readonly rows: string;
  readonly what: string;
}

/** The files beside the page. Their hashes are in the manifest, which is written after the page. */
export const files = ({ tables }: PageInput): Html => html`<section id="files" aria-labelledby="files-h">
<h2 id="files-h">Files</h2>
<p class="sub">Exact decimals, UTC, one header line, RFC 4180. <a href="manifest.json">manifest.json</a> has totals, checks and a SHA-256 for each file.</p>
${table<Listed>(
  "Files",
  [
    { title: "File", cell: (file) => html`<a href="${file.name}">${file.name}</a>` },
    { title: "Lines", numeric: true, cell: (file) => file.rows },
    { title: "Columns", extra: true, cell: (file) => html`<small>${file.what}</small>` },
  ],
  [...documents(tables), ...tables.map(listed)],
)}
</section>`;

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
