import { thousands } from "../../figures.ts";
import { type Decimal, divideHalfEven, type PicoUsd } from "../../money.ts";
import type { Row, Warehouse } from "../../ports.ts";
import { type DayRange, perMonth } from "../per-month.ts";
import { count, text, usd } from "../usage-slice.ts";
import { burndownOf, suggestedTpm } from "./defaults.ts";

/** Measured use of one model in one account and region, as Bedrock's quotas count it. */
export interface MeasuredRates {
  readonly accountId: string;
  readonly region: string;
  readonly model: string;
  readonly burndown: number;
  /** Minutes with calls. */
  readonly minutes: number;
  readonly perMinute: { readonly p50: number; readonly p95: number; readonly p99: number; readonly most: number };
  readonly perDay: { readonly p50: number; readonly p95: number; readonly p99: number };
  readonly requestsPerMinuteP99: number;
  readonly throttles: number;
  /** Estimated dollars per active hour. */
  readonly hourlyP50: number;
  readonly hourlyP95: number;
  readonly cost: PicoUsd;
}

/** The busiest first. */
export async function measuredRates(warehouse: Warehouse, range: DayRange): Promise<MeasuredRates[]> {
  const { rows } = await warehouse.query("planning/token_rates", { ...range, burndown: 5 });
  return rows.map(readRates);
}

function readRates(row: Row): MeasuredRates {
  const model = text(row.model);
  const burndown = burndownOf(model);
  const at = (name: string): number => count(row[burndown === 1 ? name : `quota_${name}`]);
  return {
    accountId: text(row.account_id),
    region: text(row.region),
    model,
    burndown,
    minutes: count(row.minutes),
    perMinute: { p50: at("tpm_p50"), p95: at("tpm_p95"), p99: at("tpm_p99"), most: at("tpm_max") },
    perDay: { p50: at("tpd_p50"), p95: at("tpd_p95"), p99: at("tpd_p99") },
    requestsPerMinuteP99: count(row.rpm_p99),
    throttles: count(row.throttles),
    hourlyP50: count(row.hourly_p50),
    hourlyP95: count(row.hourly_p95),
    cost: usd(row.estimated_cost),
  };
}

/** Tokens per minute to ask for without any measurement: the published figure per user times users. */
export function suggestedQuota(developers: number): { readonly low: number; readonly high: number; readonly perUser: string } {
  const band = suggestedTpm.find(({ upTo }) => developers <= upTo);
  const [low, high] = [band?.low ?? 0, band?.high ?? 0];
  return {
    low: low * developers,
    high: high * developers,
    perUser: `${thousands(low)} to ${thousands(high)}`,
  };
}

/** What to do about the quota of one model. */
export function quotaAdvice({ perMinute, throttles, model }: MeasuredRates): string {
  const wanted = Math.ceil((perMinute.p99 * 1.2) / 1000) * 1000;
  const ask = `${thousands(wanted)} tokens per minute cover P99 and 20 %`;
  if (throttles === 0) return `${model}: ${ask}; nothing was throttled.`;
  return `${model}: ${ask}; ${thousands(throttles)} calls were throttled, so real demand is higher. Lower max_tokens first: it is taken from the quota when a call starts.`;
}

/** Capacity paid by the hour beside on-demand. Only for a price that somebody gave: none is published in a form that can be read here. */
export interface BreakEven {
  readonly model: string;
  readonly hourlyPrice: PicoUsd;
  readonly onDemandPerMonth: PicoUsd;
  readonly provisionedPerMonth: PicoUsd;
  /** What on-demand would have to cost on average in every hour of a month for provisioned to pay, times what it costs now. */
  readonly timesTraffic: number | null;
  readonly cheaper: "on-demand" | "provisioned";
}

/** Hours of a month: 365.25 × 24 / 12 = 730.5. */
const MONTH_HOURS: Decimal = { units: 7305n, scale: 1 };

export function breakEven(rates: MeasuredRates, hourlyPrice: PicoUsd, range: DayRange): BreakEven {
  const onDemandPerMonth = perMonth(rates.cost, range);
  const provisionedPerMonth = divideHalfEven(hourlyPrice * MONTH_HOURS.units, 10n ** BigInt(MONTH_HOURS.scale));
  return {
    model: rates.model,
    hourlyPrice,
    onDemandPerMonth,
    provisionedPerMonth,
    timesTraffic: onDemandPerMonth === 0n ? null : Number(provisionedPerMonth) / Number(onDemandPerMonth),
    cheaper: provisionedPerMonth < onDemandPerMonth ? "provisioned" : "on-demand",
  };
}
