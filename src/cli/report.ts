import { join } from "node:path";
import type { Command } from "commander";
import { DEFAULT_DATA } from "../aim-commands.ts";
import { printable, UsageError } from "../errors.ts";
import { lockFolder } from "../local/folder-lock.ts";
import { FolderStore } from "../local/folder-store.ts";
import type { Warehouse } from "../ports.ts";
import { coveredDays } from "../query/default-dates.ts";
import { writeReport } from "../report/write-report.ts";
import { dayOf } from "../time.ts";
import { openData } from "./shared/open-data.ts";
import { monthOption } from "./shared/options.ts";
import { progress } from "./shared/progress.ts";
import { configOf } from "./shared/remembered-config.ts";

export function reportCommand(program: Command): void {
  program
    .command("report")
    .requiredOption("--month <YYYY-MM>", "month")
    .option("--data <dir>", "data folder that strata analyze wrote", DEFAULT_DATA)
    .option("--config <file>", "the strata.yml of the analysis, which the data folder remembers; another one is refused")
    .option("--final", "close the month, though not every line of its bill carries an invoice")
    .option("--json", "print the manifest")
    .addHelpText(
      "after",
      `
Examples:
  $ strata report --month 2026-10 --data ./data
  $ strata report --month 2026-10 --data ./data --config strata.yml --json`,
    )
    .action(async (options: { month: string; data: string; config?: string; json?: boolean; final?: true }) => {
      const month = monthOption("--month", options.month);
      if (options.final && month >= dayOf(Date.now()).slice(0, 7))
        throw new UsageError(`report: ${month} cannot be closed: it is not over`, { hint: "Leave --final out until it is." });
      const warehouse = await openData(options.data);
      const config = configOf(options.data, options.config);
      const unlock = lockFolder(options.data);
      const { final } = options;
      const store = new FolderStore(options.data);
      // One month takes seconds, and what of it is left cannot be known.
      const writing = progress(`Statement of ${month}`, options.json || !process.stderr.isTTY);
      const written = await writeReport({ warehouse, store, month, config, ...(final ? { final } : {}) }).finally(unlock);
      writing.done(written.status);
      const { logs, bill } = written.manifest;
      const empty = logs.invocations === 0 && bill === null ? [await nothingIn(warehouse, month, options.data)] : [];
      warehouse.close();
      if (options.json) console.log(JSON.stringify(written.manifest, null, 2));
      else if (!written.written) console.log(`${written.status}: nothing has changed in ${join(options.data, written.folder)}`);
      else {
        const told = written.notice ? [written.notice.summary, ...written.notice.details] : [];
        const files = written.keys.map((key) => `  ${join(options.data, key)}`);
        console.log([`${written.status}:`, ...files, ...told.map(printable), ...empty].join("\n"));
      }
    });
}

/** A statement of nothing is rarely what was meant. */
async function nothingIn(warehouse: Warehouse, month: string, data: string): Promise<string> {
  const { from, to } = await coveredDays(warehouse);
  return `Nothing is in ${month}: no call and no line of a bill. ${printable(data)} has ${from === null ? "no calls" : `calls from ${from} to ${to}`}.`;
}
