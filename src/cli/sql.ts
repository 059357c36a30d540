import type { Command } from "commander";
import { counted } from "../figures.ts";
import { openWarehouse, type WarehouseOptions, warehouseOptions } from "./shared/open-warehouse.ts";
import { FORMATS, formatOf, renderRows } from "./shared/rows.ts";
import { writeParquet } from "./shared/write-parquet.ts";

export function sqlCommand(program: Command): void {
  const command = program.command("sql <text>");
  warehouseOptions(command)
    .option("--format <format>", FORMATS.join(", "), "table")
    .option("--wide", "keep every column of a table, however narrow the terminal is")
    .option("--parquet <file>", "write the rows to a Parquet file instead")
    .addHelpText(
      "after",
      `
Examples:
  $ strata sql "select team, sum(estimated_cost) as usd from hourly_usage group by team order by 2 desc" --data ./data
  $ strata sql "select count(*) from invocations where status = 'error'" --data ./data --format json
  $ strata sql "select dt, sum(estimated_cost) as usd from hourly_usage group by dt" --athena --stage prod`,
    )
    .action(async (text: string, options: WarehouseOptions & { format: string; wide?: boolean; parquet?: string }) => {
      const format = formatOf(options.format);
      const { warehouse, close } = await openWarehouse(options);
      const result = await warehouse.adhoc(text);
      if (options.parquet !== undefined) {
        writeParquet(options.parquet, result);
        console.log(`${options.parquet}: ${counted(result.rows.length, "row")}`);
      } else console.log(renderRows(result, format, options.wide));
      close();
    });
}
