import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Command, CommanderError } from "commander";
import { describe, expect, it } from "vitest";
import { COMMANDS } from "../src/cli/commands.ts";
import { parseConfig } from "../src/config/load.ts";
import { DuckDbWarehouse } from "../src/local/duckdb.ts";
import { queryFile } from "../src/query/files.ts";

const ROOT = join(import.meta.dirname, "..");
const PAGES = [
  "README.md",
  "CONTRIBUTING.md",
  "examples/instrument/README.md",
  ...readdirSync(join(ROOT, "docs")).map((name) => `docs/${name}`),
]
  // A log of what was typed holds typing errors on purpose.
  .filter((name) => name.endsWith(".md") && name !== "docs/first-hour.md");

interface Example {
  readonly place: string;
  readonly line: string;
  /** In a block to copy, or in a sentence, where a command may stand without what it needs. */
  readonly whole: boolean;
}

const PROGRAM = /^(?:\$ )?(?:npx )?strata(?:-bedrock)? /;

function examplesOf(place: string, text: string): Example[] {
  const blocks = [...text.matchAll(/^ *```(?:sh)?\n([\s\S]*?)^ *```$/gm)].map(([, block = ""]) => block.replaceAll("\\\n", " "));
  const sentences = [...text.replaceAll(/^ *```[\s\S]*?^ *```$/gm, "").matchAll(/`([^`\n]+)`/g)].map(([, code = ""]) => code);
  return [
    ...blocks.flatMap((block) => block.split("\n")).map((line) => ({ line, whole: true })),
    ...sentences.map((line) => ({ line, whole: false })),
  ].flatMap(({ line, whole }) => {
    const plain = line.trim().replace(/ {2,}(?:# )?\S.*$| # .*$/, "");
    return PROGRAM.test(plain) ? [{ place, line: plain.replace(PROGRAM, ""), whole }] : [];
  });
}

/** As a shell splits a line: blanks outside of quotes. */
const wordsOf = (line: string): string[] =>
  (line.match(/"[^"]*"|'[^']*'|[^\s"']+/g) ?? []).map((word) => word.replaceAll(/["']/g, ""));

/** The real commands, whose options and arguments are read and whose work is not done. */
async function program(): Promise<Command> {
  const all = new Command("strata").option("--debug").version("0", "-V, --version");
  for (const { load } of COMMANDS) (await load())(all, () => undefined);
  const still = (command: Command): void => {
    command.exitOverride().configureOutput({ writeErr: () => undefined, writeOut: () => undefined });
    for (const each of command.commands) still(each);
    if (command.parent !== null) command.action(() => undefined);
  };
  still(all);
  return all;
}

/** What is wrong with a line; undefined where the command takes it. */
async function wrongWith({ line, whole }: Pick<Example, "line" | "whole">): Promise<string | undefined> {
  const words = wordsOf(line);
  try {
    await (await program()).parseAsync(words, { from: "user" });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    // --help and --version end the program, too.
    if (error.exitCode === 0) return undefined;
    const unsaid = /missingMandatoryOptionValue|missingArgument|optionMissingArgument/.test(error.code);
    if (whole || !unsaid) return error.message;
  }
  const [command, query] = words;
  if (command !== "query" || query === undefined || query.startsWith("-") || query === "NAME") return undefined;
  const known = queryFile(`saved/${query}`).header.params.map(({ name }) => name);
  return words
    .filter((_, index) => words[index - 1] === "--param")
    .map((pair) => pair.split("=")[0] ?? "")
    .find((name) => !known.includes(name));
}

const examples = PAGES.flatMap((page) => examplesOf(page, readFileSync(join(ROOT, page), "utf8")));

describe("every command that is printed is one that the program takes", () => {
  it("in the pages", async () => {
    expect(examples.filter(({ whole }) => whole).length).toBeGreaterThan(20);
    const wrong: string[] = [];
    for (const example of examples) {
      const why = await wrongWith(example);
      if (why !== undefined) wrong.push(`${example.place}: strata ${example.line}: ${why}`);
    }
    expect(wrong).toEqual([]);
  });

  it("in the help of each command", async () => {
    const wrong: string[] = [];
    let count = 0;
    const look = async (command: Command): Promise<void> => {
      let help = "";
      command.configureOutput({ writeOut: (text) => (help += text) }).outputHelp();
      for (const [, line = ""] of help.matchAll(/^ {2}\$ strata (.+)$/gm)) {
        count += 1;
        const why = await wrongWith({ line: line.replace(/ (?:[|>]|2>).*$/, "").replace(/ {2,}\S.*$/, ""), whole: true });
        if (why !== undefined) wrong.push(`strata ${line}: ${why}`);
      }
      for (const each of command.commands) await look(each);
    };
    await look(await program());
    expect(count).toBeGreaterThan(40);
    expect(wrong).toEqual([]);
  });

  it("each command is called as the list of them says, and shows an example", async () => {
    const { commands } = await program();
    expect(commands.map((command) => command.name())).toEqual(COMMANDS.map(({ name }) => name));
    const helpOf = (command: Command): string => {
      let help = "";
      command.configureOutput({ writeOut: (text) => (help += text) }).outputHelp();
      return help + command.commands.map(helpOf).join("");
    };
    for (const command of commands) expect(helpOf(command)).toContain(`  $ strata ${command.name()}`);
  });

  it.each([
    ["query top_spenders --dta x", "unknown option"],
    ["query top_spenders --param form=2026-10-01", "form"],
    ["nothing", "unknown command"],
    ["backfill --stage", "argument missing"],
  ])("and would say of one that is wrong what is: %s", async (line, why) => {
    expect(await wrongWith({ line, whole: true })).toContain(why);
  });
});

it("SQL in the help is SQL that runs", async () => {
  const folder = mkdtempSync(join(tmpdir(), "strata-example-"));
  const warehouse = await DuckDbWarehouse.open(folder);
  const sql = (await program()).commands.find((command) => command.name() === "sql");
  let help = "";
  sql?.configureOutput({ writeOut: (text) => (help += text) }).outputHelp();
  const texts = [...help.matchAll(/\$ strata sql "([^"]+)"/g)].map(([, text = ""]) => text);
  expect(texts.length).toBeGreaterThan(2);
  for (const text of texts) expect((await warehouse.adhoc(text)).columns.length, text).toBeGreaterThan(0);
  warehouse.close();
  rmSync(folder, { recursive: true });
});

const blocksOf = (language: string): [page: string, text: string][] =>
  PAGES.flatMap((page) =>
    [...readFileSync(join(ROOT, page), "utf8").matchAll(new RegExp(`^( *)\`\`\`${language}\\n([\\s\\S]*?)^ *\`\`\`$`, "gm"))].map(
      ([, indent = "", text = ""]): [string, string] => [page, text.replaceAll(new RegExp(`^${indent}`, "gm"), "")],
    ),
  );

