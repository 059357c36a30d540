import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline/promises";
import type { Command } from "commander";
import { firstConfig, type KnownAccount, NOTHING_KNOWN } from "../doctor/first-config.ts";
import { knownAccount } from "../doctor/known-account.ts";
import { InputError, messageOf, UsageError } from "../errors.ts";
import { PACKAGE, PROGRAM } from "../program.ts";
import { version } from "./shared/version.ts";

interface Options {
  fromDoctor?: boolean;
  region?: string[];
  stage: string;
  out: string;
  monthUsd?: string;
}

export function initCommand(program: Command): void {
  program
    .command("init")
    .option("--from-doctor", "fill in what the AWS account shows: log and bill places, keys, inference profiles")
    .option("--region <region...>", "with --from-doctor: regions in which models are called")
    .option("--stage <stage>", "with --from-doctor: stage of the stack", "dev")
    .option("--month-usd <dollars>", "dollars a month that you expect to spend; asked for in a terminal")
    .option("--out <file>", "file to write", "strata.yml")
    .addHelpText(
      "after",
      `
Examples:
  $ strata init
  $ strata init --from-doctor --region us-east-1 eu-west-1
  $ strata init --out config/strata.yml`,
    )
    .action(async (options: Options) => {
      if (existsSync(options.out)) throw taken(options.out);
      const known = options.fromDoctor ? await look(options) : NOTHING_KNOWN;
      const expectedMonthUsd = dollars(options.monthUsd ?? (await ask()));
      write(options.out, firstConfig({ ...known, expectedMonthUsd }, schemaAddress(options.out)));
      console.log(told(options.out, known));
    });
}

/** Where an editor finds the schema: in the clone, in the package that is installed beside the file, else with the published package. */
function schemaAddress(out: string): string {
  const path = "schemas/config.schema.json";
  const near = [path, `node_modules/${PACKAGE}/${path}`].find((place) => existsSync(join(dirname(out), place)));
  return near === undefined ? `https://unpkg.com/${PACKAGE}@${version()}/${path}` : `./${near}`;
}

/** The one question of a first run: with no history, only a person knows how much is too much. Nothing is asked where nobody can answer. */
async function ask(): Promise<string> {
  if (!process.stdin.isTTY || !process.stdout.isTTY) return "";
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  try {
    return await terminal.question("Dollars a month that you expect to spend on Bedrock (Enter if you do not know): ");
  } finally {
    terminal.close();
  }
}

/** @throws UsageError for anything but a positive number */
export function dollars(text: string): number | undefined {
  const plain = text.trim().replace(/^\$/, "").replaceAll(",", "");
  if (plain === "") return undefined;
  if (/^\d{1,12}(\.\d{1,2})?$/.test(plain) && Number(plain) > 0) return Number(plain);
  throw new UsageError(`init: "${text.trim().slice(0, 40)}" is not an amount of dollars`, {
    hint: "Write it as 5000 or 250.50.",
  });
}

/** An account that cannot be asked still gets a template; why is said. */
async function look({ region, stage }: Options): Promise<KnownAccount> {
  const { lookAtAccount } = await import("./shared/account.ts");
  const { view, facts } = await lookAtAccount({ regions: region ?? [], stage, quiet: false });
  if (!facts.identity.ok && facts.identity.reason === "credentials") {
    console.error(`strata: ${facts.identity.message}\n        ${facts.identity.hint} The file is a template only.`);
    return NOTHING_KNOWN;
  }
  return knownAccount(view, facts);
}

function write(file: string, text: string): void {
  try {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text, { flag: "wx" });
  } catch (cause) {
    if (cause instanceof Error && "code" in cause && cause.code === "EEXIST" && existsSync(file)) throw taken(file);
    throw new InputError(file, `init: ${file} cannot be written: ${messageOf(cause)}`, {
      hint: "Give a path to --out that may be written.",
      cause,
    });
  }
}

const taken = (file: string): UsageError =>
  new UsageError(`init: ${file} exists already and is left as it is`, {
    hint: "Give another file to --out, then take over what you need.",
  });

function told(file: string, { logs, cur, profiles, teams }: KnownAccount): string {
  const counts = [
    [logs.length, "log places"],
    [cur.length, "bill places"],
    [profiles.size, "inference profiles"],
    [teams.size, "teams as comments"],
  ] as const;
  const filled = counts.filter(([count]) => count > 0).map(([count, what]) => `${count} ${what}`);
  return `${file} written${filled.length === 0 ? ": every section as a comment" : `: ${filled.join(", ")}`}. Next: ${PROGRAM} doctor`;
}
