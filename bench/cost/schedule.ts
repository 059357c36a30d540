/** How often everything of a stack runs in a month of thirty days. */
import { SPAN_MS } from "./traffic.ts";

export const DAYS = 30;
export const HOURS = DAYS * 24;
export const SECONDS = HOURS * 3600;
/** The detector's schedule is every five minutes. */
export const RUNS = HOURS * 12;
/** Ticks of a day are judged again for two hours after it (OVERLAP_MS), by the run that begins an hour. */
export const ASKED_AFTER_MIDNIGHT = 3;
/** Environments of a function that runs all the time last for hours, and nobody documents how many: one every two hours is on the safe side. */
export const COLD_STARTS = 12 * DAYS;
/** A Data Export is delivered at least once a day (AWS Data Exports User Guide); two are counted. */
export const DELIVERIES = 2 * DAYS;
/** The hourly look for months that wait. */
export const WAITING_LOOKS = DAYS * 24;
/** Mornings on which single calls of the running month are asked about: the first seven, when there is little to read yet, and at most four Mondays. */
export const ASKING_MORNINGS = 7 + 4;
/** Mornings on which the month before is not closed yet. */
export const OPEN_MORNINGS = 7;
/** Of these, those on which its calls are asked about: the first, one after late calls, and that of the closing. */
export const ASKED_MORNINGS = 3;
/** A delivery at the turn of an hour holds calls of both, and makes two files. */
export const straddling = 1 + SPAN_MS / 3_600_000;
