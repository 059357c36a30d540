import type { QueryParams, Row, Warehouse } from "../ports.ts";
import { loadBill } from "./load-bill.ts";
import { loadQuality, loadRecordQuality } from "./load-quality.ts";
import { measuresOf, NO_USAGE, pricedOf } from "./measures.ts";
import type {
  AlertLine,
  Dimension,
  DimensionRow,
  ErrorLine,
  MonthData,
  MonthSums,
  RecordQuality,
  TokenTypeRow,
  Totals,
} from "./month-data.ts";
import { comparable, type Period } from "./period.ts";
import { count, text, usd } from "./rows.ts";

/** The column that names a line, and the further columns that are kept as labels. Those whose column is `name` come from one query. */
const COLUMNS: Readonly<Record<Dimension, { readonly name: string; readonly labels: readonly string[] }>> = {
  team: { name: "team", labels: ["cost_center"] },
  cost_center: { name: "name", labels: [] },
  account: { name: "name", labels: [] },
  model: { name: "model", labels: ["vendor", "model_family", "model_tier"] },
  person: { name: "person", labels: ["team", "active_days", "sessions", "premium_cost"] },
  day: { name: "dt", labels: [] },
  service_tier: { name: "name", labels: [] },
  feature: { name: "name", labels: [] },
  environment: { name: "name", labels: [] },
};

/** What a statement can be narrowed by. */
export const FILTERS = [
  "team",
  "account",
  "region",
  "model",
  "person",
  "service_tier",
  "cost_center",
  "environment",
  "feature",
] as const;

/**
 * Narrows a statement to calls and charges of some teams, accounts and so on; what is undefined does not narrow. `carrier` are principals and
 * resources, found by the tags that they carry.
 */
export type MonthFilter = { readonly [Name in (typeof FILTERS)[number] | "carrier"]?: readonly string[] | undefined };

/** Longer stretches are shown by day. */
const MOST_DAYS_BY_HOUR = 3;

/** Queries about deliveries, invoices and alerts, which belong to no team, account, model or person. */
const UNFILTERED = new Set(["alerts", "quarantine", "record_quality", "invoices", "unconverted"]);

/** Runs the queries of sql/reports for one month. An empty month gives zeros and empty lists. */
export async function loadMonth(
  warehouse: Warehouse,
  period: Period,
  organisation: string,
  filter: MonthFilter = {},
): Promise<MonthData> {
  const quick = await loadUsage(warehouse, period, organisation, filter);
  return { ...quick, errors: await loadErrors(warehouse, period, filter) };
}

type Ask = (name: string, params?: QueryParams) => Promise<readonly Row[]>;

function asker(warehouse: Warehouse, { from, to }: Period, filter: MonthFilter): Ask {
  const only: QueryParams = Object.fromEntries(
    Object.entries(filter).flatMap(([name, values]) => (values ? [[name, values]] : [])),
  );
  return async (name, params = { from, to }) =>
    (await warehouse.query(`reports/${name}`, UNFILTERED.has(name) ? params : { ...params, ...only })).rows;
}

/** What the month's records say of themselves. */
export const loadRecords = (warehouse: Warehouse, period: Period): Promise<RecordQuality> =>
  loadRecordQuality(asker(warehouse, period, {}));

/** Failed calls by kind. */
export async function loadErrors(warehouse: Warehouse, period: Period, filter: MonthFilter = {}): Promise<ErrorLine[]> {
  return (await asker(warehouse, period, filter)("errors")).map((row) => ({
    errorClass: text(row, "error_class"),
    errorCode: text(row, "error_code"),
    model: text(row, "model"),
    callers: count(row, "callers"),
    lostTokens: count(row, "lost_tokens"),
    failed: pricedOf(row, "calls", "error_cost"),
  }));
}

/** A month without its failed calls by kind. */
export async function loadUsage(...given: Parameters<typeof loadSums>): Promise<Omit<MonthData, "errors">> {
  const [warehouse, period] = given;
  const sums = await loadSums(...given);
  return { ...sums, quality: { ...sums.quality, ...(await loadRecords(warehouse, period)) } };
}

