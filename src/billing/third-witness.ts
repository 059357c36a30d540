import { percent } from "../figures.ts";
import { formatUsd, inDollars, parseUsd } from "../money.ts";
import type { BillingApi, Warehouse } from "../ports.ts";
import { addDays } from "../time.ts";
import { type BillFinding, billFinding } from "./finding.ts";

/** Dollars of one day by the two witnesses at hand. Exact decimals. */
export interface WitnessDay {
  readonly day: string;
  /** provisional, billed, final or restated */
  readonly status: string;
  /** On the CUR, without credits, refunds and tax, as Cost Explorer is asked. */
  readonly billedUsd: string;
  readonly estimatedUsd: string;
}

export interface Witnesses {
  readonly month: string;
  /** Last day that is compared, included. */
  readonly to: string;
  readonly explorerUsd: string;
  readonly billedUsd: string;
  readonly estimatedUsd: string;
  /** |Cost Explorer − CUR| over the larger of them; null when both are nothing. */
  readonly billedGap: number | null;
  /** What Cost Explorer expects of the whole month: what is there and its forecast of the rest; null with too little history. */
  readonly forecastUsd: string | null;
  readonly forecastLowUsd: string | null;
  readonly forecastHighUsd: string | null;
  /** Requests that were paid for; answers from the cache cost nothing. */
  readonly calls: number;
  readonly costUsd: string;
  readonly findings: readonly BillFinding[];
}

/**
 * Compares Cost Explorer's month to date with the CUR, over the days that the CUR has whole, and tells where they disagree by more than `limit`.
 * @param limit share, for example 0.02
 * @param today day on which it is asked; the forecast starts there
 */
export async function thirdWitness(
  api: BillingApi,
  month: string,
  days: readonly WitnessDay[],
  options: { readonly limit: number; readonly today: string },
): Promise<Witnesses> {
  const from = `${month}-01`;
  const whole = days
    .filter(({ day, status }) => day.startsWith(month) && status !== "provisional")
    .map(({ day }) => day)
    .sort();
  const to = whole.at(-1) ?? from;
  const running = options.today.startsWith(month);
  // While the month runs, the days since the last delivery are asked for too: the forecast begins today.
  const charges = await api.charges(from, running ? maxDay(to, addDays(options.today, -1)) : to);
  const explorer = sum(charges.filter(({ dt }) => dt <= to).map(({ usd }) => usd));
  const compared = days.filter(({ day }) => day >= from && day <= to);
  const billed = sum(compared.map(({ billedUsd }) => billedUsd));
  const estimated = sum(compared.map(({ estimatedUsd }) => estimatedUsd));
  const services = [...new Set(charges.map(({ service }) => service))].sort();
  const forecast = running ? await api.forecast(services) : undefined;
  const soFar = sum(charges.filter(({ dt }) => dt < options.today).map(({ usd }) => usd));
  const ahead = (usd: string | undefined): string | null => (usd === undefined ? null : formatUsd(soFar + toPico(usd)));
  const gap = gapOf(explorer, billed);
  return {
    month,
    to,
    explorerUsd: formatUsd(explorer),
    billedUsd: formatUsd(billed),
    estimatedUsd: formatUsd(estimated),
    billedGap: gap,
    forecastUsd: ahead(forecast?.usd),
    forecastLowUsd: ahead(forecast?.low),
    forecastHighUsd: ahead(forecast?.high),
    calls: api.calls,
    costUsd: formatUsd(api.cost),
    findings: gap !== null && gap > options.limit ? [disagreement(month, to, explorer, billed, gap, options.limit)] : [],
  };
}

/** The days of a month as `thirdWitness` wants them. `days`: status by day, from `monthReconciliation`. */
export async function witnessDays(
  warehouse: Warehouse,
  days: readonly { readonly day: string; readonly status: string }[],
): Promise<WitnessDay[]> {
  const status = new Map(days.map((day) => [day.day, day.status]));
  const order = [...status.keys()].sort();
  const [from, to] = [order[0], order.at(-1)];
  if (from === undefined || to === undefined) return [];
  const { rows } = await warehouse.query("billing/witness_days", { from, to });
  return rows.map((row) => ({
    day: String(row["dt"]),
    status: status.get(String(row["dt"])) ?? "provisional",
    billedUsd: String(row["billed_cost"]),
    estimatedUsd: String(row["estimated_cost"]),
  }));
}

const maxDay = (a: string, b: string): string => (a > b ? a : b);
const toPico = (usd: string): bigint => parseUsd(usd);
const sum = (amounts: readonly string[]): bigint => amounts.reduce((total, usd) => total + toPico(usd), 0n);

function gapOf(one: bigint, other: bigint): number | null {
  const [a, b] = [Number(one), Number(other)];
  const larger = Math.max(Math.abs(a), Math.abs(b));
  return larger === 0 ? null : Math.abs(a - b) / larger;
}

const disagreement = (month: string, to: string, explorer: bigint, billed: bigint, gap: number, limit: number): BillFinding =>
  billFinding(
    "witnesses_disagree",
    "note",
    month,
    `Cost Explorer says ${inDollars(explorer)} up to ${to} and the CUR ${inDollars(billed)}, ${percent(gap, 1)} apart and more than the ${percent(limit, 1)} of billing.explorer_limit`,
    "A delivery of the CUR is missing or late, an account is not in the export, or Bedrock is billed under a service that is not known here.",
  );
