import { type Html, html } from "./html.ts";

export interface TableColumn<Row> {
  readonly title: string;
  readonly cell: (row: Row) => Html | string;
  /** Numbers are right-aligned. */
  readonly numeric?: boolean;
  /** Left out on narrow screens. */
  readonly extra?: boolean;
  /** The filter of a live page that a row's name is a value of. */
  readonly filter?: (row: Row) => readonly [filter: string, value: string] | undefined;
  /** The figure to the last digit, for whoever takes the table along; where the cell rounds. */
  readonly exact?: (row: Row) => string;
  /** Counts of different people and the like cannot be added up: the line of others has none. */
  readonly distinct?: boolean;
  /** In the line of totals, which is there when any column has one. */
  readonly total?: string;
}

/** The file that has all lines of a table, and what is said of those that are not shown. */
export interface Rest {
  readonly file: string;
  readonly note: Html | undefined;
}

/**
 * A table with a caption for screen readers, its first column as row headers.
 * @param rest what is not shown, and where it is
 * @param others the sum of the lines that are not shown
 */
export function table<Row>(
  caption: string,
  columns: readonly TableColumn<Row>[],
  rows: readonly Row[],
  rest?: Html | Rest,
  others?: Row,
): Html {
  const kind = (column: TableColumn<Row>): string =>
    [column.numeric ? "n" : "", column.extra ? "x" : ""].filter(Boolean).join(" ");
  const [file, note] = rest === undefined || "markup" in rest ? [undefined, rest] : [rest.file, rest.note];
  const exact = (column: TableColumn<Row>, row: Row): Html | string =>
    column.exact ? html` data-exact="${column.exact(row)}"` : "";
  const line = (row: Row, rule: string, cell: (column: TableColumn<Row>) => Html | string): Html =>
    html`<tr${rule && html` class="${rule}"`}>${columns.map((column, index) =>
      index === 0
        ? html`<th scope="row" class="${kind(column)}"${filterOf(column.filter?.(row))}>${cell(column)}</th>`
        : html`<td class="${kind(column)}"${exact(column, row)}>${cell(column)}</td>`,
    )}</tr>
`;
  return html`<div class="scroll" role="region" aria-label="${caption}" tabindex="0"${file ? html` data-file="${file}"` : ""}><table>
<caption class="sr">${caption}</caption>
<thead><tr>${columns.map((column) => html`<th scope="col" class="${kind(column)}">${column.title}</th>`)}</tr></thead>
<tbody>${rows.map((row) => line(row, "", (column) => column.cell(row)))}${
    others !== undefined && line(others, "others", (column) => (column.distinct ? "–" : column.cell(others)))
  }</tbody>${
    columns.some(({ total }) => total !== undefined) &&
    html`<tfoot><tr>${columns.map((column, index) =>
      index === 0
        ? html`<th scope="row" class="${kind(column)}">${column.total ?? ""}</th>`
        : html`<td class="${kind(column)}">${column.total ?? ""}</td>`,
    )}</tr></tfoot>`
  }
</table></div>${note ? html`<p class="note">${note}</p>` : ""}`;
}

/** What a live page's script reads; nothing acts on it in a written statement. */
const filterOf = (filter: readonly [string, string] | undefined): Html | string =>
  filter ? html` data-filter="${filter[0]}" data-value="${filter[1]}"` : "";

/** The first `limit` rows, or all when only a few more would be hidden. */
export const cap = <Row>(rows: readonly Row[], limit: number): readonly Row[] =>
  rows.length <= limit + 3 ? rows : rows.slice(0, limit);

/** "12 more in by_team.csv", when there are more. */
export const more = (all: number, shown: number, file: string): Rest => ({
  file,
  note: all > shown ? html`${all - shown} more in <a href="${file}">${file}</a>.` : undefined,
});
