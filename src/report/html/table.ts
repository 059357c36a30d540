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
  /** In the line of totals, which is there when any column has one. */
  readonly total?: string;
}

/** A table with a caption for screen readers, its first column as row headers. `rest` says what is not shown. */
export function table<Row>(caption: string, columns: readonly TableColumn<Row>[], rows: readonly Row[], rest?: Html): Html {
  const kind = (column: TableColumn<Row>): string =>
    [column.numeric ? "n" : "", column.extra ? "x" : ""].filter(Boolean).join(" ");
  return html`<div class="scroll" role="region" aria-label="${caption}" tabindex="0"><table>
<caption class="sr">${caption}</caption>
<thead><tr>${columns.map((column) => html`<th scope="col" class="${kind(column)}">${column.title}</th>`)}</tr></thead>
<tbody>${rows.map(
    (row) =>
      html`<tr>${columns.map((column, index) =>
        index === 0
          ? html`<th scope="row" class="${kind(column)}"${filterOf(column.filter?.(row))}>${column.cell(row)}</th>`
          : html`<td class="${kind(column)}">${column.cell(row)}</td>`,
      )}</tr>
`,
  )}</tbody>${
    columns.some(({ total }) => total !== undefined) &&
    html`<tfoot><tr>${columns.map((column, index) =>
      index === 0
        ? html`<th scope="row" class="${kind(column)}">${column.total ?? ""}</th>`
        : html`<td class="${kind(column)}">${column.total ?? ""}</td>`,
    )}</tr></tfoot>`
  }
</table></div>${rest ? html`<p class="note">${rest}</p>` : ""}`;
}

/** What a live page's script reads; nothing acts on it in a written statement. */
const filterOf = (filter: readonly [string, string] | undefined): Html | string =>
  filter ? html` data-filter="${filter[0]}" data-value="${filter[1]}"` : "";

/** The first `limit` rows, or all when only a few more would be hidden. */
export const cap = <Row>(rows: readonly Row[], limit: number): readonly Row[] =>
  rows.length <= limit + 3 ? rows : rows.slice(0, limit);

/** "12 more in by_team.csv", when there are more. */
export const more = (all: number, shown: number, file: string): Html | undefined =>
  all > shown ? html`${all - shown} more in <a href="${file}">${file}</a>.` : undefined;
