import { StdioServerTransport } from "@modelcontextprotocol/sdk/server/stdio.js";
import type { Command } from "commander";
import { type Alert, writtenAlert } from "../anomaly/alert.ts";
import { loadConfig } from "../config/load.ts";
import type { StrataConfig } from "../config/strata-config.ts";
import { UsageError } from "../errors.ts";
import { dataState, MOST_ROWS } from "../mcp/answer.ts";
import { mcpServer } from "../mcp/server.ts";
import { namesFor } from "../mcp/shown-names.ts";
import type { Source } from "../mcp/source.ts";
import type { QueryResult, Warehouse } from "../ports.ts";
import { PROGRAM } from "../program.ts";
import { shellWord } from "../shell-word.ts";
import { dayOf } from "../time.ts";
import { openData } from "./shared/open-data.ts";
import { openWarehouse, type WarehouseOptions, warehouseOptions } from "./shared/open-warehouse.ts";
import { readAlerts } from "./shared/read-alerts.ts";
import { configOf } from "./shared/remembered-config.ts";
import { version } from "./shared/version.ts";

/** A question that takes longer is given up. */
const SECONDS = 60;

type Options = WarehouseOptions & { readonly config?: string };

export function mcpCommand(program: Command): void {
  warehouseOptions(program.command("mcp"))
    .option("--config <file>", "the strata.yml of the analysis, which a data folder remembers; needed with --athena")
    .addHelpText(
      "after",
      `
Examples:
  $ strata mcp --data ./data
  $ strata mcp --athena --stage prod --config strata.yml

It speaks the Model Context Protocol over standard input and output, for Claude Code, Kiro and others; see docs/mcp.md.`,
    )
    .action(async (options: Options) => {
      const { source, close } = await (options.athena ? stackSource(options) : folderSource(options));
      const server = mcpServer(source, version());
      const ended = new Promise<void>((resolve) => {
        server.server.onclose = resolve;
        process.stdin.once("end", () => void server.close());
      });
      await server.connect(new StdioServerTransport());
      await ended;
      close();
    });
}

interface Opened {
  readonly source: Source;
  readonly close: () => void;
}

async function folderSource({ data, config: file }: Options): Promise<Opened> {
  const config = configOf(data, file);
  const names = namesFor(config.report);
  const warehouse = await openData(data, { shown: names?.column ?? (() => undefined) });
  const shown: Warehouse = {
    query: (name, params) =>
      inTime(
        () => warehouse.query(name, params),
        () => warehouse.interrupt(),
      ),
    adhoc: (text) =>
      inTime(
        () => warehouse.adhoc(`select * from (${text}\n) limit ${MOST_ROWS + 1}`),
        () => warehouse.interrupt(),
      ),
    replaceDays: (...given) => warehouse.replaceDays(...given),
  };
  const alerts = async (): Promise<Alert[]> => readAlerts(data);
  return {
    source: sourceOf(shown, config, { names, alerts, target: `--data ${shellWord(data)}` }),
    close: () => warehouse.close(),
  };
}

async function stackSource(options: Options): Promise<Opened> {
  if (options.config === undefined)
    throw new UsageError("mcp: --athena needs --config, which says whether people are shown", {
      hint: "For example --config strata.yml.",
    });
  const config = loadConfig(options.config);
  const names = namesFor(config.report);
  const { warehouse, close } = await openWarehouse(options);
  if (names)
    throw new UsageError(`mcp: report.people is ${names.mode}, and Athena cannot keep names out of answers`, {
      hint: `Ask a data folder, which can: ${PROGRAM} mcp --data DIR.`,
    });
  const alerts = async (): Promise<Alert[]> => {
    const { rows } = await warehouse.adhoc("select * from alerts order by opened_at desc limit 1000");
    return rows.map((row) => writtenAlert(JSON.parse(JSON.stringify(row))));
  };
  return { source: sourceOf(warehouse, config, { names, alerts, target: `--athena --stage ${options.stage}` }), close };
}

const sourceOf = (warehouse: Warehouse, config: StrataConfig, rest: Pick<Source, "names" | "alerts" | "target">): Source => ({
  warehouse,
  config,
  ...rest,
  state: dataState(warehouse),
  today: () => dayOf(Date.now()),
});

async function inTime(ask: () => Promise<QueryResult>, stop: () => void): Promise<QueryResult> {
  const timer = setTimeout(stop, SECONDS * 1000);
  try {
    return await ask();
  } finally {
    clearTimeout(timer);
  }
}