/** What a month's sums say: of its records nothing is read. */
export async function loadSums(
  warehouse: Warehouse,
  period: Period,
  organisation: string,
  filter: MonthFilter = {},
): Promise<MonthSums> {
  const range = { from: period.from, to: period.to };
  const rows = asker(warehouse, period, filter);

  const totals = totalsOf((await rows("totals"))[0] ?? {});
  const previousRange = comparable(period, totals.lastDay ?? period.to);
  const previous = totalsOf((await rows("totals", previousRange))[0] ?? {});
  const billed = new Map<string, ReturnType<typeof usd>>();
  for (const row of await rows("billed_by_dimension"))
    billed.set(`${text(row, "dimension")}\n${text(row, "name")}`, usd(row, "billed_cost"));

  const dimension = async (name: Dimension): Promise<DimensionRow[]> => {
    const plain = COLUMNS[name].name === "name";
    return merge(name, await (plain ? rows("by_dimension", { ...range, dimension: name }) : rows(`by_${name}`)), billed);
  };
  const by = {
    team: await dimension("team"),
    cost_center: await dimension("cost_center"),
    account: await dimension("account"),
    model: await dimension("model"),
    person: await dimension("person"),
    day: await dimension("day"),
    service_tier: await dimension("service_tier"),
    feature: await dimension("feature"),
    environment: await dimension("environment"),
  };
  const tokenTypes = mergeTokenTypes(await rows("by_token_type"), billed);
  const dayTiers = (await rows("by_tier")).map((row) => ({
    day: text(row, "dt"),
    tier: text(row, "model_tier"),
    calls: count(row, "invocations"),
    estimated: usd(row, "estimated_cost"),
  }));
  const hours =
    period.days.length > MOST_DAYS_BY_HOUR
      ? undefined
      : (await rows("by_tier", { ...range, hourly: true })).map((row) => ({
          day: text(row, "dt"),
          hour: count(row, "hour"),
          tier: text(row, "model_tier"),
          calls: count(row, "invocations"),
          errors: count(row, "errors"),
          estimated: usd(row, "estimated_cost"),
        }));
  const teamModels = (await rows("by_team_and_model")).map((row) => ({
    team: text(row, "team"),
    model: text(row, "model", "(no model)"),
    usage: pricedOf(row),
  }));
  const movers = (await rows("movers", { ...range, prev_from: previousRange.from, prev_to: previousRange.to })).map((row) => ({
    dimension: text(row, "dimension"),
    name: text(row, "name"),
    before: usd(row, "before_cost"),
    now: usd(row, "now_cost"),
    change: usd(row, "change"),
  }));
  const bill = await loadBill(rows);
  return {
    organisation,
    period,
    totals,
    previous,
    previousRange,
    by,
    tokenTypes,
    dayTiers,
    hours,
    teamModels,
    movers,
    quality: await loadQuality(rows, warehouse, period, bill?.lastDay),
    bill,
    unconverted: (await rows("unconverted")).map((row) => ({
      currency: text(row, "currency_code"),
      period: text(row, "period"),
      lines: count(row, "lines"),
      amount: usd(row, "original_cost"),
    })),
    sources: (await warehouse.query("reports/by_source", range)).rows.map((row) => ({
      basis: text(row, "basis"),
      source: text(row, "attribution_source"),
      team: text(row, "team"),
      amount: usd(row, "cost"),
    })),
    personSources: (await warehouse.query("reports/by_person_source", range)).rows.map((row) => ({
      source: text(row, "person_source"),
      person: text(row, "person"),
      amount: usd(row, "cost"),
    })),
    alerts: (await rows("alerts")).map(alertOf),
  };
}

const alertOf = (row: Row): AlertLine => ({
  tier: text(row, "severity"),
  rule: text(row, "rule"),
  title: text(row, "title"),
  scope: text(row, "scope"),
  name: text(row, "scope_name"),
  openedAt: text(row, "opened_at"),
  resolvedAt: text(row, "resolved_at") || undefined,
  message: text(row, "summary"),
});

function totalsOf(row: Row): Totals {
  const day = (column: string): string | undefined => text(row, column) || undefined;
  return {
    ...measuresOf(row),
    principals: count(row, "principals"),
    teams: count(row, "teams"),
    accounts: count(row, "accounts"),
    models: count(row, "models"),
    firstDay: day("first_day"),
    lastDay: day("last_day"),
    unattributed: count(row, "unattributed"),
    unattributedCost: usd(row, "unattributed_cost"),
    priceEstimated: count(row, "price_estimated"),
    guessed: usd(row, "guessed_cost"),
    estimatedHigh: usd(row, "estimated_cost_high"),
  };
}

/** Usage lines in their order, then names that only the bill knows. */
function merge(dimension: Dimension, rows: readonly Row[], billed: ReadonlyMap<string, bigint>): DimensionRow[] {
  const { name, labels } = COLUMNS[dimension];
  const left = namesOf(dimension, billed);
  const merged: DimensionRow[] = rows.map((row) => {
    const key = text(row, name);
    const amount = left.get(key) ?? 0n;
    left.delete(key);
    return {
      name: key,
      labels: Object.fromEntries(labels.map((label) => [label, text(row, label)])),
      usage: measuresOf(row),
      billed: amount,
    };
  });
  const unseen = [...left].map(([key, amount]) => ({
    name: key,
    labels: Object.fromEntries(labels.map((label) => [label, ""])),
    usage: NO_USAGE,
    billed: amount,
  }));
  const all = [...merged, ...unseen];
  return dimension === "day" ? all.sort((a, b) => (a.name < b.name ? -1 : 1)) : all;
}

function mergeTokenTypes(rows: readonly Row[], billed: ReadonlyMap<string, bigint>): TokenTypeRow[] {
  const left = namesOf("token_type", billed);
  const merged = rows.map((row) => {
    const key = text(row, "token_type");
    const amount = left.get(key) ?? 0n;
    left.delete(key);
    return {
      name: key,
      tokens: count(row, "tokens"),
      tokens1h: count(row, "tokens_1h"),
      estimated: usd(row, "estimated_cost"),
      billed: amount,
    };
  });
  return [...merged, ...[...left].map(([key, amount]) => ({ name: key, tokens: 0, tokens1h: 0, estimated: 0n, billed: amount }))];
}

function namesOf(dimension: string, billed: ReadonlyMap<string, bigint>): Map<string, bigint> {
  const prefix = `${dimension}\n`;
  return new Map(
    [...billed].filter(([key]) => key.startsWith(prefix)).map(([key, amount]) => [key.slice(prefix.length), amount]),
  );
}
