import { Command, CommanderError } from "commander";
import { atFolder, DEFAULT_DATA } from "../aim-commands.ts";
import { ConfigError, messageOf, printable, StrataError, UsageError } from "../errors.ts";
import { PROGRAM } from "../program.ts";
import { COMMANDS, type CommandEntry } from "./commands.ts";
import { guardOutput } from "./shared/guard-output.ts";
import { version } from "./shared/version.ts";

/** The command that is meant by `query …` and by `help query`. */
function meant(args: readonly string[]): CommandEntry | undefined {
  const [first, second] = args.filter((arg) => !arg.startsWith("-"));
  return COMMANDS.find(({ name }) => name === (first === "help" ? second : first));
}

/** The command that is meant, whole; the others by what they say alone. */
async function addCommands(program: Command, args: readonly string[], done: (code: number) => void): Promise<void> {
  const wanted = meant(args);
  // What completes commands knows all of them.
  for (const entry of COMMANDS)
    if (entry !== wanted && wanted?.name !== "completion") program.command(entry.name).description(entry.says);
    else {
      (await entry.load())(program, done);
      program.commands.at(-1)?.description(entry.says);
    }
  for (const command of program.commands) command.option("--debug", "show stack traces of errors");
}

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
  const program = new Command(PROGRAM)
    // Examples in help are to be run as they are printed.
    .configureOutput({ writeOut: (text) => process.stdout.write(text.replaceAll("  $ strata ", `  $ ${PROGRAM} `)) })
    .description("Cost and usage analytics for Amazon Bedrock: every record ingested once, every billed dollar explained.")
    .version(version(), "-V, --version", "print the version")
    .option("--debug", "show stack traces of errors")
    .showHelpAfterError("(add --help for options and examples)")
    .exitOverride();
  let exitCode = 0;
  const done = (code: number): void => {
    exitCode = code;
  };
  await addCommands(program, args, done);
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
    complain(error, debug, args);
    return error instanceof UsageError || error instanceof ConfigError ? 2 : 1;
  }
}

/** The data folder that was asked about. */
const folderOf = (args: readonly string[]): string =>
  (args.includes("--data") ? args[args.indexOf("--data") + 1] : undefined) ?? DEFAULT_DATA;

/** A line for each key of strata.yml that is wrong. */
function told(error: unknown): string {
  const message = messageOf(error);
  if (!(error instanceof ConfigError) || error.problems.length < 2) return message;
  const lines = error.problems.map(printable);
  return [
    message.replace(lines.join("; "), `${lines.length} keys are not right`),
    ...lines.map((line) => `        ${line}`),
  ].join("\n");
}

function complain(error: unknown, debug: boolean, args: readonly string[]): void {
  if (debug) {
    console.error(error);
    return;
  }
  console.error(`strata: ${told(error)}`);
  if (error instanceof StrataError && error.hint) console.error(`        ${atFolder(printable(error.hint), folderOf(args))}`);
  if (!(error instanceof StrataError))
    console.error("        This should not happen. Run again with --debug and report what it prints.");
}
