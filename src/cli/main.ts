import { Command, CommanderError } from "commander";
import { ConfigError, messageOf, printable, StrataError, UsageError } from "../errors.ts";
import { guardOutput } from "./guard-output.ts";
import { version } from "./version.ts";

type AddCommand = (program: Command, done: (code: number) => void) => void;

/** In the order in which --help lists them. Each is loaded only when it is meant: all of them take most of a second. */
const COMMANDS = {
  analyze: async () => (await import("./analyze.ts")).analyzeCommand,
  query: async () => (await import("./query.ts")).queryCommand,
  sql: async () => (await import("./sql.ts")).sqlCommand,
  reconcile: async () => (await import("./reconcile.ts")).reconcileCommand,
  report: async () => (await import("./report.ts")).reportCommand,
  serve: async () => (await import("./serve.ts")).serveCommand,
  alerts: async () => (await import("./alerts.ts")).alertsCommand,
  backtest: async () => (await import("./backtest.ts")).backtestCommand,
  prices: async () => (await import("./prices.ts")).pricesCommand,
  forecast: async () => (await import("./forecast.ts")).forecastCommand,
  whatif: async () => (await import("./whatif.ts")).whatifCommand,
  plan: async () => (await import("./plan.ts")).planCommand,
  doctor: async () => (await import("./doctor.ts")).doctorCommand,
  config: async () => (await import("./config.ts")).configCommand,
  init: async () => (await import("./init.ts")).initCommand,
  quarantine: async () => (await import("./quarantine.ts")).quarantineCommand,
  backfill: async () => (await import("./backfill.ts")).backfillCommand,
  forget: async () => (await import("./forget.ts")).forgetCommand,
  redrive: async () => (await import("./redrive.ts")).redriveCommand,
  demo: async () => (await import("./demo.ts")).demoCommand,
  generate: async () => (await import("./generate.ts")).generateCommand,
};

/** The command that the first argument names; for --help, a typing error or anything else, all of them. */
const meant = (first: string | undefined): readonly (() => Promise<AddCommand>)[] => {
  const one = Object.entries(COMMANDS).find(([name]) => name === first)?.[1];
  return one ? [one] : Object.values(COMMANDS);
};

/** Exit codes: 0 done; 1 findings or failure that the user asked to fail on, or input that could not be used; 2 wrong usage. */
export async function main(args: readonly string[]): Promise<number> {
  const restore = [process.stdout, process.stderr].map(guardOutput);
  try {
    return await run(args);
  } finally {
    for (const each of restore) each();
  }
}

async function run(args: readonly string[]): Promise<number> {
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
  for (const load of meant(args[0])) (await load())(program, done);
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
