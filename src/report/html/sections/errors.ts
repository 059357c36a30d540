import { errorRate } from "../../measures.ts";
import type { ErrorLine } from "../../month-data.ts";
import { ratio } from "../../rows.ts";
import { axisPercent, COLOR, categoryAxis, chart, still, valueAxis } from "../chart.ts";
import { asOf, calls, dollars, estimated, percent } from "../figures.ts";
import { type Html, html } from "../html.ts";
import { type PageInput, pendingNote, SHOWN } from "../page-input.ts";
import { table } from "../table.ts";
import { pointOf, timeAxis } from "../time-axis.ts";

/** Calls that failed: when, of what kind, and the dollars that went into them. */
export function errors({ data, pending }: PageInput): Html {
  const { totals } = data;
  const heading = html`<h2 id="errors-h">Errors and waste</h2>`;
  if (totals.errors === 0)
    return html`<section id="errors" aria-labelledby="errors-h">${heading}<p class="sub">No logged call failed${totals.blocked > 0 ? `; a guardrail intervened in ${calls(totals.blocked)}` : ""}.</p></section>`;
  const axis = timeAxis(data.period, data.hours !== undefined);
  const points = failuresOf(data);
  const rate = new Map(points.map((point) => [point.at, rateOf(point)]));
  const worst = points.reduce((a, b) => (rateOf(b) > rateOf(a) ? b : a));
  return html`<section id="errors" aria-labelledby="errors-h">${heading}
<p class="sub">${calls(totals.errors)} of ${calls(totals.invocations)} calls failed (${percent(errorRate(totals), 2)}), ${calls(totals.throttles)} of them throttled${
    totals.blocked > 0 ? `; a guardrail intervened in ${calls(totals.blocked)} more` : ""
  }. Tokens logged on failed calls are worth ${dollars(totals.errorCost)}; whether they are billed, the bill decides.</p>
${chart({
  id: "c-errors",
  title: `Error rate per ${axis.unit}`,
  summary: `Bars of the share of calls that failed per ${axis.unit}. The highest is ${percent(rateOf(worst))} on ${axis.spoken(worst.at)}.`,
  height: 200,
  option: (narrow) => ({
    grid: { left: 8, right: 8, top: 12, bottom: 4, containLabel: true },
    xAxis: categoryAxis(...axis.labels(narrow)),
    yAxis: { ...valueAxis(axisPercent), splitNumber: 3 },
    series: [
      {
        ...still,
        type: "bar",
        barCategoryGap: "28%",
        itemStyle: { color: COLOR.bad },
        data: axis.points.map((point) => rate.get(point) ?? 0),
      },
    ],
  }),
  table: table<Failures>(
    `Errors per ${axis.unit}`,
    [
      { title: axis.unit === "hour" ? "Hour" : "Day", cell: ({ at }) => (axis.unit === "hour" ? `${at}:00` : at) },
      { title: "Calls", numeric: true, cell: (row) => calls(row.calls) },
      { title: "Failed", numeric: true, cell: (row) => calls(row.failed) },
      { title: "Rate", numeric: true, cell: (row) => percent(rateOf(row), 2) },
    ],
    points,
  ),
})}
<h3>By kind${asOf(data.callsAsOf)}</h3>
${pending.has("errors") ? pendingNote : byKind(data)}
</section>`;
}

interface Failures {
  /** Day, or day and hour. */
  readonly at: string;
  readonly calls: number;
  readonly failed: number;
}

const rateOf = ({ calls: made, failed }: Failures): number => ratio(failed, made);

/** Calls and failed ones of each day or hour that has calls. */
function failuresOf({ hours, by }: PageInput["data"]): Failures[] {
  if (!hours)
    return by.day
      .filter(({ usage }) => usage.invocations > 0)
      .map(({ name, usage }) => ({ at: name, calls: usage.invocations, failed: usage.errors }));
  const groups = Map.groupBy(hours, ({ day, hour }) => pointOf(day, hour));
  return [...groups].map(([at, rows]) => ({
    at,
    calls: rows.reduce((sum, row) => sum + row.calls, 0),
    failed: rows.reduce((sum, row) => sum + row.errors, 0),
  }));
}

function byKind({ errors: lines }: PageInput["data"]): Html {
  const failed = lines.reduce((sum, row) => sum + row.failed.invocations, 0);
  return table<ErrorLine>(
    "Errors by kind and model",
    [
      { title: "Error", cell: (row) => html`${row.errorCode} <small>${row.errorClass}</small>` },
      { title: "Model", cell: (row) => row.model },
      { title: "Calls", numeric: true, cell: (row) => calls(row.failed.invocations) },
      { title: "Share", numeric: true, extra: true, cell: (row) => percent(ratio(row.failed.invocations, failed)) },
      { title: "Callers", numeric: true, extra: true, cell: (row) => calls(row.callers) },
      { title: "Estimated", numeric: true, extra: true, cell: (row) => estimated(row.failed) },
    ],
    lines.slice(0, SHOWN),
    lines.length > SHOWN ? html`${lines.length - SHOWN} more combinations of error and model.` : undefined,
  );
}
