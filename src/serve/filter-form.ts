import { type Html, html, raw } from "../report/html/html.ts";
import type { Period } from "../report/period.ts";
import type { Choices } from "./choices.ts";
import { PAGE_FILTERS, type PageFilter, type PageFilterName, queryOf } from "./page-filter.ts";
import { presets } from "./presets.ts";

const LABELS: Readonly<Record<PageFilterName, string>> = {
  team: "Team",
  account: "Account",
  region: "Region",
  model: "Model",
  person: "Person",
  service_tier: "Service tier",
  cost_center: "Cost center",
  environment: "Environment",
  feature: "Feature",
  tag: "Tag",
};
/** Of fewer there is nothing to choose. */
export const CHOICE = 2;
/** More are not read through; they are typed, with help. */
const LISTED = 40;

/** The filters as a form that works without a script: the address holds the state. */
export function filterForm(filter: PageFilter, choices: Choices, complete: boolean): Html {
  const { period, shown } = filter;
  const optionsOf = (name: PageFilterName): readonly string[] =>
    name === "person" ? [...choices.person.keys()] : (choices.names.get(name) ?? []);
  const names = PAGE_FILTERS.filter((name) => optionsOf(name).length >= CHOICE || shown[name] !== undefined);
  return html`<form id="filters" class="filters" method="get" action="/" role="search" aria-label="Filters">
${days(period, choices, (asked) => `/?${queryOf({ shown, period: asked })}`)}${names.map((name) => picker(name, LABELS[name], optionsOf(name), shown[name] ?? []))}
<button type="submit">Show</button> <a href="/">Reset</a> <a href="/work">Sessions and work</a>
<p id="state" class="note" role="status">${filter.narrowed ? "Narrowed: alerts, data quality, budgets, savings and next steps are about all calls and left out." : ""}</p>
${complete ? "" : html`<noscript><p class="note">Savings and errors by kind take longer: <a href="/?${`${queryOf(filter)}&complete=yes`}">the page with them</a>.</p></noscript>`}
</form>`;
}

/** First and last day, and links to stretches that people ask for. */
export const days = (period: Period, choices: Pick<Choices, "firstDay" | "lastDay">, address: (period: Period) => string): Html =>
  html`<p class="presets">${presets(period, choices).map(
    ({ name, from, to }) =>
      html`<a href="${address({ ...period, from, to })}"${from === period.from && to === period.to ? raw(' aria-current="true"') : ""}>${name}</a> `,
  )}</p>
<label>From<input type="date" name="from" value="${period.from}" required></label><label>To<input type="date" name="to" value="${period.to}" required></label>`;

/** Several values of one filter, behind a line that says which are chosen. Of many only the chosen ones are listed, and a field adds one. */
export function picker(name: string, label: string, options: readonly string[], chosen: readonly string[]): Html {
  const many = options.length > LISTED;
  const listed = many ? chosen : [...new Set([...options, ...chosen])];
  const [first, ...rest] = chosen;
  return html`<div class="picker"><span id="${name}-label">${label}</span>
<details id="pick-${name}"><summary aria-describedby="${name}-label">${first === undefined ? "all" : `${first}${rest.length > 0 ? ` + ${rest.length}` : ""}`}</summary>
<div class="menu" role="group" aria-labelledby="${name}-label">${
    many &&
    html`<input name="${name}" list="${name}-options" placeholder="add one of ${options.length}" autocomplete="off" aria-label="Add: ${label}">
<datalist id="${name}-options">${options.map((value) => html`<option value="${value}"></option>`)}</datalist>`
  }${listed.map(
    (value) =>
      html`<label><input type="checkbox" name="${name}" value="${value}"${chosen.includes(value) ? raw(" checked") : ""}>${value}</label>`,
  )}</div></details></div>`;
}

/** What the form needs beside the style of the page. */
export const filterStyle = `
.filters{display:flex;flex-wrap:wrap;gap:10px 14px;align-items:end;background:var(--surface);border:1px solid var(--line);border-radius:12px;padding:14px 18px;margin:16px 0}
.filters>label,.picker{display:flex;flex-direction:column;gap:4px;font-size:13px;color:var(--muted);min-width:0}
.filters input,.filters select,.filters button,.picker summary{font:inherit;font-size:14px;color:var(--ink);background:var(--bg);border:1px solid var(--muted);border-radius:6px;padding:6px 8px;max-width:100%}
.filters select{width:180px}.filters a{padding:6px 0;font-size:14px}
.picker details{margin:0;position:relative}.picker summary{width:150px;overflow:hidden;text-overflow:ellipsis;white-space:nowrap}.picker details[open] summary{border-color:var(--accent)}
.menu{position:absolute;z-index:3;top:calc(100% + 4px);left:0;min-width:100%;width:max-content;max-width:340px;max-height:340px;overflow:auto;background:var(--surface);border:1px solid var(--muted);border-radius:8px;padding:8px;box-shadow:0 6px 18px rgb(0 0 0/.18)}
.menu label{display:flex;gap:8px;align-items:baseline;padding:3px 2px;font-size:14px;color:var(--ink);overflow-wrap:anywhere}.menu input[list]{width:240px;margin-bottom:4px}
.filters .presets{flex-basis:100%;margin:0;max-width:none}.filters .presets a{margin-right:12px}.filters .presets a[aria-current]{font-weight:620;text-decoration:none;color:var(--ink)}
[data-filter] button,th button{all:unset;cursor:pointer;color:inherit;font:inherit}[data-filter] button{text-decoration:underline;text-decoration-color:var(--line);text-underline-offset:3px;overflow-wrap:anywhere}
[data-filter] button:hover{text-decoration-color:currentColor}[data-filter] button:focus-visible,th button:focus-visible{outline:2px solid var(--accent);outline-offset:2px}th[aria-sort=ascending] button::after{content:" ↑"}th[aria-sort=descending] button::after{content:" ↓"}
.get{display:flex;gap:14px;margin:6px 0 0;font-size:13px}.get button{all:unset;cursor:pointer;color:var(--accent);text-decoration:underline}.get button:focus-visible{outline:2px solid var(--accent);outline-offset:2px}
.filters .note{flex-basis:100%;margin:0}.filters[aria-busy=true]{opacity:.7}
@media (max-width:760px){.filters{display:grid;grid-template-columns:minmax(0,1fr) minmax(0,1fr)}.filters .presets,.filters .note,.filters noscript,.picker:has(details[open]){grid-column:1/-1}.filters>label input,.picker,.picker summary{width:100%}.menu{position:static;max-width:none;width:auto;box-shadow:none;margin-top:4px}.menu input[list]{width:100%}}
@media print{.filters,.get{display:none}}
`;
