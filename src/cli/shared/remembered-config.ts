import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { defaultConfig, loadConfig, parseConfig } from "../../config/load.ts";
import type { StrataConfig } from "../../config/strata-config.ts";
import { UsageError } from "../../errors.ts";
import { CONFIG } from "../../local/data-folder.ts";
import { PROGRAM } from "../../program.ts";

/** Keeps the strata.yml that a result is made with beside the result; without one an empty file, which means the defaults. */
export function rememberConfig(folder: string, file: string | undefined): void {
  writeFileSync(join(folder, CONFIG), file === undefined ? "" : readFileSync(file));
}

/** The configuration that made a data folder; undefined for a folder of a version that did not keep it. @throws ConfigError */
export function rememberedConfig(folder: string): StrataConfig | undefined {
  const kept = join(folder, CONFIG);
  return existsSync(kept) ? parseConfig(readFileSync(kept, "utf8"), kept) : undefined;
}

/**
 * The configuration for whatever shows a data folder's figures: the one that made them.
 * @param file another one, as given on the command line: it must say the same
 * @throws UsageError naming what differs, ConfigError
 */
export function configOf(folder: string, file: string | undefined): StrataConfig {
  const remembered = rememberedConfig(folder);
  if (file === undefined) return remembered ?? defaultConfig();
  const given = loadConfig(file);
  const different = remembered === undefined ? [] : differences(figures(remembered), figures(given), "");
  if (different.length === 0) return given;
  throw new UsageError(
    `config: ${file} is not the configuration that made ${folder}: ${different.slice(0, 3).join("; ")}${different.length > 3 ? `; ${different.length - 3} more` : ""}`,
    { hint: `Run ${PROGRAM} analyze again with this --config, or leave --config out: the folder remembers its own.` },
  );
}

/** Where inputs lie and how a stack is deployed changes no figure. */
const figures = ({ deploy: _, sources, ...rest }: StrataConfig): object => ({
  ...rest,
  sources: { ...sources, logs: [], cur: [] },
});

/** Paths whose values differ, as sentences; values are shown where they are words, not secrets. */
function differences(kept: unknown, given: unknown, path: string): string[] {
  if (JSON.stringify(kept) === JSON.stringify(given)) return [];
  if (isObject(kept) && isObject(given)) {
    const names = [...new Set([...Object.keys(kept), ...Object.keys(given)])];
    return names.flatMap((name) =>
      differences(Reflect.get(kept, name), Reflect.get(given, name), path === "" ? name : `${path}.${name}`),
    );
  }
  if (path.endsWith("_key")) return [`${path} differs`];
  return [`${path} was ${shown(kept)} and is ${shown(given)}`];
}

const isObject = (value: unknown): value is object => typeof value === "object" && value !== null && !Array.isArray(value);
const shown = (value: unknown): string => (value === undefined ? "not set" : (JSON.stringify(value) ?? "").slice(0, 60));
