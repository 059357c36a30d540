import type { Command } from "commander";
import { DEFAULT_DATA } from "../../aim-commands.ts";
import type { QuarantineEntry } from "../../curated/quarantine-entries.ts";
import { UsageError } from "../../errors.ts";
import { DAMAGES, REASONS } from "../../invocation/reasons.ts";
import { PROGRAM } from "../../program.ts";
import { FORMATS, formatOf, renderRows } from "../shared/rows.ts";
import { entries, type Filter } from "./quarantine-filter.ts";
import { type RetryOptions, retryQuarantine } from "./quarantine-retry.ts";

export function quarantineCommand(program: Command, done: (code: number) => void): void {
  const command = program.command("quarantine").addHelpText(
    "after",
    `
Examples:
  $ strata quarantine list --data ./data
  $ strata quarantine list --data ./data --reason missing_field --format csv
  $ strata quarantine show 3f9a12c4 --data ./data
  $ strata quarantine retry --data ./data --logs ./logs --config strata.yml
  $ strata quarantine list --stage prod
  $ strata quarantine retry --stage prod --logs s3://my-logs`,
  );
  filtered(command.command("list").description("every entry, or those of one reason or object"))
    .option("--format <format>", FORMATS.join(", "), "table")
    .action(async (options: Filter & { format: string }) => {
      const format = formatOf(options.format);
      const rows = (await entries(options)).map((entry) => ({
        id: idOf(entry),
        reason: entry.reason,
        detail: entry.detail,
        source_object: entry.object,
        source_line: entry.line,
      }));
      const columns = ["id", "reason", "detail", "source_object", "source_line"].map((name) => ({ name, type: "varchar" }));
      console.log(
        rows.length === 0 && format === "table" ? "Nothing is in the quarantine." : renderRows({ columns, rows }, format),
      );
    });
  command
    .command("show <id>")
    .description("one entry: object, line, byte offset, reason and fingerprint")
    .option("--data <dir>", "data folder that strata analyze wrote", DEFAULT_DATA)
    .option("--stage <stage>", "the quarantine of a deployed stage instead")
    .option("--json", "print it as JSON")
    .action(async (id: string, options: { data: string; stage?: string; json?: boolean }) => {
      const found = (await entries(options)).filter((entry) => idOf(entry).startsWith(id));
      if (found.length === 0)
        throw new UsageError(`quarantine: nothing has the id ${id}`, { hint: `${PROGRAM} quarantine list shows the ids.` });
      if (options.json) console.log(JSON.stringify(found, null, 2));
      else console.log(found.map(describe).join("\n\n"));
    });
  filtered(command.command("retry").description("read the objects concerned again, with the rest of their batch"))
    .requiredOption("--logs <path...>", "the logs, as they were given to strata analyze; with --stage s3://bucket")
    .option("--config <file>", "strata.yml, as it was given to strata analyze; everything has a default")
    .option("--from <date>", "first day of events, as it was given to strata analyze")
    .option("--to <date>", "last day of events, as it was given to strata analyze")
    .action(async (options: RetryOptions) => {
      if (options.stage === undefined) return done(await retryQuarantine(options));
      const { redeliver } = await import("./quarantine-redeliver.ts");
      done(await redeliver({ ...options, stage: options.stage }));
    });
}

const filtered = (command: Command): Command =>
  command
    .option("--data <dir>", "data folder that strata analyze wrote", DEFAULT_DATA)
    .option("--stage <stage>", "the quarantine of a deployed stage instead")
    .option("--reason <code>", "only entries with this reason")
    .option("--object <text>", "only entries whose object's key holds this");

/** The start of the fingerprint; the rest of a damaged object has none and is known by its place. */
const idOf = ({ fingerprint, object, line }: QuarantineEntry): string => fingerprint?.slice(0, 12) ?? `${object}:${line}`;

function describe(entry: QuarantineEntry): string {
  const meaning = [...Object.entries(REASONS), ...Object.entries(DAMAGES)].find(
    ([code]) => code === (entry.reason === "damaged_object" ? entry.detail : entry.reason),
  )?.[1];
  const fields: [string, string | number | null][] = [
    ["object", entry.object],
    ["version", entry.version],
    ["line", entry.line],
    ["byte offset", entry.offset],
    ["reason", entry.reason],
    ["detail", entry.detail],
    ["meaning", meaning ?? null],
    ["fingerprint", entry.fingerprint],
    ["delivered", entry.deliveredAt],
    ["batch", entry.batch],
  ];
  return fields.flatMap(([name, value]) => (value === null ? [] : [`${name.padEnd(12)} ${value}`])).join("\n");
}
