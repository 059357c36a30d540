import { calls } from "../figures.ts";
import { type Html, html } from "../html.ts";
import type { PageInput } from "../page-input.ts";
import { table } from "../table.ts";

/** The files beside the page. Their hashes are in the manifest, which is written after the page. */
export const files = ({ tables }: PageInput): Html => html`<section id="files" aria-labelledby="files-h">
<h2 id="files-h">Files</h2>
<p class="sub">Exact decimals, UTC, one header line, RFC 4180. <a href="manifest.json">manifest.json</a> has totals, checks and a SHA-256 for each file.</p>
${table(
  "Files",
  [
    { title: "File", cell: (file) => html`<a href="${file.name}.csv">${file.name}.csv</a>` },
    { title: "Lines", numeric: true, cell: (file) => calls(file.rows.length) },
    {
      title: "Columns",
      extra: true,
      cell: (file) => html`<small>${file.columns.map((column) => column.name).join(", ")}</small>`,
    },
  ],
  tables,
)}
</section>`;
