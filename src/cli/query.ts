import type { Command } from "commander";
import { atFolder } from "../aim-commands.ts";
import { UsageError } from "../errors.ts";
import { counted } from "../figures.ts";
import { nearNames } from "../near-names.ts";
import type { QueryParams } from "../ports.ts";
import { PROGRAM } from "../program.ts";
import { defaultValues } from "../query/default-dates.ts";
import { type QueryFile, queryFile, queryNames } from "../query/files.ts";
import type { QueryHeader } from "../query/header.ts";
import { takesSeveral } from "../query/sql-literal.ts";
import { whyEmpty } from "../query/why-empty.ts";
import { shellWord } from "../shell-word.ts";
import { ink } from "./shared/ink.ts";
import { openWarehouse, type WarehouseOptions, warehouseOptions } from "./shared/open-warehouse.ts";
import { rememberedConfig } from "./shared/remembered-config.ts";
import { FORMATS, formatOf, renderRows } from "./shared/rows.ts";
import { writeParquet } from "./shared/write-parquet.ts";

type QueryOptions = WarehouseOptions & {
  readonly param: string[];
  readonly format: string;
  readonly wide?: boolean;
  readonly parquet?: string;
};

export function queryCommand(program: Command): void {
  const command = program.command("query [name]");
  warehouseOptions(command)
    .option("--param <k=v>", "a parameter, repeatable; one that takes several values is given once for each", collect, [])
    .option("--format <format>", FORMATS.join(", "), "table")
    .option("--wide", "keep every column of a table, however narrow the terminal is")
    .option("--parquet <file>", "write the rows to a Parquet file instead")
    .addHelpText(
      "after",
      `
Examples:
  $ strata query
  $ strata query top_spenders --data ./data --param from=2026-10-01 --param to=2026-10-31
  $ strata query top_spenders --data ./data --format csv > spenders.csv
  $ strata query top_spenders --athena --stage prod --param from=2026-10-01 --param to=2026-10-31`,
    )
    .action(async (name: string | undefined, options: QueryOptions) => {
      const format = formatOf(options.format);
      if (name === undefined) {
        console.log(listing(format === "json"));
        return;
      }
      if (name === "month_forecast")
        throw new UsageError("query: month_forecast is a command of its own, with an interval", {
          hint: `${PROGRAM} forecast --data ${shellWord(options.data)}`,
        });
      const file = queryFile(name.includes("/") ? name : `saved/${name}`);
      const { warehouse, close } = await openWarehouse(options);
      const defaults = await defaultValues(
        warehouse,
        file.header.params.map((param) => param.name),
        new Set(options.param.map((pair) => pair.split("=")[0] ?? "")),
        options.athena ? undefined : rememberedConfig(options.data)?.timezone,
      );
      const params = { ...defaults, ...paramsOf(options.param, file) };
      const result = await warehouse.query(file.name, params);
      if (options.parquet !== undefined) {
        writeParquet(options.parquet, result);
        console.log(`${options.parquet}: ${counted(result.rows.length, "row")}`);
      } else console.log(renderRows(result, format, options.wide));
      const reason = await whyEmpty(warehouse, file, params, result.rows);
      // What a program reads holds rows and nothing else.
      if (reason) (format === "table" ? console.log : console.error)(atFolder(reason, options.data));
      close();
    });
}

/** @throws UsageError for what is no parameter of the query, and for a second value of one that takes one */
function paramsOf(pairs: readonly string[], file: QueryFile): QueryParams {
  const given = Map.groupBy(pairs.map(keyAndValue), ([key]) => key);
  return Object.fromEntries(
    [...given].map(([key, all]) => {
      const { type } = file.header.params.find(({ name }) => name === key) ?? noParam(key, file);
      const values = all.map(([, value]) => value);
      if (takesSeveral(type)) return [key, values.includes("null") ? null : values];
      const [value = "null", second] = values;
      if (second !== undefined) throw new UsageError(`query: ${key} takes one value, and is given ${values.length}`);
      return [key, value === "null" ? null : value];
    }),
  );
}

function keyAndValue(pair: string): readonly [key: string, value: string] {
  const [, key, value] = /^(\w+)=([\s\S]*)$/.exec(pair) ?? [];
  if (key === undefined || value === undefined)
    throw new UsageError(`query: --param "${pair}" is not name=value`, { hint: "For example --param from=2026-10-01." });
  return [key, value];
}

function noParam(key: string, { name, header }: QueryFile): never {
  const known = header.params.map((param) => param.name);
  const near = nearNames(key, known);
  const takes = known.length > 0 ? `It takes ${known.join(", ")}.` : "It takes none.";
  throw new UsageError(`query: ${name.replace(/^saved\//, "")} has no parameter "${key}"`, {
    hint: near.length > 0 ? `Did you mean ${near.join(", ")}?` : takes,
  });
}

function listing(json: boolean): string {
  const files = queryNames("saved").map((name) => queryFile(name));
  if (json)
    return JSON.stringify(
      files.map(({ name, header }) => ({ name: name.slice(6), ...header })),
      null,
      2,
    );
  return [
    ...files.map(({ name, header }) => [ink.bold(name.slice(6)), `  ${header.purpose}`, ...paramLines(header)].join("\n")),
    `${files.length} queries. Run one: ${PROGRAM} query NAME --data DIR --param name=value`,
  ].join("\n");
}

/** `from (all days), max_prompt=2000`: what each is when it is not given. */
function paramLines({ params }: QueryHeader): string[] {
  const shown = params
    .filter(({ name }) => name !== "from" && name !== "to")
    .map(({ name, fallback }) => (fallback === undefined ? name : `${name}=${fallback}`));
  const dates = params.some(({ name }) => name === "from") ? ["from, to"] : [];
  const all = [...dates, ...shown];
  return all.length === 0 ? [] : [ink.dim(`  ${all.join(", ")}`)];
}

const collect = (value: string, all: string[]): string[] => [...all, value];
