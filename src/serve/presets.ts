import { monthName } from "../report/html/figures.ts";
import { isMonth, type Period } from "../report/period.ts";
import { addDays } from "../time.ts";
import type { Choices } from "./choices.ts";

export interface Preset {
  readonly name: string;
  readonly from: string;
  readonly to: string;
}

/** Stretches that people ask for: the months beside the one that is shown, and the last days of the data. */
export function presets(period: Period, { firstDay, lastDay }: Pick<Choices, "firstDay" | "lastDay">): Preset[] {
  if (firstDay === undefined || lastDay === undefined) return [];
  const shown = isMonth(period) ? period.month : lastDay.slice(0, 7);
  const months = [addMonths(shown, -1), shown, addMonths(shown, 1)].filter(
    (month) => month >= firstDay.slice(0, 7) && month <= lastDay.slice(0, 7),
  );
  return [
    ...months.map((month) => ({ name: monthName(month), from: `${month}-01`, to: addDays(`${addMonths(month, 1)}-01`, -1) })),
    { name: "last day", from: lastDay, to: lastDay },
    ...[7, 30, 90].map((days) => ({ name: `last ${days} days`, from: addDays(lastDay, 1 - days), to: lastDay })),
  ];
}

/** `2026-12` and 1 → `2027-01` */
function addMonths(month: string, count: number): string {
  const months = Number(month.slice(0, 4)) * 12 + Number(month.slice(5)) - 1 + count;
  return `${String(Math.floor(months / 12)).padStart(4, "0")}-${String((months % 12) + 1).padStart(2, "0")}`;
}
