import { type Html, html, raw } from "../report/html/html.ts";
import { FILTERS } from "../report/load-month.ts";
import type { Choices } from "./choices.ts";
import { type PageFilter, queryOf } from "./page-filter.ts";
import { presets } from "./presets.ts";

const LABELS = {
  team: "Team",
  account: "Account",
  region: "Region",
  model: "Model",
  person: "Person",
  service_tier: "Service tier",
  cost_center: "Cost center",
  environment: "Environment",
  feature: "Feature",
} as const;
/** Of fewer there is nothing to choose. */
const CHOICE = 2;

/** The filters as a form that works without a script: the address holds the state. */
export function filterForm(filter: PageFilter, choices: Choices, complete: boolean): Html {
  const { period, shown } = filter;
  const day = (name: "from" | "to", label: string): Html =>
    html`<label>${label}<input type="date" name="${name}" value="${period[name]}" required></label>`;
  const optionsOf = (name: (typeof FILTERS)[number]): readonly string[] =>
    name === "person" ? [...choices.person.keys()] : (choices.names.get(name) ?? []);
  const names = FILTERS.filter((name) => optionsOf(name).length >= CHOICE || shown[name] !== undefined);
  return html`<form id="filters" class="filters" method="get" action="/" role="search" aria-label="Filters">
<p class="presets">${presets(filter.period, choices).map(
    ({ name, from, to }) =>
      html`<a href="/?${queryOf({ shown, period: { ...period, from, to } })}"${from === period.from && to === period.to ? raw(' aria-current="true"') : ""}>${name}</a> `,
  )}</p>
${day("from", "From")}${day("to", "To")}${names.map((name) =>
  name === "person"
    ? html`<label>Person<input name="person" list="persons" value="${shown.person ?? ""}" placeholder="all" autocomplete="off"></label>
<datalist id="persons">${[...choices.person.keys()].map((person) => html`<option value="${person}"></option>`)}</datalist>`
    : html`<label>${LABELS[name]}<select name="${name}"><option value="">all</option>${optionsOf(name).map(
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
.filters .presets{flex-basis:100%;margin:0;max-width:none}.filters .presets a{margin-right:12px}.filters .presets a[aria-current]{font-weight:620;text-decoration:none;color:var(--ink)}
[data-filter] button,th button{all:unset;cursor:pointer;color:inherit;font:inherit}[data-filter] button{text-decoration:underline;text-decoration-color:var(--line);text-underline-offset:3px;overflow-wrap:anywhere}
[data-filter] button:hover{text-decoration-color:currentColor}[data-filter] button:focus-visible,th button:focus-visible{outline:2px solid var(--accent);outline-offset:2px}th[aria-sort=ascending] button::after{content:" ↑"}th[aria-sort=descending] button::after{content:" ↓"}
.filters .note{flex-basis:100%;margin:0}.filters[aria-busy=true]{opacity:.7}
@media (max-width:760px){.filters label,.filters select,.filters input,.filters input[list]{width:100%}}
@media print{.filters{display:none}}
`;
