import type { Command } from "commander";
import { UsageError } from "../../errors.ts";
import { lockFolder } from "../../local/folder-lock.ts";
import { FolderStore } from "../../local/folder-store.ts";
import type { ObjectStore } from "../../ports.ts";
import { PROGRAM } from "../../program.ts";
import { stageData, stageReports } from "../shared/stage-places.ts";
import { forgetPerson } from "./forget-person.ts";

interface Options {
  data?: string;
  stage?: string;
  as?: string;
  dryRun?: boolean;
  json?: boolean;
}

export function forgetCommand(program: Command, done: (code: number) => void): void {
  program
    .command("forget")
    .argument("<person>", "as the tables name the person, for example ann@example.com")
    .option("--data <folder>", "data folder of strata analyze")
    .option("--stage <stage>", "stage of a deployed stack")
    .option("--as <name>", "what stands for the person; a random name without it")
    .option("--dry-run", "only say what would change")
    .option("--json", "print the audit record")
    .addHelpText(
      "after",
      `
Exits with 1 where a damaged workbook has to be written again (${PROGRAM} report --month YYYY-MM), or deleted.

Examples:
  $ strata forget ann@example.com --data ./data --dry-run
  $ strata forget ann@example.com --stage prod`,
    )
    .action(async (person: string, options: Options) => done(await run(person.trim(), options)));
}

async function run(person: string, { data, stage, as, dryRun, json }: Options): Promise<number> {
  if (person.length < 3)
    throw new UsageError(`forget: "${person}" is too short to be told from other words`, { hint: "Give the whole name." });
  if (as !== undefined && !/^[\w.@-]{3,64}$/.test(as))
    throw new UsageError(`--as: "${as}" is not a name`, { hint: "3 to 64 letters, digits, dots, hyphens, underscores." });
  if ((data === undefined) === (stage === undefined))
    throw new UsageError("forget: name one place, --data or --stage", { hint: "For example --data ./data." });
  const stores: [ObjectStore, ...ObjectStore[]] =
    stage === undefined ? [new FolderStore(data ?? "")] : [await stageData(stage), await stageReports(stage)];
  // Looking needs no lock; rewriting must not meet a run that reads or replaces the same files.
  const unlock = data === undefined || dryRun ? undefined : lockFolder(data);
  const record = await forgetPerson({ stores, person, pseudonym: as, now: Date.now(), dryRun: dryRun === true }).finally(unlock);
  if (json) console.log(JSON.stringify(record, null, 2));
  else {
    const rows = record.objects.reduce((sum, object) => sum + (object.rows ?? 0), 0);
    const does = dryRun ? "would be rewritten" : "rewritten";
    console.log(`${record.objects.length} objects ${does}, ${rows} rows of tables; ${record.pseudonym} stands for the person.`);
    if (record.raw.length > 0) {
      console.log(`${record.raw.length} raw log objects still name the person; reading them again brings the name back:`);
      for (const object of record.raw) console.log(`  ${object}`);
    }
    if (record.remaining.length > 0)
      console.log(`Damaged workbooks, to be written again (${PROGRAM} report --month YYYY-MM --data DIR) or deleted:`);
    for (const object of record.remaining) console.log(`  ${object}`);
  }
  return record.remaining.length > 0 ? 1 : 0;
}
