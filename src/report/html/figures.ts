import { shortCount, percent as shown, thousands } from "../../figures.ts";
import { divideHalfEven, formatUsd, inDollars, type PicoUsd } from "../../money.ts";
import { addDays } from "../../time.ts";
import { type InvoicedSum, placesOf } from "../currencies.ts";
import { knownOf, type Priced, whereKnown } from "../measures.ts";
import { isMonth, type Period } from "../period.ts";
import { ratio } from "../rows.ts";
import { type Html, html } from "./html.ts";

export { counted, thousands as calls } from "../../figures.ts";

/** For tokens, which nobody reads to the digit. */
export const compact = (value: number): string => typeset(shortCount(value));

/** For pages alone: a minus sign as wide as a plus, and no line break between a figure and its sign. */
export const typeset = (figure: string): string => figure.replace(/^-/, "\u2212").replace(/ (?=[%kMG]$)/, "\u00a0");

export const dollars = (amount: PicoUsd): string => typeset(inDollars(amount));

/** Two places, whatever the size: what is booked. */
export const cents = (amount: PicoUsd): string => grouped(amount, 2);

/** An amount in the currency of an invoice, in its places: `EUR 1,234.50`, `JPY 1,234`, `$1,234.50`. */
export const money = (amount: bigint, currency: string): string =>
  currency === "USD" ? cents(amount) : grouped(amount, placesOf(currency)).replace("$", `${currency} `);

/** `EUR 1,234.50 and $20.00`: what a bill comes to on its invoices. */
export const invoicedText = (sums: readonly InvoicedSum[]): string =>
  sums.map(({ invoiced, currency }) => money(invoiced, currency)).join(" and ");

/** The estimate of some calls. */
export const estimated = (m: Priced): string => whereKnown(knownOf(m), dollars(m.estimated));

/** Whole dollars from a thousand on, for headlines. */
export const headline = (amount: PicoUsd): string => {
  const size = amount < 0n ? -amount : amount;
  return size >= 1_000_000_000_000_000n ? grouped(amount, 0) : dollars(amount);
};

function grouped(amount: PicoUsd, places: number): string {
  const step = 10n ** BigInt(12 - places);
  const rounded = divideHalfEven(amount, step) * step;
  const [whole = "0", fraction = ""] = formatUsd(rounded < 0n ? -rounded : rounded).split(".");
  const cents = places === 0 ? "" : `.${fraction.slice(0, places).padEnd(places, "0")}`;
  return typeset(`${rounded < 0n ? "-" : ""}$${thousands(BigInt(whole))}${cents}`);
}

/** Nothing that rounds to zero has a sign; a whole has no decimals; a share of nothing is a dash. */
export const percent = (share: number, places = 1): string => {
  if (!Number.isFinite(share)) return "–";
  const text = shown(share, Math.abs(share) >= 0.9995 ? 0 : places);
  return typeset(/[1-9]/.test(text) ? text : text.replace("-", ""));
};

/** Change against before as `+12.3 %`; nothing to compare with gives undefined. */
export function change(now: PicoUsd | number, before: PicoUsd | number): string | undefined {
  if (Number(before) === 0) return undefined;
  const share = (Number(now) - Number(before)) / Math.abs(Number(before));
  return `${share > 0 ? "+" : share < 0 ? "" : "±"}${percent(share)}`;
}

const MONTHS = [
  "January",
  "February",
  "March",
  "April",
  "May",
  "June",
  "July",
  "August",
  "September",
  "October",
  "November",
  "December",
];

/** `2026-10` → `October 2026`. */
export const monthName = (month: string): string => `${MONTHS[Number(month.slice(5, 7)) - 1] ?? ""} ${month.slice(0, 4)}`;

/** The month, or first and last day of another range. */
export const periodName = ({ from, to, month }: Period): string =>
  isMonth({ from, to }) ? monthName(month) : `${from === to ? "" : `${shortDay(from)} to `}${shortDay(to)} ${to.slice(0, 4)}`;

/** `2026-10-05` → `5 Oct`. */
export const shortDay = (day: string): string =>
  `${Number(day.slice(8, 10))} ${(MONTHS[Number(day.slice(5, 7)) - 1] ?? "").slice(0, 3)}`;

/** `5 Oct to 9 Oct, 12 Oct`: days in order, those that follow each other together. */
export function dayRanges(days: readonly string[]): string {
  const runs: [first: string, last: string][] = [];
  for (const day of days) {
    const run = runs.at(-1);
    if (run && addDays(run[1], 1) === day) run[1] = day;
    else runs.push([day, day]);
  }
  return runs.map(([first, last]) => (first === last ? shortDay(first) : `${shortDay(first)} to ${shortDay(last)}`)).join(", ");
}

/** ` as of 5 Oct 2026` behind a figure that is older than those around it; nothing where it is not. */
export const asOf = (day: string | undefined): string => (day === undefined ? "" : ` as of ${shortDay(day)} ${day.slice(0, 4)}`);

/** ISO instant → `5 Oct 14:05`. */
export const shortTime = (iso: string): string => `${shortDay(iso)} ${iso.slice(11, 16)}`;

/** A bar as wide as its share, drawn by the style sheet; decorative, because the number stands beside it. */
export const bar = (share: number, kind = ""): Html =>
  html`<span class="bar ${kind}" aria-hidden="true"><i style="width:${(Math.min(Math.max(share, 0), 1) * 100).toFixed(1)}%"></i></span>`;

/** A part as a bar and a percentage of the same whole: never of the longest line, or the first of many small ones looks like all. */
export const share = (part: PicoUsd, whole: PicoUsd): Html =>
  html`${bar(ratio(part, whole))} <small>${part > 0n && ratio(part, whole) < SMALLEST ? "<0.1\u00a0%" : percent(ratio(part, whole))}</small>`;

/** Below this a share would be shown as none at all. */
const SMALLEST = 0.0005;
