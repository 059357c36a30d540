import { existsSync } from "node:fs";
import { join } from "node:path";
import { UsageError } from "../errors.ts";
import { DuckDbWarehouse } from "../local/duckdb.ts";

/** @throws UsageError when the folder holds no analysis. */
export async function openData(folder: string): Promise<DuckDbWarehouse> {
  if (!existsSync(join(folder, "summary.json"))) {
    throw new UsageError(`data: ${folder} is not a data folder of strata`, {
      hint: "Run strata analyze with --out first, and give that folder to --data.",
    });
  }
  return DuckDbWarehouse.open(folder, { locked: true });
}
