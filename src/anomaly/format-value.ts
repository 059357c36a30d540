import type { Measure } from "../config/alert-rule.ts";
import { counted, percent, shortCount } from "../figures.ts";
import { inDollars, parseUsd } from "../money.ts";

/** A value as people read it: `$1,234.50`, `12.3 %`, `4.20 M tokens`, `1,234 calls`. */
export function formatValue(measure: Measure, value: number): string {
  switch (measure) {
    case "usd":
      return inDollars(parseUsd(value.toFixed(6)));
    case "share":
      return percent(value);
    case "tokens":
      return `${shortCount(value)} tokens`;
    case "calls":
      return value === 1 ? "1 call" : `${shortCount(value)} calls`;
    case "points":
      return counted(value, "point");
    default:
      return measure satisfies never;
  }
}

/** `45 minutes`, `3 hours`, `2 days`: as far as somebody wants to know. */
export function spanText(minutes: number): string {
  if (minutes < 120) return counted(minutes, "minute");
  if (minutes < 48 * 60) return `${Math.round(minutes / 60)} hours`;
  return `${Math.round(minutes / 1440)} days`;
}
