import { totalmem } from "node:os";
import type { Command } from "commander";
import { DEFAULT_DATA } from "../aim-commands.ts";
import { UsageError } from "../errors.ts";
import { createAnswers } from "../serve/answer.ts";
import { serve } from "../serve/serve.ts";
import { openData } from "./shared/open-data.ts";
import { configOf } from "./shared/remembered-config.ts";

interface ServeOptions {
  readonly data: string;
  readonly config?: string;
  readonly host: string;
  readonly port: string;
}

/** A page takes some hundred megabytes of a large folder; one question must not take the machine from everything else on it. */
const MEMORY = Math.max(512 * 1024 * 1024, Math.min(4 * 1024 ** 3, totalmem() / 4));

export function serveCommand(program: Command, done: (code: number) => void): void {
  program
    .command("serve")
    .option("--data <dir>", "data folder that strata analyze wrote", DEFAULT_DATA)
    .option("--config <file>", "the strata.yml of the analysis, which the data folder remembers; another one is refused")
    .option("--host <host>", "127.0.0.1, localhost or ::1", "127.0.0.1")
    .option("--port <n>", "port; 0 takes a free one", "0")
    .addHelpText(
      "after",
      `
Examples:
  $ strata serve --data ./data
  $ strata serve --data ./data --config strata.yml --port 8080`,
    )
    .action(async (options: ServeOptions) => {
      if (!/^\d{1,5}$/.test(options.port) || Number(options.port) > 65_535)
        throw new UsageError(`--port: "${options.port}" is not a port`, { hint: "Use 0 to 65535; 0 takes a free one." });
      const warehouse = await openData(options.data, { memory: MEMORY });
      const config = configOf(options.data, options.config);
      try {
        const serving = await serve(createAnswers(warehouse, config, options.data), {
          host: options.host,
          port: Number(options.port),
        });
        console.log(`Serving ${options.data} at ${serving.url} (Ctrl-C ends)`);
        await new Promise<void>((resolve) => {
          for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => resolve());
        });
        await serving.close();
        done(0);
      } finally {
        warehouse.close();
      }
    });
}
