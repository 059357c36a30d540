import type { StrataConfig } from "../config/strata-config.ts";
import { UsageError } from "../errors.ts";
import type { Warehouse } from "../ports.ts";
import { headline, periodName } from "../report/html/figures.ts";
import { type Html, html, raw } from "../report/html/html.ts";
import { workTables } from "../report/html/sections/work.ts";
import { style } from "../report/html/style.ts";
import { loadWork, WORK_FILTERS, type Work, type WorkFilter, type WorkFilterName } from "../report/load-work.ts";
import { workFor } from "../report/people.ts";
import type { Period } from "../report/period.ts";
import { text } from "../report/rows.ts";
import type { Choices } from "./choices.ts";
import { CHOICE, days, filterStyle, picker } from "./filter-form.ts";
import { askedPeriod, valuesOf } from "./page-filter.ts";

const LABELS: Readonly<Record<WorkFilterName, string>> = {
  department: "Department",
  team_id: "Team (team.id)",
  repository: "Repository",
  entrypoint: "Entrypoint",
};

type WorkChoices = ReadonlyMap<string, readonly string[]>;

/**
 * The page of sessions, commits, pull requests and tools, narrowed by what clients say of themselves.
 * @throws UsageError for a name that no client gives
 */
export async function workPage(
  warehouse: Warehouse,
  config: StrataConfig,
  query: URLSearchParams,
  covered: Pick<Choices, "firstDay" | "lastDay">,
): Promise<string> {
  const choices = await loadWorkChoices(warehouse);
  const period = askedPeriod(query, covered);
  const filter = workFilter(query, choices);
  const work = workFor(await loadWork(warehouse, period, filter), config.report);
  return page(config.organisation, period, form({ period, filter, choices, covered }), work);
}

async function loadWorkChoices(warehouse: Warehouse): Promise<WorkChoices> {
  const { rows } = await warehouse.query("reports/work_choices");
  return new Map(
    [...Map.groupBy(rows, (row) => text(row, "dimension"))].map(([name, all]) => [name, all.map((row) => text(row, "name"))]),
  );
}

function workFilter(query: URLSearchParams, choices: WorkChoices): WorkFilter {
  const filter: { [Name in WorkFilterName]?: readonly string[] } = {};
  for (const name of WORK_FILTERS) {
    const values = valuesOf(query, name);
    for (const value of values)
      if (!choices.get(name)?.includes(value))
        throw new UsageError(`serve: no client names the ${LABELS[name].toLowerCase()} "${value}"`, {
          hint: "Choose one from the list, or leave it empty.",
        });
    if (values.length > 0) filter[name] = values;
  }
  return filter;
}

interface Asked {
  readonly period: Period;
  readonly filter: WorkFilter;
  readonly choices: WorkChoices;
  readonly covered: Pick<Choices, "firstDay" | "lastDay">;
}

const form = ({ period, filter, choices, covered }: Asked): Html =>
  html`<form id="filters" class="filters" method="get" action="/work" role="search" aria-label="Filters">
${days(period, covered, (asked) => `/work?${queryOf(asked, filter)}`)}${WORK_FILTERS.filter((name) => (choices.get(name)?.length ?? 0) >= CHOICE || filter[name] !== undefined).map((name) => picker(name, LABELS[name], choices.get(name) ?? [], filter[name] ?? []))}
<button type="submit">Show</button> <a href="/work">Reset</a> <a href="/?from=${period.from}&amp;to=${period.to}">Statement</a>
<p id="state" class="note" role="status"></p></form>`;

/** The address that asks for the same. */
function queryOf({ from, to }: Period, filter: WorkFilter): string {
  const query = new URLSearchParams({ from, to });
  for (const name of WORK_FILTERS) for (const value of filter[name] ?? []) query.append(name, value);
  return query.toString();
}

function page(organisation: string, period: Period, filters: Html, work: Work | undefined): string {
  const title = `Sessions and work, ${periodName(period)}`;
  const body = work
    ? html`<section id="work"><p class="lede">Calls whose session or client is known, as chosen: ${headline(work.estimated)} estimated.</p>${workTables(work, true)}</section>`
    : html`<section id="work"><h2>No sessions</h2><p class="sub">No call of these days and this choice is traced. docs/telemetry.md says what clients have to send.</p></section>`;
  return html`${raw("<!doctype html>")}
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark">
<title>${title} · ${organisation}</title><style>${raw(style)}${raw(filterStyle)}</style><script src="/client.js" defer></script></head>
<body><a class="skip" href="#main">Skip to content</a>
<header class="top"><p class="eyebrow">${organisation}</p><h1>${title}</h1>${filters}</header>
<main id="main">${body}</main></body></html>
`.markup;
}
