import type { TickRange } from "../anomaly/observe.ts";
import type { ObjectStore } from "../ports.ts";
import { DAY_MS } from "../time.ts";

/** The rule that looks through the ledger: one entry for each log object, thousands a day. */
const LEDGER_RULE = "anomalies/unreadable_logs";

/** Of which rules it is known without asking that they find nothing in a range: the ledger's, while nothing was put into quarantine since the day before it. */
export const quietRules =
  (data: ObjectStore) =>
  async (query: string, { from }: Pick<TickRange, "from">): Promise<boolean> =>
    query === LEDGER_RULE && !(await refusedSince(data, from - DAY_MS));

/** Whether ingest has put anything into quarantine since then: what it could not read, damaged objects included, lies there in files of its own. */
async function refusedSince(data: ObjectStore, since: number): Promise<boolean> {
  for await (const { lastModified } of data.list("quarantine/")) if (lastModified >= since) return true;
  return false;
}
