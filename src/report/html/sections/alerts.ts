import { parseInstant } from "../../../time.ts";
import type { AlertLine } from "../../month-data.ts";
import { COLOR, chart, still } from "../chart.ts";
import { shortDay, shortTime } from "../figures.ts";
import { type Html, html } from "../html.ts";
import type { PageInput } from "../page-input.ts";
import { table } from "../table.ts";

const TIERS = ["critical", "warning", "budget", "data", "info"] as const;
const LOOK: Readonly<Record<string, { readonly color: string; readonly pill: string }>> = {
  critical: { color: COLOR.bad, pill: "bad" },
  warning: { color: COLOR.fast, pill: "warn" },
  budget: { color: COLOR.premium, pill: "plain" },
  data: { color: COLOR.other, pill: "plain" },
  info: { color: COLOR.standard, pill: "plain" },
};
const SHOWN_ALERTS = 30;
const importance = (alert: AlertLine): number => TIERS.map(String).indexOf(alert.tier);

/** When alerts were raised, on one line per tier, and what they were. */
export function alerts({ data, learning }: PageInput): Html {
  const heading = html`<h2 id="alerts-h">Alerts</h2>${learning === undefined ? "" : html`<p class="note">${learning}.</p>`}`;
  if (data.alerts.length === 0)
    return html`<section id="alerts" aria-labelledby="alerts-h">${heading}<p class="sub">No alert was raised in this month.</p></section>`;
  const raised = [...data.alerts].sort((a, b) => (a.openedAt < b.openedAt ? -1 : 1));
  const tiers = TIERS.filter((tier) => raised.some((alert) => alert.tier === tier));
  const counts = tiers.map((tier) => `${raised.filter((alert) => alert.tier === tier).length} ${tier}`).join(", ");
  const start = parseInstant(`${data.period.from}T00:00:00Z`) ?? 0;
  const end = parseInstant(`${data.period.to}T23:59:59Z`) ?? 0;
  const important = [...raised].sort((a, b) => importance(a) - importance(b));
  return html`<section id="alerts" aria-labelledby="alerts-h">${heading}
<p class="sub">${raised.length} raised: ${counts}. ${raised.filter((alert) => alert.resolvedAt === undefined).length} still open when the data ends.</p>
${chart({
  id: "c-alerts",
  title: "When alerts were raised",
  summary: `One mark per alert over the month, in a row per tier: ${counts}.`,
  height: 50 + tiers.length * 34,
  option: (narrow) => ({
    grid: { left: 8, right: 16, top: 8, bottom: 4, containLabel: true },
    xAxis: {
      type: "time",
      min: start,
      max: end,
      splitNumber: narrow ? 3 : 8,
      axisTick: { show: false },
      axisLine: { lineStyle: { color: COLOR.line } },
      axisLabel: {
        color: COLOR.muted,
        fontSize: 12,
        hideOverlap: true,
        formatter: (value: number) => `{primary|${shortDay(new Date(value).toISOString())}}`,
        // A time axis has a style of its own for its main labels.
        rich: { primary: { color: COLOR.muted, fontSize: 12, fontWeight: "normal" } },
      },
    },
    yAxis: {
      type: "category",
      data: [...tiers],
      inverse: true,
      axisTick: { show: false },
      axisLine: { show: false },
      axisLabel: { color: COLOR.ink },
      splitLine: { show: true, lineStyle: { color: COLOR.line } },
    },
    series: [
      {
        ...still,
        type: "scatter",
        symbolSize: 11,
        data: raised.flatMap((alert) => {
          const at = parseInstant(alert.openedAt);
          return at === undefined
            ? []
            : [
                {
                  value: [at, alert.tier],
                  itemStyle: {
                    color: LOOK[alert.tier]?.color ?? COLOR.other,
                    opacity: 1,
                    borderColor: COLOR.surface,
                    borderWidth: 1.5,
                  },
                },
              ];
        }),
      },
    ],
  }),
  table: alertTable("All alerts in order of time", raised.slice(0, 200)),
})}
<h3>What was raised</h3>
${alertTable("Alerts by importance", important.slice(0, SHOWN_ALERTS))}
${raised.length > SHOWN_ALERTS ? html`<p class="note">${raised.length - SHOWN_ALERTS} more in alerts.jsonl.</p>` : ""}
</section>`;
}

const where = (row: AlertLine): Html => (row.name === "" ? html`${row.scope}` : html`${row.name} <small>${row.scope}</small>`);

const alertTable = (caption: string, rows: readonly AlertLine[]): Html =>
  table<AlertLine>(
    caption,
    [
      {
        title: "Alert",
        cell: (row) =>
          html`<span class="pill ${LOOK[row.tier]?.pill ?? "plain"}">${row.tier}</span> ${row.title || row.rule.replaceAll("_", " ")} <small class="ns"><br>${where(row)}</small>`,
      },
      { title: "Where", extra: true, cell: where },
      { title: "Raised", cell: (row) => shortTime(row.openedAt) },
      { title: "Over", extra: true, cell: (row) => (row.resolvedAt ? shortTime(row.resolvedAt) : "open") },
      {
        title: "What happened",
        extra: true,
        cell: (row) => (row.message.startsWith(`${row.title}: `) ? row.message.slice(row.title.length + 2) : row.message),
      },
    ],
    rows,
  );
