import type { Command } from "commander";
import { openData } from "./query.ts";
import { FORMATS, formatOf, renderRows } from "./rows.ts";

export function sqlCommand(program: Command): void {
  program
    .command("sql <text>")
    .description("run SQL of your own over the same tables and views; reads only")
    .option("--data <dir>", "data folder that strata analyze wrote", "strata-data")
    .option("--format <format>", FORMATS.join(", "), "table")
    .addHelpText(
      "after",
      `
Examples:
  $ strata sql "select team, sum(estimated_cost) as usd from hourly_usage group by team order by 2 desc" --data ./data
  $ strata sql "select count(*) from invocations where status = 'error'" --data ./data --format json`,
    )
    .action(async (text: string, options: { data: string; format: string }) => {
      const format = formatOf(options.format);
      const warehouse = await openData(options.data);
      console.log(renderRows(await warehouse.adhoc(text), format));
      warehouse.close();
    });
}
