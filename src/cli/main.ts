import { Command, CommanderError } from "commander";
import { ConfigError, messageOf, printable, StrataError, UsageError } from "../errors.ts";
import { alertsCommand } from "./alerts.ts";
import { analyzeCommand } from "./analyze.ts";
import { backfillCommand } from "./backfill.ts";
import { backtestCommand } from "./backtest.ts";
import { demoCommand } from "./demo.ts";
import { doctorCommand } from "./doctor.ts";
import { forecastCommand } from "./forecast.ts";
import { generateCommand } from "./generate.ts";
import { initCommand } from "./init.ts";
import { planCommand } from "./plan.ts";
import { pricesCommand } from "./prices.ts";
import { quarantineCommand } from "./quarantine.ts";
import { queryCommand } from "./query.ts";
import { reconcileCommand } from "./reconcile.ts";
import { redriveCommand } from "./redrive.ts";
import { reportCommand } from "./report.ts";
import { serveCommand } from "./serve.ts";
import { sqlCommand } from "./sql.ts";
import { version } from "./version.ts";
import { whatifCommand } from "./whatif.ts";

/** In the order in which --help lists them. */
const COMMANDS = [
  analyzeCommand,
  queryCommand,
  sqlCommand,
  reconcileCommand,
  reportCommand,
  serveCommand,
  alertsCommand,
  backtestCommand,
  pricesCommand,
  forecastCommand,
  whatifCommand,
  planCommand,
  doctorCommand,
  initCommand,
  quarantineCommand,
  backfillCommand,
  redriveCommand,
  demoCommand,
  generateCommand,
];

/** Exit codes: 0 done; 1 findings or failure that the user asked to fail on, or input that could not be used; 2 wrong usage. */
export async function main(args: readonly string[]): Promise<number> {
  const debug = args.includes("--debug");
  const program = new Command("strata")
    .description("Cost and usage analytics for Amazon Bedrock: every record ingested once, every billed dollar explained.")
    .version(version(), "-V, --version", "print the version")
    .option("--debug", "show stack traces of errors")
    .showHelpAfterError("(add --help for options and examples)")
    .exitOverride();
  let exitCode = 0;
  const done = (code: number): void => {
    exitCode = code;
  };
  for (const add of COMMANDS) add(program, done);
  for (const command of program.commands) command.option("--debug", "show stack traces of errors");
  program.addHelpText(
    "after",
    `
Examples:
  $ strata demo                                     a month of an invented company, analysed and checked
  $ strata analyze ./logs --cur ./cur --out ./data  the whole pipeline on your own files
  $ strata query top_spenders --data ./data         a saved query; without a name, the list`,
  );
  try {
    await program.parseAsync(args, { from: "user" });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    complain(error, debug);
    return error instanceof UsageError || error instanceof ConfigError ? 2 : 1;
  }
}

function complain(error: unknown, debug: boolean): void {
  if (debug) {
    console.error(error);
    return;
  }
  console.error(`strata: ${messageOf(error)}`);
  if (error instanceof StrataError && error.hint) console.error(`        ${printable(error.hint)}`);
  if (!(error instanceof StrataError))
    console.error("        This should not happen. Run again with --debug and report what it prints.");
}
