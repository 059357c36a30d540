import { cacheHitRate, cacheSaving, isKnown, knownOf, promptTokens, whereKnown } from "../../measures.ts";
import type { DimensionRow, TokenTypeRow } from "../../month-data.ts";
import { ratio } from "../../rows.ts";
import { COLOR, categoryAxis, chart, legend, still } from "../chart.ts";
import { compact, dollars, estimated, percent } from "../figures.ts";
import { type Html, html } from "../html.ts";
import type { PageInput } from "../page-input.ts";
import { more, table } from "../table.ts";

const MODELS = 8;

/** Where tokens and dollars part ways, and what the cache saves on each model. */
export function tokens({ data }: PageInput): Html {
  const types = data.tokenTypes
    .map((row) => ({ ...row, name: row.name.replaceAll("_", " ") }))
    .filter((row) => row.tokens > 0 || row.estimated !== 0n || row.billed !== 0n);
  const allTokens = types.reduce((sum, row) => sum + row.tokens, 0);
  const cached = data.by.model.filter((row) => row.usage.cacheReadTokens + row.usage.cacheWriteTokens > 0).slice(0, MODELS);
  const saving = cacheSaving(data.totals);
  const shares = (row: TokenTypeRow): readonly [number, number] => [
    ratio(row.tokens, allTokens),
    ratio(row.estimated, data.totals.estimated),
  ];
  const logged = types.filter((row) => row.tokens > 0);
  return html`<section id="tokens" aria-labelledby="tokens-h">
<h2 id="tokens-h">Tokens and cache</h2>
<p class="sub">${percent(cacheHitRate(data.totals))} of ${compact(promptTokens(data.totals))} prompt tokens came from the cache. ${
    isKnown(knownOf(data.totals))
      ? `Without caching the same calls would have cost ${dollars(data.totals.uncached)}, ${saving < 0n ? "less" : "more"} by ${dollars(saving < 0n ? -saving : saving)}.`
      : ""
  }</p>
${
  logged.length > 0 &&
  chart({
    id: "c-tokens",
    title: "Share of tokens and share of dollars",
    summary: `For each token type, its share of tokens beside its share of estimated dollars: ${logged.map((row) => `${row.name} ${percent(shares(row)[0])} of tokens, ${percent(shares(row)[1])} of dollars`).join("; ")}.`,
    height: 90 + logged.length * 46,
    option: (narrow) => ({
      grid: { left: 8, right: narrow ? 44 : 56, top: 34, bottom: 4, containLabel: true },
      legend: legend(["tokens", "dollars"]),
      yAxis: { ...categoryAxis(logged.map((row) => row.name)), inverse: true, axisLabel: { color: COLOR.ink } },
      xAxis: { type: "value", max: 1, show: false },
      series: [
        { name: "tokens", color: COLOR.other, at: 0 },
        { name: "dollars", color: COLOR.premium, at: 1 },
      ].map(({ name, color, at }) => ({
        ...still,
        type: "bar",
        name,
        barWidth: 12,
        barGap: "30%",
        itemStyle: { color, borderRadius: [0, 3, 3, 0] },
        label: { show: true, position: "right", color: COLOR.muted, formatter: ({ value }: { value: number }) => percent(value) },
        data: logged.map((row) => shares(row)[at] ?? 0),
      })),
    }),
    table: table<TokenTypeRow>(
      "Tokens and dollars by token type",
      [
        { title: "Token type", cell: (row) => row.name },
        { title: "Tokens", numeric: true, cell: (row) => compact(row.tokens) },
        { title: "Estimated", numeric: true, cell: (row) => dollars(row.estimated) },
        ...(data.bill ? [{ title: "Billed", numeric: true, cell: (row: TokenTypeRow) => dollars(row.billed) }] : []),
      ],
      types,
      more(types.length, types.length, "by_token_type.csv"),
    ),
  })
}
${
  cached.length > 0 &&
  html`<h3>Cache efficiency by model</h3>${table<DimensionRow>(
    "Cache efficiency by model",
    [
      { title: "Model", cell: (row) => row.name },
      { title: "Hit rate", numeric: true, cell: (row) => percent(cacheHitRate(row.usage)) },
      {
        title: "Read per written token",
        numeric: true,
        extra: true,
        cell: (row) =>
          row.usage.cacheWriteTokens === 0 ? "–" : ratio(row.usage.cacheReadTokens, row.usage.cacheWriteTokens).toFixed(1),
      },
      { title: "Estimated", numeric: true, cell: (row) => estimated(row.usage) },
      {
        title: "Without cache",
        numeric: true,
        extra: true,
        cell: (row) => whereKnown(knownOf(row.usage), dollars(row.usage.uncached)),
      },
      {
        title: "Saved",
        numeric: true,
        cell: (row) =>
          isKnown(knownOf(row.usage))
            ? html`<span class="${cacheSaving(row.usage) < 0n ? "bad" : ""}">${dollars(cacheSaving(row.usage))}</span>`
            : "–",
      },
    ],
    cached,
  )}`
}
</section>`;
}
