import type { StrataConfig } from "../config/strata-config.ts";
import { UsageError } from "../errors.ts";
import type { Warehouse } from "../ports.ts";
import { headline, periodName } from "../report/html/figures.ts";
import { type Html, html, raw } from "../report/html/html.ts";
import { workTables } from "../report/html/sections/work.ts";
import { style } from "../report/html/style.ts";
import { loadWork, type Work, type WorkFilter } from "../report/load-work.ts";
import { workFor } from "../report/people.ts";
import { type Period, periodBetween, periodOf } from "../report/period.ts";
import { text } from "../report/rows.ts";
import { filterStyle } from "./filter-form.ts";

const FILTERS = ["department", "team_id", "repository", "entrypoint"] as const;
const LABELS = {
  department: "Department",
  team_id: "Team (team.id)",
  repository: "Repository",
  entrypoint: "Entrypoint",
} as const;

type WorkChoices = Readonly<Record<(typeof FILTERS)[number], readonly string[]>>;

/** The page of sessions, commits, pull requests and tools, narrowed by what clients say of themselves. @throws UsageError for a name that no client gives */
export async function workPage(
  warehouse: Warehouse,
  config: StrataConfig,
  { query, lastDay }: { readonly query: URLSearchParams; readonly lastDay: string | undefined },
): Promise<string> {
  const choices = await loadWorkChoices(warehouse);
  const month = periodOf((lastDay ?? "1970-01-01").slice(0, 7));
  const period = periodBetween(query.get("from") || month.from, query.get("to") || month.to);
  const filter: WorkFilter = Object.fromEntries(FILTERS.map((name) => [name, chosen(query, name, choices)]));
  const work = workFor(await loadWork(warehouse, period, filter), config.report);
  return page(config.organisation, period, form(period, filter, choices), work);
}

async function loadWorkChoices(warehouse: Warehouse): Promise<WorkChoices> {
  const { rows } = await warehouse.query("reports/work_choices");
  const of = (dimension: string): string[] =>
    rows.filter((row) => text(row, "dimension") === dimension).map((row) => text(row, "name"));
  return { department: of("department"), team_id: of("team_id"), repository: of("repository"), entrypoint: of("entrypoint") };
}

function chosen(query: URLSearchParams, name: (typeof FILTERS)[number], choices: WorkChoices): string | undefined {
  const value = query.get(name) || undefined;
  if (value === undefined || choices[name].includes(value)) return value;
  throw new UsageError(`serve: no client names the ${LABELS[name].toLowerCase()} "${value}"`, {
    hint: "Choose one from the list, or leave it empty.",
  });
}

const form = (period: Period, filter: WorkFilter, choices: WorkChoices): Html =>
  html`<form id="filters" class="filters" method="get" action="/work" role="search" aria-label="Filters">
<label>From<input type="date" name="from" value="${period.from}" required></label><label>To<input type="date" name="to" value="${period.to}" required></label>
${FILTERS.map(
  (name) =>
    html`<label>${LABELS[name]}<select name="${name}"><option value="">all</option>${choices[name].map(
      (value) => html`<option value="${value}"${value === filter[name] ? raw(" selected") : ""}>${value}</option>`,
    )}</select></label>`,
)}
<button type="submit">Show</button> <a href="/work">Reset</a> <a href="/">Statement</a></form>`;

function page(organisation: string, period: Period, filters: Html, work: Work | undefined): string {
  const title = `Sessions and work, ${periodName(period)}`;
  const body = work
    ? html`<section id="work"><p class="lede">Calls whose session or client is known, as chosen: ${headline(work.estimated)} estimated.</p>${workTables(work)}</section>`
    : html`<section id="work"><h2>No sessions</h2><p class="sub">No call of these days is traced. docs/telemetry.md says what clients have to send.</p></section>`;
  return html`${raw("<!doctype html>")}
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark">
<title>${title} · ${organisation}</title><style>${raw(style)}${raw(filterStyle)}</style><script src="/downloads.js" defer></script></head>
<body><a class="skip" href="#main">Skip to content</a>
<header class="top"><p class="eyebrow">${organisation}</p><h1>${title}</h1>${filters}</header>
<main id="main">${body}</main></body></html>
`.markup;
}
