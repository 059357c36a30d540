import type { Command } from "commander";
import { monthReconciliation } from "../billing/month-reconciliation.ts";
import { monthOption } from "./options.ts";
import { openData } from "./query.ts";
import { waterfallText } from "./waterfall.ts";

export function reconcileCommand(program: Command, done: (code: number) => void): void {
  program
    .command("reconcile")
    .description("what lies between a month's estimate and its bill, step by step, and how settled each day is")
    .requiredOption("--month <YYYY-MM>", "month")
    .option("--data <dir>", "data folder that strata analyze wrote", "strata-data")
    .option("--json", "exact amounts as JSON")
    .addHelpText(
      "after",
      `
Examples:
  $ strata reconcile --month 2026-10 --data ./data
  $ strata reconcile --month 2026-10 --data ./data --json`,
    )
    .action(async (options: { month: string; data: string; json?: boolean }) => {
      const month = monthOption("--month", options.month);
      const warehouse = await openData(options.data);
      try {
        const result = await monthReconciliation(warehouse, month);
        if (result === undefined) {
          console.error(`strata: billing: ${month} is on no bill in ${options.data}`);
          console.error("        Give its CUR 2.0 export to strata analyze with --cur.");
          done(1);
          return;
        }
        console.log(options.json ? JSON.stringify(result, null, 2) : waterfallText(result));
      } finally {
        warehouse.close();
      }
    });
}
