import { atFolder } from "../aim-commands.ts";
import type { StrataConfig } from "../config/strata-config.ts";
import { messageOf, printable, StrataError, UsageError } from "../errors.ts";
import type { Warehouse } from "../ports.ts";
import { csvOf } from "../report/csv.ts";
import { html, raw } from "../report/html/html.ts";
import type { PageInput } from "../report/html/page-input.ts";
import { reportPage } from "../report/html/report-page.ts";
import { style } from "../report/html/style.ts";
import { loadErrors, loadUsage } from "../report/load-month.ts";
import { pageInput } from "../report/load-page.ts";
import type { MonthData } from "../report/month-data.ts";
import { type Choices, loadChoices } from "./choices.ts";
import { clientScript } from "./client-script.ts";
import { filterForm, filterStyle } from "./filter-form.ts";
import { monthFilter, type PageFilter, pageFilter, queryOf } from "./page-filter.ts";
import { takeTurns } from "./take-turns.ts";
import { workPage } from "./work-page.ts";

export interface Answer {
  readonly status: number;
  readonly type: string;
  readonly body: string;
}

/**
 * Answers an address with a page, a table of it as CSV, or the script. A page comes from hourly sums at once; with `complete=yes` it has what is
 * read from single calls, too (savings, errors by kind), which the script asks for next.
 * @param folder where the commands on a page find the data
 */
export function createAnswers(warehouse: Warehouse, config: StrataConfig, folder = "DIR"): (url: URL) => Promise<Answer> {
  const turns = takeTurns(warehouse);
  let choices: Promise<Choices> | undefined;
  const months = new Kept<Promise<Month>>();
  const pages = new Kept<Promise<Answer>>();

  const monthOf = (filter: PageFilter): Promise<Month> =>
    months.get(queryOf(filter), () =>
      turns.whole(async () => loadUsage(warehouse, filter.period, config.organisation, await monthFilter(warehouse, filter))),
    );
  const filterOf = async (url: URL): Promise<readonly [PageFilter, Choices]> => {
    choices ??= turns.whole(() => loadChoices(warehouse, config));
    const known = await choices;
    return [pageFilter(url.searchParams, known), known];
  };

  const quick = async (filter: PageFilter): Promise<PageParts> => {
    const data = { ...(await monthOf(filter)), errors: [] };
    return turns.whole(() => pageInput(warehouse, data, config, { whole: !filter.narrowed, quick: true }));
  };
  const complete = async (filter: PageFilter): Promise<PageParts> => {
    const month = await monthOf(filter);
    const errors = await loadErrors(turns.piecemeal, filter.period, await monthFilter(turns.piecemeal, filter));
    return pageInput(turns.piecemeal, { ...month, errors }, config, { whole: !filter.narrowed });
  };

  const sessions = async ({ searchParams }: URL): Promise<Answer> => {
    choices ??= turns.whole(() => loadChoices(warehouse, config));
    const days = await choices;
    const body = await turns.whole(() => workPage(warehouse, config, searchParams, days));
    return { status: 200, type: HTML, body };
  };
  const draw = async (url: URL): Promise<Answer> => {
    if (url.pathname === "/work") return sessions(url);
    const [filter, known] = await filterOf(url);
    if (url.pathname !== "/") return tableOf(url, await quick(filter));
    const all = url.searchParams.get("complete") === "yes";
    return pageOf(await (all ? complete(filter) : quick(filter)), filter, known, all);
  };
  const place = html`${folder}`.markup;
  const aimed = (answer: Answer): Answer => (answer.type === HTML ? { ...answer, body: atFolder(answer.body, place) } : answer);
  return async (url) => {
    if (url.pathname === "/client.js") return { status: 200, type: "text/javascript; charset=utf-8", body: clientScript };
    if (url.pathname !== "/" && url.pathname !== "/work" && !/^\/\w+\.csv$/.test(url.pathname))
      return problem(404, "There is nothing here.", "");
    return pages.get(`${url.pathname}?${url.searchParams}`, () => draw(url).then(aimed).catch(refusal));
  };
}

type Month = Omit<MonthData, "errors">;
type PageParts = Omit<PageInput, "status">;

function tableOf({ pathname }: URL, { tables }: PageParts): Answer {
  const table = tables.find(({ name }) => pathname === `/${name}.csv`);
  return table
    ? { status: 200, type: "text/csv; charset=utf-8", body: csvOf(table) }
    : problem(404, `There is no table ${pathname.slice(1)}.`, "");
}

function pageOf(input: PageParts, filter: PageFilter, choices: Choices, complete: boolean): Answer {
  const head = html`<style>${raw(filterStyle)}</style><script src="/client.js" defer></script>`;
  const live = { head, filters: filterForm(filter, choices, complete), narrowed: filter.narrowed };
  const page = reportPage({ ...input, status: "live" }, live);
  // The page names the files that lie beside a written statement; here the same tables are drawn for the same filters.
  const query = html`${queryOf(filter)}`.markup;
  return { status: 200, type: HTML, body: page.replace(/href="(\w+\.csv)"/g, (_, name: string) => `href="${name}?${query}"`) };
}

/** The last answers, so that going back is instant; the data folder does not change under a running server. */
class Kept<Value> {
  readonly #kept = new Map<string, Value>();

  get(key: string, make: () => Value): Value {
    const known = this.#kept.get(key);
    if (known !== undefined) return known;
    const made = make();
    this.#kept.set(key, made);
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > MOST_KEPT && oldest !== undefined) this.#kept.delete(oldest);
    return made;
  }
}

const MOST_KEPT = 50;

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
