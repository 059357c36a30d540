import type { PicoUsd } from "../../../money.ts";
import { sumUsd } from "../../rows.ts";
import { axisDollars, COLOR, categoryAxis, chart, coordinate, still, valueAxis } from "../chart.ts";
import { calls, dollars, headline, shortDay } from "../figures.ts";
import { type Html, html } from "../html.ts";
import type { PageInput } from "../page-input.ts";
import { table } from "../table.ts";

const TIERS = ["premium", "standard", "fast", "other"] as const;

/** Estimated dollars per day, stacked by model tier; days of the month that are still to come stay empty. */
export function trend({ data, projection }: PageInput): Html {
  const byTier = new Map<string, PicoUsd>();
  const callsByDay = new Map<string, number>();
  for (const row of data.dayTiers) {
    const tier = TIERS.find((known) => known === row.tier) ?? "other";
    const key = `${row.day} ${tier}`;
    byTier.set(key, (byTier.get(key) ?? 0n) + row.estimated);
    callsByDay.set(row.day, (callsByDay.get(row.day) ?? 0) + row.calls);
  }
  const amount = (day: string, tier: string): PicoUsd => byTier.get(`${day} ${tier}`) ?? 0n;
  const used = TIERS.filter((tier) => data.period.days.some((day) => amount(day, tier) !== 0n));
  const perDay = data.period.days.map((day) => ({ day, sum: sumUsd(used.map((tier) => amount(day, tier))) }));
  const peak = perDay.reduce((a, b) => (b.sum > a.sum ? b : a));
  const active = perDay.filter((one) => callsByDay.has(one.day));
  const mean = active.length === 0 ? 0n : sumUsd(active.map((one) => one.sum)) / BigInt(active.length);
  const summary = `The largest day was ${shortDay(peak.day)} with ${dollars(peak.sum)}; the mean of ${active.length} days with calls is ${dollars(mean)}.`;
  return html`<section id="trend" aria-labelledby="trend-h">
<h2 id="trend-h">Daily spend</h2>
<p class="sub">Estimated dollars per UTC day, by model tier. ${summary}${
    projection
      ? html` At the pace of weekdays and weekends so far the month ends at <strong>${headline(projection.monthEnd)}</strong>.`
      : ""
  }</p>
${chart({
  id: "c-trend",
  title: "Spend per day",
  summary: `Stacked bars of estimated dollars per day. ${summary}`,
  height: 300,
  option: (narrow) => ({
    grid: { left: 8, right: 8, top: 34, bottom: 4, containLabel: true },
    legend: { top: 0, left: 0, itemWidth: 10, itemHeight: 10, itemGap: 16, textStyle: { color: COLOR.ink }, data: [...used] },
    xAxis: categoryAxis(
      data.period.days.map((day) => (narrow ? String(Number(day.slice(8))) : shortDay(day))),
      narrow ? 6 : 2,
    ),
    yAxis: valueAxis(axisDollars),
    series: used.map((tier) => ({
      ...still,
      type: "bar",
      name: tier,
      stack: "tiers",
      barCategoryGap: "28%",
      itemStyle: { color: COLOR[tier] },
      data: data.period.days.map((day) => coordinate(amount(day, tier))),
    })),
  }),
  table: table(
    "Estimated dollars per day and model tier",
    [
      { title: "Day", cell: (row: { day: string; sum: PicoUsd }) => row.day },
      ...used.map((tier) => ({
        title: tier,
        numeric: true,
        cell: (row: { day: string; sum: PicoUsd }) => dollars(amount(row.day, tier)),
      })),
      { title: "All", numeric: true, cell: (row) => dollars(row.sum) },
      { title: "Calls", numeric: true, cell: (row) => calls(callsByDay.get(row.day) ?? 0) },
    ],
    active,
  ),
})}
</section>`;
}
