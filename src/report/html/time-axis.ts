import { isMonth, type Period } from "../period.ts";
import { shortDay } from "./figures.ts";

/** The points of a chart over time: the days of a stretch, or the hours of a few days. */
export interface TimeAxis {
  readonly unit: "day" | "hour";
  /** `2026-10-05`, or `2026-10-05 14`. */
  readonly points: readonly string[];
  /** What a sentence calls a point. */
  readonly spoken: (point: string) => string;
  /** What stands on the axis, no two alike, and how many points have no label between two that have one. */
  readonly labels: (narrow: boolean) => readonly [labels: readonly string[], skipped: number];
}

/** As many labels fit beside each other on a wide and on a narrow page. */
const WIDE = 11;
const NARROW = 5;

export function timeAxis(period: Pick<Period, "days" | "from" | "to">, hourly: boolean): TimeAxis {
  const { days } = period;
  const points = hourly ? days.flatMap((day) => HOURS.map((hour) => pointOf(day, hour))) : days;
  const years = period.from.slice(0, 4) !== period.to.slice(0, 4);
  const day = (point: string): string => `${shortDay(point)}${years ? ` ${point.slice(2, 4)}` : ""}`;
  const hour = (point: string): string => `${point.slice(11)}:00`;
  const spoken = (point: string): string => (hourly ? `${day(point)} ${hour(point)}` : day(point));
  const short = (point: string): string =>
    hourly ? (days.length === 1 ? hour(point) : spoken(point)) : isMonth(period) ? String(Number(point.slice(8))) : day(point);
  return {
    unit: hourly ? "hour" : "day",
    points,
    spoken,
    labels: (narrow) => [
      points.map(narrow || hourly ? short : spoken),
      Math.max(0, Math.ceil(points.length / (narrow ? (hourly && days.length > 1 ? 3 : NARROW) : WIDE)) - 1),
    ],
  };
}

const HOURS = Array.from({ length: 24 }, (_, hour) => hour);

export const pointOf = (day: string, hour?: number): string =>
  hour === undefined ? day : `${day} ${String(hour).padStart(2, "0")}`;
