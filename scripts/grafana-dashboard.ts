// biome-ignore-all lint/suspicious/noTemplateCurlyInString: Grafana fills in its data source.
import { join } from "node:path";
import {
  type Dashboard,
  DashboardCursorSync,
  GraphDrawStyle,
  type GraphFieldConfig,
  LegendDisplayMode,
  type Panel,
  SortOrder,
  StackingMode,
  TooltipDisplayMode,
  VisibilityMode,
  type VizLegendOptions,
  type VizTooltipOptions,
} from "@grafana/schema";
import { dashboardText } from "../src/query/dashboard-text.ts";
import { queryFile } from "../src/query/files.ts";

/** Where the dashboard lies. `npm run docs` writes it; a test holds it to the queries. */
export const GRAFANA_FILE = join(import.meta.dirname, "../examples/grafana/strata.json");

/** Macros of the Athena data source for Grafana: the range that the reader chose, in UTC. Parameters beside the days keep their defaults. */
const MACROS: Readonly<Record<string, string>> = { from: "cast($__timeFrom() as date)", to: "cast($__timeTo() as date)" };
const PLUGIN = "grafana-athena-datasource";
const SOURCE = { type: PLUGIN, uid: "${DS_ATHENA}" };
/** What that data source makes of the rows: series over a column of time, or a table. */
const FORMAT = { series: 0, table: 1 } as const;

/** A query of sql/dashboards as Grafana sends it. */
const grafanaText = (name: string, fixed: Asked["fixed"]): string =>
  dashboardText(name, queryFile(`dashboards/${name}`).sql, { ...MACROS, ...fixed }).sql;

interface Asked {
  readonly id: number;
  readonly title: string;
  readonly query: string;
  /** Literals of parameters that have no default. */
  readonly fixed?: Readonly<Record<string, string>>;
  /** Grafana's grid has 24 columns. */
  readonly at: readonly [x: number, y: number, w: number, h: number];
}

/** The type is written down: of what is spread, properties that Grafana does not know would not be noticed. */
type Common = Required<Pick<Panel, "id" | "title" | "description" | "datasource" | "gridPos" | "targets">>;

const asking = ({ id, title, query, fixed, at: [x, y, w, h] }: Asked, format: keyof typeof FORMAT): Common => ({
  id,
  title,
  description: queryFile(`dashboards/${query}`).header.purpose,
  datasource: SOURCE,
  gridPos: { x, y, w, h },
  targets: [
    {
      refId: "A",
      datasource: SOURCE,
      format: FORMAT[format],
      rawSQL: grafanaText(query, fixed),
      connectionArgs: {
        ...{ region: "__default", catalog: "__default", database: "__default" },
        // The tables change every few minutes at most, and each run is billed.
        ...{ resultReuseEnabled: true, resultReuseMaxAgeInMinutes: 15 },
      },
    },
  ],
});

const LEGEND: VizLegendOptions = { displayMode: LegendDisplayMode.List, placement: "bottom", showLegend: true, calcs: [] };
const TOOLTIP: VizTooltipOptions = { mode: TooltipDisplayMode.Multi, sort: SortOrder.Descending };

/** Stacked bars of dollars, or lines of shares. */
function overTime(asked: Asked, unit: "currencyUSD" | "percentunit"): Panel {
  const custom: Partial<GraphFieldConfig> =
    unit === "currencyUSD"
      ? { drawStyle: GraphDrawStyle.Bars, fillOpacity: 80, lineWidth: 1, stacking: { mode: StackingMode.Normal, group: "A" } }
      : { drawStyle: GraphDrawStyle.Line, fillOpacity: 10, lineWidth: 1, showPoints: VisibilityMode.Never };
  return {
    type: "timeseries",
    ...asking(asked, "series"),
    fieldConfig: { defaults: { unit, custom: { ...custom } }, overrides: [] },
    options: { legend: LEGEND, tooltip: TOOLTIP },
  };
}

/** Units of columns by name. */
const units = (of: Readonly<Record<string, string>>) =>
  Object.entries(of).map(([column, value]) => ({
    matcher: { id: "byName", options: column },
    properties: [{ id: "unit", value }],
  }));

const rows = (asked: Asked, of: Readonly<Record<string, string>>): Panel => ({
  type: "table",
  ...asking(asked, "table"),
  fieldConfig: { defaults: {}, overrides: units(of) },
  options: { showHeader: true, cellHeight: "sm" },
});

const figures = (asked: Asked, of: Readonly<Record<string, string>>): Panel => ({
  type: "stat",
  ...asking(asked, "table"),
  fieldConfig: { defaults: {}, overrides: units(of) },
  options: { reduceOptions: { calcs: ["lastNotNull"], fields: "/.*/", values: false }, colorMode: "none", graphMode: "none" },
});

/** The dashboard as Grafana imports it: it asks for the data source, and for nothing else. */
export function grafanaDashboard(): Dashboard & { readonly __inputs: readonly object[]; readonly __requires: readonly object[] } {
  return {
    __inputs: [
      { name: "DS_ATHENA", label: "Athena", description: "", type: "datasource", pluginId: PLUGIN, pluginName: "Amazon Athena" },
    ],
    __requires: [{ type: "datasource", id: PLUGIN, name: "Amazon Athena", version: "2.9.3" }],
    uid: "strata-bedrock",
    title: "Amazon Bedrock: cost and usage",
    description:
      "Made by Strata from its own tables. Estimated: list price times logged tokens. Billed: CUR 2.0, unblended. No panel names a person.",
    tags: ["bedrock", "cost"],
    schemaVersion: 39,
    version: 1,
    editable: true,
    graphTooltip: DashboardCursorSync.Crosshair,
    timezone: "utc",
    time: { from: "now-30d", to: "now" },
    refresh: "",
    panels: [
      figures(
        { id: 1, title: "At a glance", query: "figures", at: [0, 0, 24, 4] },
        { estimated_cost: "currencyUSD", invocations: "short", errors: "short", unpriced_share: "percentunit" },
      ),
      overTime(
        {
          id: 2,
          title: "Estimated dollars by team",
          query: "spend_over_time",
          fixed: { dimension: "'team'" },
          at: [0, 4, 12, 9],
        },
        "currencyUSD",
      ),
      overTime(
        {
          id: 3,
          title: "Estimated dollars by model",
          query: "spend_over_time",
          fixed: { dimension: "'model'" },
          at: [12, 4, 12, 9],
        },
        "currencyUSD",
      ),
      overTime({ id: 4, title: "Failed and throttled calls", query: "failures_by_hour", at: [0, 13, 12, 8] }, "percentunit"),
      overTime(
        { id: 5, title: "Billed dollars by part of the bill", query: "billed_by_part", at: [12, 13, 12, 8] },
        "currencyUSD",
      ),
      rows(
        { id: 6, title: "Teams", query: "teams", at: [0, 21, 12, 10] },
        { estimated_cost: "currencyUSD", failed: "percentunit", cache_hit_rate: "percentunit" },
      ),
      rows({ id: 7, title: "Alerts", query: "alerts_raised", at: [12, 21, 12, 10] }, { dollars: "currencyUSD" }),
    ],
  };
}
