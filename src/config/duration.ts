import { z } from "zod";
import { DAY_MS, HOUR_MS } from "../time.ts";

const UNITS: Readonly<Record<string, number>> = { m: 60_000, h: HOUR_MS, d: DAY_MS };
const DURATION = /^(\d{1,4})(m|h|d)$/;

/** `15m`, `6h` or `2d` → milliseconds; undefined for any other text. `0m` is no time at all. */
export function parseDuration(text: string): number | undefined {
  const match = DURATION.exec(text);
  return match ? Number(match[1]) * (UNITS[match[2] ?? ""] ?? Number.NaN) : undefined;
}

/** Milliseconds as the largest whole unit: 900000 → `15m`, 5400000 → `90m`. */
export function formatDuration(millis: number): string {
  if (millis !== 0 && millis % DAY_MS === 0) return `${millis / DAY_MS}d`;
  if (millis !== 0 && millis % HOUR_MS === 0) return `${millis / HOUR_MS}h`;
  return `${Math.round(millis / 60_000)}m`;
}

/** A length of time in strata.yml. Stays text; `parseDuration` reads it. */
export const duration = z.string().regex(DURATION, "write a length of time as 15m, 6h or 2d");