describe("what is printed to be copied", () => {
  it.each(blocksOf("yaml"))("is a configuration that is taken: %s, %s", (_, text) => {
    expect(() => parseConfig(text)).not.toThrow();
  });

  it.each(blocksOf("json"))("is a server that an assistant can start: %s", async (_, text) => {
    const { mcpServers } = JSON.parse(text);
    const [yes, name, ...words] = mcpServers.strata.args;
    expect([yes, name]).toEqual(["-y", "strata-bedrock"]);
    expect(await wrongWith({ line: words.join(" "), whole: true })).toBeUndefined();
  });

  it("is a percentile that runs, and interpolates: docs/dialect.md", async () => {
    const [text = ""] = blocksOf("sql").flatMap(([page, sql]) => (page === "docs/dialect.md" ? [sql] : []));
    const folder = mkdtempSync(join(tmpdir(), "strata-example-"));
    const warehouse = await DuckDbWarehouse.open(folder);
    const daily = "with daily as (select 'a' as team, cast(n as double) as spend from unnest(sequence(1, 21)) as t(n)),";
    const { rows } = await warehouse.adhoc(`${daily}\n${text}`);
    expect(rows).toEqual([{ team: "a", p95: 20 }]);
    warehouse.close();
    rmSync(folder, { recursive: true });
  });
});
