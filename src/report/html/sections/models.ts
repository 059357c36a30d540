import { cacheHitRate, errorRate, isKnown, knownOf } from "../../measures.ts";
import type { DimensionRow } from "../../month-data.ts";
import { calls, dollars, estimated, percent, share } from "../figures.ts";
import { type Html, html } from "../html.ts";
import { othersOf, type PageInput, ranked, SHOWN, spent, total } from "../page-input.ts";
import { cap, more, table } from "../table.ts";

/** What is called: models, and the service tiers and accounts that they run in. */
export function models({ data }: PageInput): Html {
  const rows = ranked(data, data.by.model);
  const shown = cap(rows, SHOWN);
  const others = othersOf(rows, shown.length);
  const small = (caption: string, heading: string, lines: readonly DimensionRow[], file: string): Html =>
    html`<div><h3>${heading}</h3>${table<DimensionRow>(
      caption,
      [
        { title: heading, cell: (row) => row.name },
        { title: "Estimated", numeric: true, extra: data.bill !== undefined, cell: (row) => estimated(row.usage) },
        ...(data.bill ? [{ title: "Billed", numeric: true, cell: (row: DimensionRow) => dollars(row.billed) }] : []),
        { title: "Calls", numeric: true, extra: true, cell: (row) => calls(row.usage.invocations) },
      ],
      ranked(data, lines).slice(0, 8),
      more(lines.length, 8, file),
      othersOf(ranked(data, lines), 8),
    )}</div>`;
  return html`<section id="models" aria-labelledby="models-h">
<h2 id="models-h">Models</h2>
<p class="sub">Dollars per thousand calls are estimated. Where nobody knows the dollars, that is said in their place.</p>
${table<DimensionRow>(
  "Spend by model",
  [
    {
      title: "Model",
      filter: (row) =>
        row !== others && row.usage.invocations > 0 && row.name !== "(no model)" ? ["model", row.name] : undefined,
      cell: (row) => html`${row.name}${row.labels["model_tier"] ? html` <small>${row.labels["model_tier"]}</small>` : ""}`,
    },
    {
      title: "Share",
      cell: (row) => share(spent(data, row), total(data)),
    },
    {
      title: "Estimated",
      numeric: true,
      extra: data.bill !== undefined,
      cell: (row) => (isKnown(knownOf(row.usage)) ? estimated(row.usage) : html`<small>${estimated(row.usage)}</small>`),
    },
    ...(data.bill ? [{ title: "Billed", numeric: true, cell: (row: DimensionRow) => dollars(row.billed) }] : []),
    { title: "Calls", numeric: true, extra: true, cell: (row) => calls(row.usage.invocations) },
    {
      title: "Per 1,000 calls",
      numeric: true,
      extra: true,
      cell: (row) =>
        row.usage.estimated === 0n || row.usage.invocations === 0
          ? "–"
          : dollars((row.usage.estimated * 1000n) / BigInt(row.usage.invocations)),
    },
    { title: "Cache hits", numeric: true, extra: true, cell: (row) => percent(cacheHitRate(row.usage)) },
    { title: "Errors", numeric: true, extra: true, cell: (row) => percent(errorRate(row.usage)) },
  ],
  shown,
  more(rows.length, shown.length, "by_model.csv"),
  others,
)}
<div class="two">${small("Spend by account", "Account", data.by.account, "by_account.csv")}${small("Spend by service tier", "Service tier", data.by.service_tier, "by_service_tier.csv")}</div>
</section>`;
}
