import { formatUsd, type PicoUsd } from "../../../money.ts";
import { sumUsd } from "../../rows.ts";
import { axisDollars, COLOR, categoryAxis, chart, coordinate, legend, still, valueAxis } from "../chart.ts";
import { calls, counted, dollars, headline } from "../figures.ts";
import { type Html, html } from "../html.ts";
import type { PageInput } from "../page-input.ts";
import { table } from "../table.ts";
import { pointOf, timeAxis } from "../time-axis.ts";

interface Point {
  /** Day, or day and hour. */
  readonly at: string;
  readonly sum: PicoUsd;
}

const TIERS = ["premium", "standard", "fast", "other"] as const;

/** Estimated dollars per day, or per hour of a few days, stacked by model tier; days of the month that are still to come stay empty. */
export function trend({ data, projection }: PageInput): Html {
  const axis = timeAxis(data.period, data.hours !== undefined);
  const byTier = new Map<string, PicoUsd>();
  const callsAt = new Map<string, number>();
  const rows =
    data.hours?.map((row) => ({ ...row, at: pointOf(row.day, row.hour) })) ??
    data.dayTiers.map((row) => ({ ...row, at: row.day }));
  for (const row of rows) {
    const tier = TIERS.find((known) => known === row.tier) ?? "other";
    const key = `${row.at} ${tier}`;
    byTier.set(key, (byTier.get(key) ?? 0n) + row.estimated);
    callsAt.set(row.at, (callsAt.get(row.at) ?? 0) + row.calls);
  }
  const amount = (point: string, tier: string): PicoUsd => byTier.get(`${point} ${tier}`) ?? 0n;
  const used = TIERS.filter((tier) => axis.points.some((point) => amount(point, tier) !== 0n));
  const all: readonly Point[] = axis.points.map((at) => ({ at, sum: sumUsd(used.map((tier) => amount(at, tier))) }));
  const peak = all.reduce((a, b) => (b.sum > a.sum ? b : a));
  const active = all.filter((one) => callsAt.has(one.at));
  const mean = active.length === 0 ? 0n : sumUsd(active.map((one) => one.sum)) / BigInt(active.length);
  const summary = `The largest ${axis.unit} was ${axis.spoken(peak.at)} with ${dollars(peak.sum)}; the mean of ${counted(active.length, axis.unit)} with calls is ${dollars(mean)}.`;
  // What is still to come of a day: all of it after the last day with calls, the rest of it on the last one.
  const expected = new Map((projection?.days ?? []).map(({ day, usd }) => [day, usd]));
  const toCome = (day: string): PicoUsd => {
    const missing = (expected.get(day) ?? 0n) - sumUsd(used.map((tier) => amount(day, tier)));
    return missing > 0n ? missing : 0n;
  };
  const missing = new Set(axis.points.filter((point) => data.quality.missingDays.includes(point.slice(0, 10))));
  const shown = all.filter((one) => callsAt.has(one.at) || expected.has(one.at) || missing.has(one.at));
  return html`<section id="trend" aria-labelledby="trend-h">
<h2 id="trend-h">${axis.unit === "hour" ? "Hourly" : "Daily"} spend</h2>
<p class="sub">Estimated dollars per UTC ${axis.unit}, by model tier. ${summary}${
    projection
      ? html` The month is expected to end at <strong>${headline(projection.expected)}</strong>, between ${headline(projection.low)} and ${headline(projection.high)} in ${Math.round(projection.level * 100)} of 100 months; learned from ${projection.historyDays} complete days.`
      : ""
  }</p>
${chart({
  id: "c-trend",
  title: `Spend per ${axis.unit}`,
  summary: `Stacked bars of estimated dollars per ${axis.unit}. ${summary}`,
  height: 300,
  option: (narrow) => ({
    grid: { left: 8, right: 8, top: 34, bottom: 4, containLabel: true },
    legend: legend([...used, ...(projection ? ["expected"] : []), ...(missing.size > 0 ? ["no logs"] : [])]),
    xAxis: categoryAxis(...axis.labels(narrow)),
    yAxis: valueAxis(axisDollars),
    series: [
      ...used.map((tier) => ({
        ...still,
        type: "bar",
        name: tier,
        stack: "tiers",
        barCategoryGap: "28%",
        itemStyle: { color: COLOR[tier] },
        data: axis.points.map((point) => coordinate(amount(point, tier))),
      })),
      ...(projection
        ? [
            {
              ...still,
              type: "bar",
              name: "expected",
              stack: "tiers",
              itemStyle: { color: COLOR.surface, borderColor: COLOR.muted, borderType: "dashed", borderWidth: 1 },
              // A bar of nothing would still draw its dashed border.
              data: axis.points.map((point) => (toCome(point) === 0n ? "-" : coordinate(toCome(point)))),
            },
          ]
        : []),
      ...(missing.size > 0
        ? [
            {
              ...still,
              type: "bar",
              name: "no logs",
              stack: "tiers",
              itemStyle: { color: COLOR.surface, borderColor: COLOR.bad, borderType: "dotted", borderWidth: 1 },
              // As tall as a usual day, so that a gap is not taken for a quiet day.
              data: axis.points.map((point) => (missing.has(point) ? coordinate(mean) : "-")),
            },
          ]
        : []),
    ],
  }),
  table: table<Point>(
    `Estimated dollars per ${axis.unit} and model tier`,
    [
      { title: axis.unit === "hour" ? "Hour" : "Day", cell: ({ at }) => (axis.unit === "hour" ? `${at}:00` : at) },
      ...used.map((tier) => ({
        title: tier,
        numeric: true,
        cell: ({ at }: Point) => dollars(amount(at, tier)),
        exact: ({ at }: Point) => formatUsd(amount(at, tier)),
      })),
      {
        title: "All",
        numeric: true,
        cell: ({ at, sum }) => (missing.has(at) ? "no logs" : dollars(sum)),
        exact: ({ at, sum }) => (missing.has(at) ? "" : formatUsd(sum)),
      },
      ...(projection
        ? [
            {
              title: "Expected",
              numeric: true,
              cell: ({ at }: Point) => {
                const usd = expected.get(at);
                return usd === undefined ? "–" : dollars(usd);
              },
            },
          ]
        : []),
      { title: "Calls", numeric: true, cell: ({ at }) => calls(callsAt.get(at) ?? 0) },
    ],
    shown,
  ),
})}
</section>`;
}
