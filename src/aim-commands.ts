import { PACKAGE, PROGRAM } from "./program.ts";
import { shellWord } from "./shell-word.ts";

/** How messages start this program: as it is started here, or by its name, which a stack gives with its version. */
const STARTED = `${PROGRAM.replace(/[^\w ]/g, "\\$&")}|npx ${PACKAGE}(?:@[\\w.-]+)?`;

/** A saved query by its name; "query lists them" is no name. */
const QUERY = "query (?:[a-z0-9]+[_/][a-z_/0-9]+|movers|compactions)";
/** Commands that read results from a folder, as messages name them; longer ones first. */
const OF_FOLDERS = `alerts explain [\\w-]+|alerts|${QUERY}|sql|attribution|reconcile|report|forecast|whatif achieved \\w+|whatif|serve|backtest|quarantine list|mcp`;
/** Of them, those that can ask a deployed stack instead, and how. */
const OF_STACKS = { [`${QUERY}|sql|attribution|mcp`]: "--athena --stage", "quarantine list|doctor": "--stage" };

/** Where a program looks unless it is told. */
export const DEFAULT_DATA = "strata-data";

const aimed = (text: string, commands: string, options: string): string =>
  text.replace(
    new RegExp(`((?:${STARTED}) (?:${commands}))(?![\\w/-])( --(?:data|athena|stage)\\b)?`, "g"),
    (whole, command: string, told: string | undefined) => (told === undefined ? `${command} ${options}` : whole),
  );

/** The same text, its commands with options that say where the data is, for example `--data ./data`. */
export const withOptions = (text: string, options: string): string => aimed(text, OF_FOLDERS, options);

/** The same text, its commands told which folder the reader asked about: what is printed works from where they stand. */
export const atFolder = (text: string, folder: string): string =>
  folder === DEFAULT_DATA ? text : withOptions(text, `--data ${shellWord(folder)}`);

/** The same text, its commands asking the deployed stack that says it. */
export const atStage = (text: string, stage: string): string =>
  Object.entries(OF_STACKS).reduce((told, [commands, options]) => aimed(told, commands, `${options} ${shellWord(stage)}`), text);
