import { readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { LineCounter, parseDocument } from "yaml";
import { ConfigError, messageOf } from "../errors.ts";
import { PROGRAM } from "../program.ts";
import { type ListedPrice, readListedPrices } from "./listed-prices.ts";
import { lineOf, type Problem, problemsOf } from "./problem.ts";
import { type StrataConfig, strataConfig } from "./strata-config.ts";
import { unknownTeams } from "./unknown-teams.ts";

/** The configuration that an empty file gives. */
export const defaultConfig = (): StrataConfig => strataConfig.parse({});

/** @throws ConfigError naming the file, the key's path and what to write instead. */
export function loadConfig(file: string): StrataConfig {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (cause) {
    throw new ConfigError("", `config: ${file} cannot be read: ${messageOf(cause)}`, {
      hint: "Give an existing file to --config, or leave it out.",
      cause,
    });
  }
  const config = parseConfig(text, file);
  const { list } = config.prices;
  return list === undefined
    ? config
    : { ...config, prices: { ...config.prices, listed: listedIn(resolve(dirname(file), list)) } };
}

function listedIn(file: string): readonly ListedPrice[] {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (cause) {
    throw new ConfigError("prices.list", `config: prices.list: ${file} cannot be read: ${messageOf(cause)}`, {
      hint: `Write it with ${PROGRAM} prices update --to FILE, or leave the key out.`,
      cause,
    });
  }
  return readListedPrices(text, file).entries;
}

/** @throws ConfigError as `loadConfig` */
export function parseConfig(text: string, file = "strata.yml"): StrataConfig {
  const lines = new LineCounter();
  const document = parseDocument(text, { prettyErrors: true, lineCounter: lines });
  const [broken] = document.errors;
  if (broken)
    throw new ConfigError("", `config: ${file} is not YAML: ${messageOf(broken)}`, {
      hint: "Check indentation and quotes near that line.",
    });
  const result = strataConfig.safeParse(document.toJS() ?? {});
  const found = result.success
    ? unknownTeams(result.data).map((problem) => ({
        ...problem,
        path: problem.path.join("."),
        line: lineOf(problem.path, document, lines),
      }))
    : result.error.issues.flatMap((issue) => problemsOf(issue, document, lines, strataConfig));
  if (result.success && found.length === 0) return result.data;
  const problems = [...found].sort((a, b) => (a.line ?? 0) - (b.line ?? 0));
  throw new ConfigError(problems[0]?.path ?? "", `config: ${file}: ${problems.map(sentence).join("; ")}`, {
    hint: "schemas/config.schema.json lists every key; editors check against it.",
    problems: problems.map(sentence),
  });
}

const sentence = ({ path, line, text }: Problem): string =>
  `${path || "top level"}${line === undefined ? "" : ` (line ${line})`}: ${text}`;
