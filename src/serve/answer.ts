import type { StrataConfig } from "../config/strata-config.ts";
import { messageOf, printable, StrataError, UsageError } from "../errors.ts";
import type { Warehouse } from "../ports.ts";
import { csvOf } from "../report/csv.ts";
import { html, raw } from "../report/html/html.ts";
import { reportPage } from "../report/html/report-page.ts";
import { style } from "../report/html/style.ts";
import { loadMonth } from "../report/load-month.ts";
import { pageInput } from "../report/load-page.ts";
import { type Choices, loadChoices } from "./choices.ts";
import { clientScript } from "./client-script.ts";
import { filterForm, filterStyle } from "./filter-form.ts";
import { pageFilter, queryOf } from "./page-filter.ts";

export interface Answer {
  readonly status: number;
  readonly type: string;
  readonly body: string;
}

/** Answers an address with a page, a table of it as CSV, or the script. One question at a time: the engine has one connection. */
export function createAnswers(warehouse: Warehouse, config: StrataConfig): (url: URL) => Promise<Answer> {
  let choices: Promise<Choices> | undefined;
  let queue: Promise<unknown> = Promise.resolve();
  const pages = new Map<string, Promise<Answer>>();
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const turn = queue.then(work, work);
    queue = turn.catch(() => undefined);
    return turn;
  };
  const load = async (url: URL): Promise<Answer> => {
    choices ??= loadChoices(warehouse, config);
    return draw(warehouse, config, await choices, url);
  };
  return async (url) => {
    if (url.pathname === "/client.js") return { status: 200, type: "text/javascript; charset=utf-8", body: clientScript };
    if (url.pathname !== "/" && !/^\/\w+\.csv$/.test(url.pathname)) return problem(404, "There is nothing here.", "");
    const key = `${url.pathname}?${url.searchParams}`;
    const known = pages.get(key);
    if (known) return known;
    const answer = inTurn(() => load(url)).catch(refusal);
    pages.set(key, answer);
    const [oldest] = pages.keys();
    if (pages.size > KEPT && oldest !== undefined) pages.delete(oldest);
    return answer;
  };
}

/** Pages that are kept, so that going back is instant; the data folder does not change under a running server. */
const KEPT = 50;

async function draw(warehouse: Warehouse, config: StrataConfig, choices: Choices, url: URL): Promise<Answer> {
  const filter = pageFilter(url.searchParams, choices);
  const loaded = await loadMonth(warehouse, filter.period, config.organisation, filter.only);
  const input = await pageInput(warehouse, loaded, config, !filter.narrowed);
  if (url.pathname !== "/") {
    const table = input.tables.find(({ name }) => url.pathname === `/${name}.csv`);
    return table
      ? { status: 200, type: "text/csv; charset=utf-8", body: csvOf(table) }
      : problem(404, `There is no table ${url.pathname.slice(1)}.`, "");
  }
  const head = html`<style>${raw(filterStyle)}</style><script src="/client.js" defer></script>`;
  const live = { head, filters: filterForm(filter, choices), narrowed: filter.narrowed };
  const page = reportPage({ ...input, status: "live" }, live);
  // The page names the files that lie beside a written statement; here the same tables are drawn for the same filters.
  const query = html`${queryOf(filter)}`.markup;
  return { status: 200, type: HTML, body: page.replace(/href="(\w+\.csv)"/g, (_, name: string) => `href="${name}?${query}"`) };
}

function refusal(error: unknown): Answer {
  if (error instanceof UsageError) return problem(400, messageOf(error), error.hint ?? "");
  return problem(
    500,
    messageOf(error),
    error instanceof StrataError ? (error.hint ?? "") : "This should not happen. Please report it.",
  );
}

const HTML = "text/html; charset=utf-8";
const problem = (status: number, message: string, hint: string): Answer => ({
  status,
  type: HTML,
  body: html`${raw("<!doctype html>")}
<html lang="en"><head><meta charset="utf-8"><meta name="color-scheme" content="light dark"><title>Strata</title><style>${raw(style)}</style></head>
<body><main><section><h1>Cannot show that</h1><p id="problem">${printable(message)}${hint ? ` ${hint}` : ""}</p><p><a href="/">Start again</a></p></section></main></body></html>
`.markup,
});
