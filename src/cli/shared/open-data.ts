import { UsageError } from "../../errors.ts";
import { isComplete, isUnfinished } from "../../local/data-folder.ts";
import { type DuckDbOptions, DuckDbWarehouse } from "../../local/duckdb.ts";
import { PROGRAM } from "../../program.ts";

/** @param options how columns are shown and what memory the engine may take, see DuckDbOptions @throws UsageError when the folder holds no analysis. */
export async function openData(folder: string, options: Pick<DuckDbOptions, "memory" | "shown"> = {}): Promise<DuckDbWarehouse> {
  if (isUnfinished(folder))
    throw new UsageError(`data: ${folder} holds no whole result: its analysis is still running, or was stopped`, {
      hint: `Wait until it is done, or run ${PROGRAM} analyze again with this folder as --out.`,
    });
  if (!isComplete(folder)) {
    throw new UsageError(`data: ${folder} is not a data folder of strata`, {
      hint: `Run ${PROGRAM} analyze with --out first, and give that folder to --data.`,
    });
  }
  return DuckDbWarehouse.open(folder, { ...options, locked: true });
}
