import { encodeParquet } from "../curated/parquet.ts";
import { messageOf } from "../errors.ts";
import type { ObjectStore, ServiceCounts, Warehouse } from "../ports.ts";
import type { RowOf } from "../tables/column.ts";
import { serviceCounts } from "../tables/service-counts.ts";
import { HOUR_MS, hourOf, parseDay, parseInstant } from "../time.ts";
import { writeChanged } from "../write-changed.ts";

export interface ServiceCountsInput {
  readonly warehouse: Warehouse;
  readonly data: ObjectStore;
  readonly counts: ServiceCounts;
  /** The account that asks: CloudWatch shows no other's. */
  readonly account: string;
  /** First day that is asked for. */
  readonly from: string;
  /** Milliseconds; hours that have not ended by then are not asked for. */
  readonly until: number;
}

export interface CountedRegions {
  readonly regions: number;
  /** Where nobody answered, and why. What was counted there earlier stays. */
  readonly failures: readonly { readonly region: string; readonly message: string; readonly error: unknown }[];
}

/**
 * Writes what Bedrock itself counted, one object a day and region, for every region that the account's log shows since the first day.
 * Whole days are written, so a repeat replaces.
 */
export async function writeServiceCounts(input: ServiceCountsInput): Promise<CountedRegions> {
  const { warehouse, account, from, until } = input;
  const { rows } = await warehouse.query("rollups/regions_used", { account, from });
  const start = parseDay(from) ?? until;
  const end = Math.floor(until / HOUR_MS) * HOUR_MS;
  const failures: { region: string; message: string; error: unknown }[] = [];
  for (const { region } of rows) {
    try {
      await writeRegion(input, String(region), start, end);
    } catch (error) {
      failures.push({ region: String(region), message: messageOf(error), error });
    }
  }
  return { regions: rows.length, failures };
}

async function writeRegion({ data, counts, account }: ServiceCountsInput, region: string, start: number, end: number) {
  const hours = await counts.hours(region, start, end);
  for (const [day, counted] of Map.groupBy(hours, ({ hour }) => hour.slice(0, 10))) {
    const rows = counted.map(
      ({ hour, invocations, throttled, undelivered }): RowOf<typeof serviceCounts> => ({
        hour: hourOf(parseInstant(hour) ?? 0),
        account_id: account,
        region,
        invocations,
        undelivered,
        throttled,
      }),
    );
    await writeChanged(data, `${serviceCounts.name}/dt=${day}/${account}-${region}.parquet`, encodeParquet(serviceCounts, rows));
  }
}
