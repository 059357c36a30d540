import { jsonOf } from "../json-of.ts";
import { addDays, dayOf, HOUR_MS } from "../time.ts";
import { type CountedRegions, type ServiceCountsInput, writeServiceCounts } from "./service-counts.ts";

/** Days that are asked for again: CloudWatch completes an hour late, and a pause leaves no hole. */
const COUNTED_DAYS = 2;
/**
 * Each metric that is asked for costs. The rules that read these counts judge an hour two hours after its end, and again in the two hours after that
 * (sql/anomalies/completeness.sql, undelivered_logs.sql): counts that are asked for every three hours are there in time.
 */
const COUNTED_EVERY_MS = 3 * HOUR_MS;
/** The hour in which they were asked for last: `{"hour": milliseconds}`. */
const COUNTED = "state/counted-until.json";

export interface CountAgain extends Omit<ServiceCountsInput, "from" | "until"> {
  /** Milliseconds. */
  readonly now: number;
}

/**
 * Asks for Bedrock's own counts where that was three hours ago or more. A region that cannot be asked is asked again the next time, an hour later.
 * @returns undefined when it is not time yet
 */
export async function countAgain({ now, ...input }: CountAgain): Promise<CountedRegions | undefined> {
  const { data } = input;
  const hour = Math.floor(now / HOUR_MS) * HOUR_MS;
  const before = await countedIn(data);
  if (before !== undefined && hour - before < COUNTED_EVERY_MS) return undefined;
  const counted = await writeServiceCounts({ ...input, from: addDays(dayOf(now), -COUNTED_DAYS), until: now });
  if (counted.failures.length === 0) await data.write(COUNTED, `${JSON.stringify({ hour })}\n`);
  return counted;
}

/** Undefined where nothing is remembered, or what is cannot be read: then they are asked for. */
async function countedIn(data: CountAgain["data"]): Promise<number | undefined> {
  const { hour }: { readonly hour?: unknown } = Object(jsonOf((await data.readAll(COUNTED))?.bytes));
  return typeof hour === "number" ? hour : undefined;
}
