import { errorRate } from "../../measures.ts";
import type { ErrorLine } from "../../month-data.ts";
import { ratio } from "../../rows.ts";
import { COLOR, categoryAxis, chart, still, valueAxis } from "../chart.ts";
import { calls, dollars, percent, shortDay } from "../figures.ts";
import { type Html, html } from "../html.ts";
import { type PageInput, pendingNote, SHOWN } from "../page-input.ts";
import { table } from "../table.ts";

/** Calls that failed: when, of what kind, and the dollars that went into them. */
export function errors({ data, pending }: PageInput): Html {
  const { totals } = data;
  const heading = html`<h2 id="errors-h">Errors and waste</h2>`;
  if (totals.errors === 0)
    return html`<section id="errors" aria-labelledby="errors-h">${heading}<p class="sub">No logged call failed${totals.blocked > 0 ? `; a guardrail intervened in ${calls(totals.blocked)}` : ""}.</p></section>`;
  const days = data.by.day.filter((row) => row.usage.invocations > 0);
  const rate = new Map(days.map((row) => [row.name, errorRate(row.usage)]));
  const worst = days.reduce((a, b) => (errorRate(b.usage) > errorRate(a.usage) ? b : a));
  return html`<section id="errors" aria-labelledby="errors-h">${heading}
<p class="sub">${calls(totals.errors)} of ${calls(totals.invocations)} calls failed (${percent(errorRate(totals), 2)}), ${calls(totals.throttles)} of them throttled${
    totals.blocked > 0 ? `; a guardrail intervened in ${calls(totals.blocked)} more` : ""
  }. Tokens logged on failed calls are worth ${dollars(totals.errorCost)}; whether they are billed, the bill decides.</p>
${chart({
  id: "c-errors",
  title: "Error rate per day",
  summary: `Bars of the share of calls that failed per day. The highest is ${percent(errorRate(worst.usage))} on ${shortDay(worst.name)}.`,
  height: 200,
  option: (narrow) => ({
    grid: { left: 8, right: 8, top: 12, bottom: 4, containLabel: true },
    xAxis: categoryAxis(
      data.period.days.map((day) => (narrow ? String(Number(day.slice(8))) : shortDay(day))),
      narrow ? 6 : 2,
    ),
    yAxis: { ...valueAxis((value) => percent(value)), splitNumber: 3 },
    series: [
      {
        ...still,
        type: "bar",
        barCategoryGap: "28%",
        itemStyle: { color: COLOR.bad },
        data: data.period.days.map((day) => rate.get(day) ?? 0),
      },
    ],
  }),
  table: table(
    "Errors per day",
    [
      { title: "Day", cell: (row) => row.name },
      { title: "Calls", numeric: true, cell: (row) => calls(row.usage.invocations) },
      { title: "Failed", numeric: true, cell: (row) => calls(row.usage.errors) },
      { title: "Rate", numeric: true, cell: (row) => percent(errorRate(row.usage), 2) },
    ],
    days,
  ),
})}
<h3>By kind</h3>
${pending.has("errors") ? pendingNote : byKind(data)}
</section>`;
}

const byKind = ({ errors: lines, totals }: PageInput["data"]): Html =>
  table<ErrorLine>(
    "Errors by kind and model",
    [
      { title: "Error", cell: (row) => html`${row.errorCode} <small>${row.errorClass}</small>` },
      { title: "Model", cell: (row) => row.model },
      { title: "Calls", numeric: true, cell: (row) => calls(row.calls) },
      { title: "Share", numeric: true, extra: true, cell: (row) => percent(ratio(row.calls, totals.errors)) },
      { title: "Callers", numeric: true, extra: true, cell: (row) => calls(row.callers) },
      { title: "Estimated", numeric: true, extra: true, cell: (row) => dollars(row.cost) },
    ],
    lines.slice(0, SHOWN),
    lines.length > SHOWN ? html`${lines.length - SHOWN} more combinations of error and model.` : undefined,
  );
