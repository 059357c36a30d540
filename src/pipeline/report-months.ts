import type { TracedAnswers } from "../billing/month-answers.ts";
import type { StrataConfig } from "../config/strata-config.ts";
import { jsonOf } from "../json-of.ts";
import { parseUsd } from "../money.ts";
import type { ObjectStore } from "../ports.ts";
import { type MonthState, madeFromMonths, monthStatesFrom } from "../report/month-states.ts";
import { sha256 } from "../report/report-file.ts";
import { settingsPrint } from "../report/settings-print.ts";
import { type PublishedMonth, publishedMonths } from "../report/write-index.ts";
import { addDays, dayOf } from "../time.ts";
import { writeChanged } from "../write-changed.ts";

/** How far back a bill or late logs may still change a month: AWS corrects bills of the months before, rarely those of the year before. */
const DAYS_BACK = 400;
/** By closed month, YYYY-MM, a digest of all that its statement was made from. Lost, the statement is made once more, and is the same. */
const CLOSED = "reports/closed.json";

export interface DueMonthsInput {
  readonly answers: TracedAnswers;
  /** Where statements lie. */
  readonly reports: ObjectStore;
  readonly config: StrataConfig;
  /** Milliseconds. */
  readonly now: number;
}

/**
 * Months whose statement is due, oldest first: the running one; the one before, until it is closed and then when anything changed that it was made from; and older
 * ones whose bill has become final or whose calls or dollars are not those that were published.
 */
export async function monthsToReport(input: DueMonthsInput): Promise<string[]> {
  const { answers, reports, now } = input;
  const today = dayOf(now);
  const states = await monthStatesFrom(answers, addDays(today, -DAYS_BACK).slice(0, 7));
  const first = states[0]?.month;
  if (first === undefined) return [];
  const running = today.slice(0, 7);
  const before = addDays(`${running}-01`, -1).slice(0, 7);
  const published = new Map((await publishedMonths(reports)).map((month) => [month.month, month]));
  const stale = states.filter((state) => isStale(state, published.get(state.month))).map(({ month }) => month);
  const status = published.get(before)?.status;
  const made = status === undefined || status === "provisional" ? undefined : await madeFrom(input, before);
  const isNew = made === undefined || (await closedFrom(reports))[before] !== made;
  const due = [...stale.filter((month) => month < before), ...(isNew || stale.includes(before) ? [before] : []), running];
  return due.filter((month) => month >= first);
}

/** To be called when the statement of a closed month was written or found unchanged: it is not made again as long as it would be the same. */
export async function rememberClosed(input: DueMonthsInput, month: string): Promise<void> {
  const { reports, now } = input;
  const made = await madeFrom(input, month);
  if (made === undefined) return;
  const oldest = addDays(dayOf(now), -DAYS_BACK).slice(0, 7);
  const kept = Object.entries({ ...(await closedFrom(reports)), [month]: made }).filter(([each]) => each >= oldest);
  await writeChanged(reports, CLOSED, `${JSON.stringify(Object.fromEntries(kept.sort()), null, 1)}\n`);
}

/** Undefined where it is not known what a month's tables are made from. */
async function madeFrom({ answers, config }: DueMonthsInput, month: string): Promise<string | undefined> {
  const tables = (await madeFromMonths(answers, month)).get(month);
  return tables === undefined ? undefined : sha256(Buffer.from(`${tables}\n${settingsPrint(config)}`)).slice(0, 32);
}

const closedFrom = async (reports: ObjectStore): Promise<Readonly<Record<string, unknown>>> =>
  Object(jsonOf((await reports.readAll(CLOSED))?.bytes));

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
