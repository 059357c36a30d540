import { join } from "node:path";
import type { Command } from "commander";
import { defaultConfig, loadConfig } from "../config/load.ts";
import { curator } from "../curated/curator.ts";
import { type QuarantineEntry, quarantineEntries } from "../curated/quarantine-entries.ts";
import { retryBatch } from "../curated/retry-batch.ts";
import { UsageError } from "../errors.ts";
import { DAMAGES, REASONS } from "../invocation/reasons.ts";
import { DuckDbWarehouse } from "../local/duckdb.ts";
import { findInputs } from "../local/find-inputs.ts";
import { FolderStore } from "../local/folder-store.ts";
import { openData } from "./open-data.ts";
import { progress } from "./progress.ts";
import { FORMATS, formatOf, renderRows } from "./rows.ts";

interface Filter {
  data: string;
  reason?: string;
  object?: string;
}

export function quarantineCommand(program: Command, done: (code: number) => void): void {
  const command = program
    .command("quarantine")
    .description("lines that could not be read: where they are and why, never what they say")
    .addHelpText(
      "after",
      `
Examples:
  $ strata quarantine list --data ./data
  $ strata quarantine list --data ./data --reason missing_field --format csv
  $ strata quarantine show 3f9a12c4 --data ./data
  $ strata quarantine retry --data ./data --logs ./logs`,
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
    .option("--data <dir>", "data folder that strata analyze wrote", "strata-data")
    .option("--json", "print it as JSON")
    .action(async (id: string, options: { data: string; json?: boolean }) => {
      const found = (await entries(options)).filter((entry) => idOf(entry).startsWith(id));
      if (found.length === 0)
        throw new UsageError(`quarantine: nothing has the id ${id}`, { hint: "strata quarantine list shows the ids." });
      if (options.json) console.log(JSON.stringify(found, null, 2));
      else console.log(found.map(describe).join("\n\n"));
    });
  filtered(command.command("retry").description("read the objects concerned again, with the rest of their batch"))
    .requiredOption("--logs <path...>", "the logs, given as they were given to strata analyze")
    .option("--config <file>", "strata.yml; everything has a default")
    .action(async (options: Filter & { logs: string[]; config?: string }) => done(await retry(options)));
}

const filtered = (command: Command): Command =>
  command
    .option("--data <dir>", "data folder that strata analyze wrote", "strata-data")
    .option("--reason <code>", "only entries with this reason")
    .option("--object <text>", "only entries whose object's key holds this");

async function entries({ data, reason, object }: Filter): Promise<QuarantineEntry[]> {
  (await openData(data)).close();
  if (reason !== undefined && reason !== "damaged_object" && !Object.hasOwn(REASONS, reason))
    throw new UsageError(`quarantine: --reason "${reason}" is not known`, {
      hint: `Use one of ${[...Object.keys(REASONS), "damaged_object"].join(", ")}.`,
    });
  const all = await Array.fromAsync(quarantineEntries(new FolderStore(data)));
  return all.filter(
    (entry) => (reason === undefined || entry.reason === reason) && (object === undefined || entry.object.includes(object)),
  );
}

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

async function retry(options: Filter & { logs: string[]; config?: string }): Promise<number> {
  const before = await entries(options);
  const batches = [...new Set(before.map(({ batch }) => batch))].sort();
  if (batches.length === 0) {
    console.log("Nothing is in the quarantine.");
    return 0;
  }
  const config = options.config === undefined ? defaultConfig() : loadConfig(options.config);
  const { store: source } = await findInputs(options.logs, [options.data]);
  const target = new FolderStore(options.data);
  const curated = curator(config);
  const reading = progress("Reading again");
  const days = new Set<string>();
  let failed = 0;
  for (const batch of batches) {
    const result = await retryBatch(batch, { source, target, curator: curated });
    for (const day of result.days) days.add(day);
    for (const { object, message } of result.failures) console.error(`strata: ${object}: ${message}`);
    failed += result.failures.length;
  }
  const after = await Array.fromAsync(quarantineEntries(target));
  const still = after.filter(({ batch }) => batches.includes(batch)).length;
  reading.done(`${before.length} entries in ${batches.length} batches, ${still} of those batches' entries remain`);
  const warehouse = await DuckDbWarehouse.open(options.data);
  try {
    for (const day of [...days].sort())
      await warehouse.replaceDays("hourly_usage", "rollups/hourly_usage", { from: day, to: day });
  } finally {
    warehouse.close();
  }
  console.log(
    `Usage of ${days.size} days is recomputed in ${join(options.data, "hourly_usage")}; strata analyze also renews alerts, the reconciliation and reports.`,
  );
  return failed + still > 0 ? 1 : 0;
}
