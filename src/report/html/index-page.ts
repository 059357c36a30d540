import { type PicoUsd, parseUsd } from "../../money.ts";
import { pricedOf } from "../measures.ts";
import { ratio } from "../rows.ts";
import { bar, calls, dollars, estimated, monthName } from "./figures.ts";
import { html, raw } from "./html.ts";
import { style } from "./style.ts";
import { table } from "./table.ts";

/** One published month, its newest version. */
export interface IndexEntry {
  readonly month: string;
  readonly status: string;
  /** Relative to `reports/`. */
  readonly folder: string;
  readonly invocations: number;
  readonly people: number;
  readonly unpriced: number;
  readonly uncounted: number;
  readonly not_token_priced: number;
  readonly estimated_usd: string;
  readonly billed_usd: string | null;
}

/** All months on one page, newest first. */
export function indexPage(organisation: string, entries: readonly IndexEntry[]): string {
  const newest = [...entries].sort((a, b) => (a.month < b.month ? 1 : -1));
  const spent = (entry: IndexEntry): PicoUsd => parseUsd(entry.billed_usd ?? entry.estimated_usd);
  const largest = newest.map(spent).sort((a, b) => (a < b ? 1 : -1))[0] ?? 0n;
  return html`${raw("<!doctype html>")}
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>Amazon Bedrock statements · ${organisation}</title><style>${raw(style)}</style></head>
<body><header class="top"><p class="eyebrow">${organisation} · cost and usage statements</p><h1>Amazon Bedrock by month</h1></header>
<main id="main"><section aria-labelledby="months-h"><h2 id="months-h">Months</h2>
${table<IndexEntry>(
  "Monthly statements",
  [
    { title: "Month", cell: (entry) => html`<a href="${entry.folder}/report.html">${monthName(entry.month)}</a>` },
    {
      title: "Status",
      cell: (entry) =>
        html`<span class="pill ${entry.status === "final" ? "good" : entry.status === "provisional" ? "warn" : "plain"}">${entry.status}</span>`,
    },
    { title: "Spend", extra: true, cell: (entry) => bar(ratio(spent(entry), largest)) },
    {
      title: "Estimated",
      numeric: true,
      cell: (entry) => estimated(pricedOf({ ...entry }, "invocations", "estimated_usd")).replace("at least ", "≥\u00a0"),
    },
    { title: "Billed", numeric: true, cell: (entry) => (entry.billed_usd === null ? "–" : dollars(parseUsd(entry.billed_usd))) },
    { title: "Calls", numeric: true, extra: true, cell: (entry) => calls(entry.invocations) },
    { title: "People", numeric: true, extra: true, cell: (entry) => calls(entry.people) },
    {
      title: "Workbook",
      extra: true,
      cell: (entry) => html`<a href="${entry.folder}/statement.xlsx" aria-label="Workbook of ${monthName(entry.month)}">xlsx</a>`,
    },
  ],
  newest,
)}
</section></main><footer><p>Made by Strata. All times are UTC, all amounts US dollars.</p></footer></body></html>
`.markup;
}
