import { type Html, html, raw } from "../report/html/html.ts";
import type { Choices } from "./choices.ts";
import { FILTERS, type PageFilter, queryOf } from "./page-filter.ts";

const LABELS = { team: "Team", account: "Account", model: "Model", person: "Person" } as const;

/** The filters as a form that works without a script: the address holds the state. */
export function filterForm(filter: PageFilter, choices: Choices, complete: boolean): Html {
  const { period, shown } = filter;
  const day = (name: "from" | "to", label: string): Html =>
    html`<label>${label}<input type="date" name="${name}" value="${period[name]}" required></label>`;
  const names = FILTERS.filter((name) => name !== "person" || choices.person.size > 0);
  return html`<form id="filters" class="filters" method="get" action="/" role="search" aria-label="Filters">
${day("from", "From")}${day("to", "To")}${names.map((name) =>
  name === "person"
    ? html`<label>Person<input name="person" list="persons" value="${shown.person ?? ""}" placeholder="all" autocomplete="off"></label>
<datalist id="persons">${[...choices.person.keys()].map((person) => html`<option value="${person}"></option>`)}</datalist>`
    : html`<label>${LABELS[name]}<select name="${name}"><option value="">all</option>${choices[name].map(
        (value) => html`<option value="${value}"${value === shown[name] ? raw(" selected") : ""}>${value}</option>`,
      )}</select></label>`,
)}
<button type="submit">Show</button> <a href="/">Reset</a> <a href="/work">Sessions and work</a>
<p id="state" class="note" role="status">${filter.narrowed ? "Narrowed: alerts, data quality, budgets, savings and next steps are about all calls and left out." : ""}</p>
${complete ? "" : html`<noscript><p class="note">Savings and errors by kind take longer: <a href="/?${`${queryOf(filter)}&complete=yes`}">the page with them</a>.</p></noscript>`}
</form>`;
}

/** What the form needs beside the style of the page. */
export const filterStyle = `
.filters{display:flex;flex-wrap:wrap;gap:10px 14px;align-items:end;background:var(--surface);border:1px solid var(--line);border-radius:12px;padding:14px 18px;margin:16px 0}
.filters label{display:flex;flex-direction:column;gap:4px;font-size:13px;color:var(--muted);min-width:0}
.filters input,.filters select,.filters button{font:inherit;font-size:14px;color:var(--ink);background:var(--bg);border:1px solid var(--muted);border-radius:6px;padding:6px 8px;max-width:100%}
.filters select,.filters input[list]{width:180px}.filters a{padding:6px 0;font-size:14px}
.filters .note{flex-basis:100%;margin:0}.filters[aria-busy=true]{opacity:.7}
@media (max-width:760px){.filters label,.filters select,.filters input,.filters input[list]{width:100%}}
@media print{.filters{display:none}}
`;
