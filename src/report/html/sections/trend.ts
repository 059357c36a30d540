import type { PicoUsd } from "../../../money.ts";
import { sumUsd } from "../../rows.ts";
import { axisDollars, COLOR, categoryAxis, chart, coordinate, still, valueAxis } from "../chart.ts";
import { calls, counted, dollars, headline, shortDay } from "../figures.ts";
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
  const summary = `The largest day was ${shortDay(peak.day)} with ${dollars(peak.sum)}; the mean of ${counted(active.length, "day")} with calls is ${dollars(mean)}.`;
  // What is still to come of a day: all of it after the last day with calls, the rest of it on the last one.
  const expected = new Map((projection?.days ?? []).map(({ day, usd }) => [day, usd]));
  const toCome = (day: string): PicoUsd => {
    const missing = (expected.get(day) ?? 0n) - sumUsd(used.map((tier) => amount(day, tier)));
    return missing > 0n ? missing : 0n;
  };
  const shown = perDay.filter(
    (one) => callsByDay.has(one.day) || expected.has(one.day) || data.quality.missingDays.includes(one.day),
  );
  const missing = new Set(data.quality.missingDays);
  return html`<section id="trend" aria-labelledby="trend-h">
<h2 id="trend-h">Daily spend</h2>
<p class="sub">Estimated dollars per UTC day, by model tier. ${summary}${
    projection
      ? html` The month is expected to end at <strong>${headline(projection.expected)}</strong>, between ${headline(projection.low)} and ${headline(projection.high)} in ${Math.round(projection.level * 100)} of 100 months; learned from ${projection.historyDays} complete days.`
      : ""
  }</p>
${chart({
  id: "c-trend",
  title: "Spend per day",
  summary: `Stacked bars of estimated dollars per day. ${summary}`,
  height: 300,
  option: (narrow) => ({
    grid: { left: 8, right: 8, top: 34, bottom: 4, containLabel: true },
    legend: {
      top: 0,
      left: 0,
      itemWidth: 10,
      itemHeight: 10,
      itemGap: 16,
      textStyle: { color: COLOR.ink },
      data: [...used, ...(projection ? ["expected"] : []), ...(missing.size > 0 ? ["no logs"] : [])],
    },
    xAxis: categoryAxis(
      data.period.days.map((day) => (narrow ? String(Number(day.slice(8))) : shortDay(day))),
      narrow ? 6 : 2,
    ),
    yAxis: valueAxis(axisDollars),
    series: [
      ...used.map((tier) => ({
        ...still,
        type: "bar",
        name: tier,
        stack: "tiers",
        barCategoryGap: "28%",
        itemStyle: { color: COLOR[tier] },
        data: data.period.days.map((day) => coordinate(amount(day, tier))),
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
              data: data.period.days.map((day) => (toCome(day) === 0n ? "-" : coordinate(toCome(day)))),
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
              data: data.period.days.map((day) => (missing.has(day) ? coordinate(mean) : "-")),
            },
          ]
        : []),
    ],
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
      {
        title: "All",
        numeric: true,
        cell: (row: { day: string; sum: PicoUsd }) => (missing.has(row.day) ? "no logs" : dollars(row.sum)),
      },
      ...(projection
        ? [
            {
              title: "Expected",
              numeric: true,
              cell: (row: { day: string; sum: PicoUsd }) => {
                const usd = expected.get(row.day);
                return usd === undefined ? "–" : dollars(usd);
              },
            },
          ]
        : []),
      { title: "Calls", numeric: true, cell: (row: { day: string; sum: PicoUsd }) => calls(callsByDay.get(row.day) ?? 0) },
    ],
    shown,
  ),
})}
</section>`;
}
