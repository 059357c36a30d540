import type { Severity } from "../config/alert-rule.ts";
import type { AlertsConfig } from "../config/alerts.ts";
import { localTime } from "../local-time.ts";
import { parseDay } from "../time.ts";

/** Why nothing is sent in them. */
export const QUIET = "quiet hours";

const minutesOf = (clock: string): number => Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3));

/** Whether messages of that severity wait at an instant, by the clock of the organisation's time zone. */
export function isQuiet({ quiet_hours: quiet }: AlertsConfig, severity: Severity, millis: number, zone: string): boolean {
  if (!quiet?.severities.some((one) => one === severity)) return false;
  const { day, minutes } = localTime(millis, zone);
  if (quiet.weekends && new Date(parseDay(day) ?? 0).getUTCDay() % 6 === 0) return true;
  const [from, to] = [minutesOf(quiet.from), minutesOf(quiet.to)];
  return from <= to ? minutes >= from && minutes < to : minutes >= from || minutes < to;
}
