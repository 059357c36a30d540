import type { Measure } from "../config/alert-rule.ts";
import { displayUsd, parseUsd } from "../money.ts";

const grouped = (value: number, digits = 0): string => value.toFixed(digits).replace(/\B(?=(\d{3})+(?!\d))/g, ",");

/** 1234567 → `1.23 M`; below ten thousand exact. */
export function shortCount(value: number): string {
  if (Math.abs(value) >= 1e9) return `${(value / 1e9).toFixed(2)} G`;
  if (Math.abs(value) >= 1e6) return `${(value / 1e6).toFixed(2)} M`;
  if (Math.abs(value) >= 1e4) return `${(value / 1e3).toFixed(1)} k`;
  return grouped(Math.round(value));
}

/** 0.1234 → `12.3 %`; from ten per cent without decimals when they are zero. */
export function percent(share: number): string {
  const text = (share * 100).toFixed(Math.abs(share) < 0.1 && share !== 0 ? 2 : 1);
  return `${text.replace(/\.0+$/, "")} %`;
}

/** A value as people read it: `$1,234.50`, `12.3 %`, `4.20 M tokens`, `1,234 calls`. */
export function formatValue(measure: Measure, value: number): string {
  switch (measure) {
    case "usd":
      return `$${displayUsd(parseUsd(value.toFixed(6)))}`;
    case "share":
      return percent(value);
    case "tokens":
      return `${shortCount(value)} tokens`;
    case "calls":
      return value === 1 ? "1 call" : `${shortCount(value)} calls`;
    case "points":
      return value === 1 ? "1 point" : `${value} points`;
    default:
      return measure satisfies never;
  }
}

/** `45 minutes`, `3 hours`, `2 days`: as far as somebody wants to know. */
export function spanText(minutes: number): string {
  if (minutes < 120) return minutes === 1 ? "1 minute" : `${minutes} minutes`;
  if (minutes < 48 * 60) return `${Math.round(minutes / 60)} hours`;
  return `${Math.round(minutes / 1440)} days`;
}
