import type { StrataConfig } from "../config/strata-config.ts";
import type { QueryParams, Warehouse } from "../ports.ts";

/** A table that sums the calls of each hour: a function of the hour's records, of what is known of principals, and of strata.yml. */
export interface UsageTable {
  readonly name: string;
  /** Query under sql/ with the parameters `from` and `to`. */
  readonly query: string;
  readonly params: QueryParams;
}

/** What `metadata_usage` is told beside the days: no key means no rows. */
const SEPARATOR = "\u001f";

export function usageTables({ alerts, budgets }: Pick<StrataConfig, "alerts" | "budgets">): UsageTable[] {
  const { prompt_limit, output_limit } = alerts.rules["premium_routine"]?.params ?? {};
  const limits = {
    ...(prompt_limit === undefined ? {} : { prompt_limit }),
    ...(output_limit === undefined ? {} : { output_limit }),
  };
  const keys = [...new Set(budgets.flatMap(({ key }) => key ?? []))].sort();
  return [
    { name: "hourly_usage", query: "rollups/hourly_usage", params: {} },
    { name: "calls_5m", query: "rollups/calls_5m", params: limits },
    ...(keys.length === 0
      ? []
      : [
          {
            name: "metadata_usage",
            query: "rollups/metadata_usage",
            params: { keys: keys.join(SEPARATOR), key_count: keys.length },
          },
        ]),
  ];
}

/** Sums up the calls of some days anew. @returns rows that those days of hourly_usage hold now */
export async function replaceUsage(
  warehouse: Warehouse,
  config: Pick<StrataConfig, "alerts" | "budgets">,
  range: { readonly from: string; readonly to: string },
): Promise<number> {
  let rows = 0;
  for (const { name, query, params } of usageTables(config)) {
    const replaced = await warehouse.replaceDays(name, query, range, params);
    if (name === "hourly_usage") rows = replaced;
  }
  return rows;
}
