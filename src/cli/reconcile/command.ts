import type { Command } from "commander";
import { atFolder, DEFAULT_DATA } from "../../aim-commands.ts";
import { CostExplorer } from "../../aws/cost-explorer.ts";
import { monthReconciliation } from "../../billing/month-reconciliation.ts";
import { thirdWitness, witnessDays } from "../../billing/third-witness.ts";
import { defaultConfig, loadConfig } from "../../config/load.ts";
import { FolderStore } from "../../local/folder-store.ts";
import { PROGRAM } from "../../program.ts";
import { dayOf } from "../../time.ts";
import { openData } from "../shared/open-data.ts";
import { monthOption } from "../shared/options.ts";
import { progress } from "../shared/progress.ts";
import { rememberedConfig } from "../shared/remembered-config.ts";
import { waterfallText, witnessText } from "./waterfall.ts";

export function reconcileCommand(program: Command, done: (code: number) => void): void {
  program
    .command("reconcile")
    .requiredOption("--month <YYYY-MM>", "month")
    .option("--data <dir>", "data folder that strata analyze wrote", DEFAULT_DATA)
    .option("--cost-explorer", "also ask AWS Cost Explorer, at $0.01 a request; answers are kept for half a day")
    .option("--config <file>", "strata.yml: billing.explorer_limit")
    .option("--json", "exact amounts as JSON")
    .addHelpText(
      "after",
      `
Examples:
  $ strata reconcile --month 2026-10 --data ./data
  $ strata reconcile --month 2026-10 --data ./data --json
  $ strata reconcile --month 2026-10 --data ./data --cost-explorer`,
    )
    .action(async (options: { month: string; data: string; costExplorer?: boolean; config?: string; json?: boolean }) => {
      const config =
        options.config === undefined ? (rememberedConfig(options.data) ?? defaultConfig()) : loadConfig(options.config);
      const month = monthOption("--month", options.month);
      const warehouse = await openData(options.data);
      try {
        const reading = progress(`Bill of ${month}`, options.json || !process.stderr.isTTY);
        const result = await monthReconciliation(warehouse, month);
        reading.done(result === undefined ? "none" : `${result.days.length} days`);
        if (result === undefined) {
          console.error(`strata: billing: ${month} is on no bill in ${options.data}`);
          console.error(`        Give its CUR 2.0 export to ${PROGRAM} analyze with --cur.`);
          done(1);
          return;
        }
        const witnesses = options.costExplorer
          ? await thirdWitness(explorer(options.data), month, await witnessDays(warehouse, result.days), {
              limit: config.billing.explorer_limit,
              today: dayOf(Date.now()),
            })
          : undefined;
        if (options.json) console.log(JSON.stringify(witnesses ? { ...result, witnesses } : result, null, 2));
        else
          console.log(
            atFolder([waterfallText(result), ...(witnesses ? ["", witnessText(witnesses)] : [])].join("\n"), options.data),
          );
      } finally {
        warehouse.close();
      }
    });
}

const explorer = (folder: string): CostExplorer =>
  new CostExplorer({ clock: { now: () => Date.now() }, cache: new FolderStore(folder) });
