import { BarChart, ScatterChart } from "echarts/charts";
import { GridComponent, LegendComponent } from "echarts/components";
import { type EChartsCoreOption, init, use } from "echarts/core";
import { LegacyGridContainLabel } from "echarts/features";
import { SVGRenderer } from "echarts/renderers";
import { typeset } from "./figures.ts";
import { type Html, html, raw } from "./html.ts";

use([BarChart, ScatterChart, GridComponent, LegendComponent, LegacyGridContainLabel, SVGRenderer]);

/** Colours are names of custom properties, so that the page's scheme decides and no SVG is needed twice for light and dark. */
export const COLOR = {
  ink: "var(--ink)",
  muted: "var(--muted)",
  line: "var(--line)",
  surface: "var(--surface)",
  premium: "var(--c1)",
  standard: "var(--c2)",
  fast: "var(--c3)",
  other: "var(--c4)",
  good: "var(--good)",
  warn: "var(--warn)",
  bad: "var(--bad)",
} as const;

export interface Chart {
  readonly id: string;
  readonly title: string;
  /** What a reader who cannot see the chart should know. */
  readonly summary: string;
  readonly height: number;
  readonly option: (narrow: boolean) => EChartsCoreOption;
  /** The same numbers as a table. */
  readonly table: Html;
}

/** The chart drawn for wide and for narrow screens (text keeps its size; the style sheet shows one), and its table. */
export const chart = (spec: Chart): Html =>
  html`<figure class="chart" id="${spec.id}">
<figcaption>${spec.title}</figcaption>
<div class="wide">${svg(spec, 1040, false)}</div><div class="narrow">${svg(spec, 340, true)}</div>
<details><summary>Show as table</summary>${spec.table}</details>
</figure>`;

function svg(spec: Chart, width: number, narrow: boolean): Html {
  const instance = init(null, null, { renderer: "svg", ssr: true, width, height: spec.height });
  try {
    instance.setOption({
      animation: false,
      textStyle: { fontFamily: "inherit", fontSize: 12, color: COLOR.muted },
      ...spec.option(narrow),
    });
    return raw(clean(instance.renderToSVGString(), `${spec.id}-${narrow ? "n" : "w"}`, spec.summary));
  } finally {
    instance.dispose();
  }
}

/**
 * Takes out what echarts adds for its own client (hover styles, indices), and names ids after the chart: echarts numbers them per process,
 * which would make the bytes of a page depend on what was drawn before.
 */
function clean(markup: string, id: string, summary: string): string {
  const label = html`${summary}`.markup;
  return (
    markup
      .replace(/<style[\s\S]*?<\/style>/g, "")
      .replace(/ (?:ecmeta_\w+|class|pointer-events|xmlns:xlink|version|baseProfile)="[^"]*"/g, "")
      .replace(/zr\d+-/g, `${id}-`)
      .replace(/font-family:[^;"]*;?/g, "")
      .replace(/(?<=\d\.\d{2})\d+/g, "")
      // As a function: dollars in a replacement text would be taken for places of the match.
      .replace(/^<svg width="\d+" height="\d+"/, () => `<svg role="img" aria-label="${label}"`)
      .replace(/\n+/g, "")
  );
}

/** Axes in the page's own hand: no ticks, hairlines, muted labels. */
export const categoryAxis = (data: readonly string[], interval: number | "auto" = "auto") => ({
  type: "category" as const,
  data: [...data],
  axisTick: { show: false },
  axisLine: { lineStyle: { color: COLOR.line } },
  axisLabel: { color: COLOR.muted, fontSize: 12, interval, hideOverlap: true },
});

export const valueAxis = (format: (value: number) => string) => ({
  type: "value" as const,
  splitNumber: 4,
  splitLine: { lineStyle: { color: COLOR.line } },
  axisLabel: { color: COLOR.muted, formatter: format },
});

/** Names of the series, above the chart. */
export const legend = (data: readonly string[]) => ({
  top: 0,
  left: 0,
  itemWidth: 10,
  itemHeight: 10,
  itemGap: 16,
  textStyle: { color: COLOR.ink },
  data,
});

/** Dollars on an axis. */
export const axisDollars = (value: number): string => {
  const size = Math.abs(value);
  const [unit, sign] = size >= 1e6 ? [1e6, "M"] : size >= 1000 ? [1000, "k"] : [1, ""];
  return typeset(`${value < 0 ? "-" : ""}$${short(size / unit)}${sign}`);
};

/** A share on an axis. */
export const axisPercent = (value: number): string => `${short(value * 100)} %`;

/** As many digits as tell neighbours on an axis apart, and none that stand for rounding of the machine. */
const short = (value: number): string =>
  (+value.toPrecision(6)).toLocaleString("en-US", { maximumSignificantDigits: 6, useGrouping: false });

/** Dollars as a coordinate: charts may round, tables do not. */
export const coordinate = (pico: bigint): number => Number(pico / 1_000_000n) / 1_000_000;

/** Bars and lines that do not pretend to react to a pointer. */
export const still = { silent: true, emphasis: { disabled: true } } as const;
