import { encodeParquet } from "../curated/parquet.ts";
import type { ObjectStore, Warehouse } from "../ports.ts";
import type { RowOf } from "../tables/column.ts";
import { serviceCounts } from "../tables/service-counts.ts";
import { addDays, dayOf, HOUR_MS, hourOf, parseDay, parseInstant } from "../time.ts";
import { type BedrockCount, bedrockCounts } from "./cloudwatch-counts.ts";

export interface ServiceCountsInput {
  readonly warehouse: Warehouse;
  readonly data: ObjectStore;
  /** The stack's own account: CloudWatch shows no other's. */
  readonly account: string;
  readonly now: number;
  /** Given by the tests. */
  readonly countsOf?: (region: string, from: number, to: number) => Promise<readonly BedrockCount[]>;
}

/**
 * Writes what Bedrock itself counted yesterday and today, one object a day and region, for every region that the account's logs show.
 * Whole days are written, so a repeat replaces.
 * @returns regions that were asked
 */
export async function writeServiceCounts({ warehouse, data, account, now, countsOf = ask }: ServiceCountsInput): Promise<number> {
  const first = addDays(dayOf(now), -1);
  const { rows } = await warehouse.query("rollups/regions_used", { account, from: first });
  const end = Math.floor(now / HOUR_MS) * HOUR_MS;
  for (const { region } of rows) {
    const counts = await countsOf(String(region), parseDay(first) ?? end, end);
    const days = Map.groupBy(counts, ({ hour }) => hour.slice(0, 10));
    for (const [day, hours] of days) {
      const cells = hours.map(
        ({ hour, invocations, undelivered }): RowOf<typeof serviceCounts> => ({
          hour: hourOf(parseInstant(hour) ?? 0),
          account_id: account,
          region: String(region),
          invocations: Math.round(invocations),
          undelivered: Math.round(undelivered),
        }),
      );
      await data.write(`${serviceCounts.name}/dt=${day}/${account}-${region}.parquet`, encodeParquet(serviceCounts, cells));
    }
  }
  return rows.length;
}

const ask = (region: string, from: number, to: number): Promise<readonly BedrockCount[]> => bedrockCounts({ region }, from, to);
