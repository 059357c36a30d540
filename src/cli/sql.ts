import type { Command } from "commander";
import { openWarehouse, type WarehouseOptions, warehouseOptions } from "./open-warehouse.ts";
import { FORMATS, formatOf, renderRows } from "./rows.ts";

export function sqlCommand(program: Command): void {
  const command = program.command("sql <text>");
  warehouseOptions(command)
    .option("--format <format>", FORMATS.join(", "), "table")
    .addHelpText(
      "after",
      `
Examples:
  $ strata sql "select team, sum(estimated_cost) as usd from hourly_usage group by team order by 2 desc" --data ./data
  $ strata sql "select count(*) from invocations where status = 'error'" --data ./data --format json
  $ strata sql "select dt, sum(estimated_cost) as usd from hourly_usage group by dt" --athena --stage prod`,
    )
    .action(async (text: string, options: WarehouseOptions & { format: string }) => {
      const format = formatOf(options.format);
      const { warehouse, close } = await openWarehouse(options);
      console.log(renderRows(await warehouse.adhoc(text), format));
      close();
    });
}
