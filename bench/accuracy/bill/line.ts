import type { Wording } from "./wording.ts";

/** One line of the bill. Money in pico-dollars, times in milliseconds. */
export interface Line {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly account: string;
  readonly principal: string;
  readonly team: string | null;
  readonly resource: string;
  readonly words: Wording;
  /** Exact decimal. */
  readonly quantity: string;
  readonly rate: bigint;
  readonly amount: bigint;
  /** With discounts; the same as `amount` without a net column. */
  readonly net: bigint;
  /** What the line is in the waterfall when no call stands behind it. */
  readonly step: "tokens" | "missing_logs" | "not_token_based" | "discounts" | "taxes_and_credits" | "unclassified" | "unknown";
}

/** AWS writes ten decimals. */
export const tenDecimals = (pico: bigint): bigint => ((pico + (pico < 0n ? -50n : 50n)) / 100n) * 100n;

/** tokens / unit, exact: a unit is a power of ten. */
export function quotient(tokens: number, unit: number): string {
  const places = Math.round(Math.log10(unit));
  const digits = String(tokens).padStart(places + 1, "0");
  const whole = digits.slice(0, digits.length - places);
  const fraction = digits.slice(digits.length - places).replace(/0+$/, "");
  return fraction === "" || places === 0 ? whole : `${whole}.${fraction}`;
}

/** `2026-12` → `2027-01` */
export function nextMonth(month: string): string {
  const [year = 0, number = 0] = month.split("-").map(Number);
  return new Date(Date.UTC(year, number, 1)).toISOString().slice(0, 7);
}
