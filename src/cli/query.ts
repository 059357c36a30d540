import type { Command } from "commander";
import { UsageError } from "../errors.ts";
import type { QueryParams } from "../ports.ts";
import { defaultDates } from "../query/default-dates.ts";
import { queryFile, queryNames } from "../query/files.ts";
import { openWarehouse, type WarehouseOptions, warehouseOptions } from "./open-warehouse.ts";
import { FORMATS, formatOf, renderRows } from "./rows.ts";

export { openData } from "./open-data.ts";

export function queryCommand(program: Command): void {
  const command = program.command("query [name]");
  warehouseOptions(command)
    .option("--param <k=v>", "a parameter, repeatable", collect, [])
    .option("--format <format>", FORMATS.join(", "), "table")
    .addHelpText(
      "after",
      `
Examples:
  $ strata query
  $ strata query top_spenders --data ./data --param from=2026-10-01 --param to=2026-10-31
  $ strata query top_spenders --data ./data --format csv > spenders.csv
  $ strata query top_spenders --athena --stage prod --param from=2026-10-01 --param to=2026-10-31`,
    )
    .action(async (name: string | undefined, options: WarehouseOptions & { param: string[]; format: string }) => {
      const format = formatOf(options.format);
      if (name === undefined) {
        console.log(listing(format === "json"));
        return;
      }
      const file = queryFile(name.includes("/") ? name : `saved/${name}`);
      const { warehouse, close } = await openWarehouse(options);
      const dates = await defaultDates(
        warehouse,
        file.header.params.map((param) => param.name),
        new Set(options.param.map((pair) => pair.split("=")[0] ?? "")),
      );
      console.log(renderRows(await warehouse.query(file.name, { ...dates, ...paramsOf(options.param) }), format));
      close();
    });
}

function paramsOf(pairs: readonly string[]): QueryParams {
  return Object.fromEntries(
    pairs.map((pair) => {
      const [, key, value] = /^(\w+)=([\s\S]*)$/.exec(pair) ?? [];
      if (key === undefined || value === undefined)
        throw new UsageError(`query: --param "${pair}" is not name=value`, { hint: "For example --param from=2026-10-01." });
      return [key, value === "null" ? null : value];
    }),
  );
}

function listing(json: boolean): string {
  const files = queryNames("saved").map((name) => queryFile(name));
  if (json)
    return JSON.stringify(
      files.map(({ name, header }) => ({ name: name.slice(6), ...header })),
      null,
      2,
    );
  const width = Math.max(0, ...files.map(({ name }) => name.length - 6));
  return files.map(({ name, header }) => `${name.slice(6).padEnd(width)}  ${header.title}`).join("\n");
}

const collect = (value: string, all: string[]): string[] => [...all, value];
