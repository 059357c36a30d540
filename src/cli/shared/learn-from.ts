import { writeDimensions } from "../../billing/dimensions.ts";
import { withLearnedRates } from "../../billing/learned-rates.ts";
import type { StrataConfig } from "../../config/strata-config.ts";
import { dimensionFiles } from "../../local/dimension-files.ts";
import { DuckDbWarehouse } from "../../local/duckdb.ts";

/** The configuration with the rates that the bill of a data folder shows. */
export async function learnFrom(folder: string, config: StrataConfig): Promise<StrataConfig> {
  const warehouse = await DuckDbWarehouse.open(folder);
  try {
    await writeDimensions({
      warehouse,
      dimensions: dimensionFiles(warehouse),
      attribution: config.attribution,
      billing: config.billing,
    });
    return await withLearnedRates(config, warehouse);
  } finally {
    warehouse.close();
  }
}
