import { readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { parseDocument } from "yaml";
import type { z } from "zod";
import { ConfigError, messageOf } from "../errors.ts";
import { PROGRAM } from "../program.ts";
import { type ListedPrice, readListedPrices } from "./listed-prices.ts";
import { type StrataConfig, strataConfig } from "./strata-config.ts";

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
  const document = parseDocument(text, { prettyErrors: true });
  const [broken] = document.errors;
  if (broken)
    throw new ConfigError("", `config: ${file} is not YAML: ${messageOf(broken)}`, {
      hint: "Check indentation and quotes near that line.",
    });
  const result = strataConfig.safeParse(document.toJS() ?? {});
  if (result.success) return result.data;
  const problems = result.error.issues.flatMap(describe);
  throw new ConfigError(
    problems[0]?.path ?? "",
    `config: ${file}: ${problems.map((problem) => `${problem.path || "top level"}: ${problem.text}`).join("; ")}`,
    {
      hint: "schemas/config.schema.json lists every key; editors check against it.",
    },
  );
}

function describe(issue: z.core.$ZodIssue): { path: string; text: string }[] {
  const path = issue.path.map(String).join(".");
  if (issue.code === "unrecognized_keys")
    return issue.keys.map((key) => ({ path: path === "" ? key : `${path}.${key}`, text: "is not a known key" }));
  return [{ path, text: issue.message }];
}
