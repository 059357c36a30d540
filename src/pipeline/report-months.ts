import type { MonthAnswers } from "../billing/month-answers.ts";
import { parseUsd } from "../money.ts";
import type { ObjectStore } from "../ports.ts";
import { type MonthState, monthStatesFrom } from "../report/month-states.ts";
import { type PublishedMonth, publishedMonths } from "../report/write-index.ts";
import { addDays, dayOf } from "../time.ts";

/** How far back a bill or late logs may still change a month: AWS corrects bills of the months before, rarely those of the year before. */
const DAYS_BACK = 400;

/**
 * Months whose statement is due, oldest first: the running one, the one before, and older ones whose bill has become final or whose calls or
 * dollars are not those that were published.
 */
export async function monthsToReport(answers: MonthAnswers, reports: ObjectStore, now: number): Promise<string[]> {
  const today = dayOf(now);
  const states = await monthStatesFrom(answers, addDays(today, -DAYS_BACK).slice(0, 7));
  const first = states[0]?.month;
  if (first === undefined) return [];
  const running = today.slice(0, 7);
  const before = addDays(`${running}-01`, -1).slice(0, 7);
  const published = new Map((await publishedMonths(reports)).map((month) => [month.month, month]));
  const older = states.filter((state) => state.month < before && isStale(state, published.get(state.month)));
  return [...older.map(({ month }) => month), before, running].filter((month) => month >= first);
}

/** A month that was never published was before Strata's time. */
function isStale(state: MonthState, published: PublishedMonth | undefined): boolean {
  if (published === undefined) return false;
  const { status, invocations, estimated_usd: estimated, billed_usd: billed } = published;
  return (
    (status === "provisional" && state.invoiced) ||
    invocations !== state.invocations ||
    parseUsd(estimated) !== state.estimated ||
    (billed === null ? undefined : parseUsd(billed)) !== state.billed
  );
}
