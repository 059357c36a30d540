import { ConfigError } from "../errors.ts";
import { PROGRAM } from "../program.ts";
import type { StrataConfig } from "./strata-config.ts";

/** In the data bucket: the checked content of strata.yml that the functions go by. */
export const CONFIG_KEY = "config/strata.json";

export interface StoredConfig {
  /** As `configFormat` of the release that wrote it. */
  readonly format: string;
  readonly config: StrataConfig;
}

export const storedText = (stored: StoredConfig): string => `${JSON.stringify(stored, null, 1)}\n`;

/** @throws ConfigError when it is not what Strata writes */
export function parseStored(text: string): StoredConfig {
  try {
    const stored: StoredConfig = JSON.parse(text);
    if (typeof stored.format === "string" && typeof stored.config === "object" && stored.config !== null) return stored;
  } catch {
    // Said below, with what to do.
  }
  throw new ConfigError(CONFIG_KEY, `config: ${CONFIG_KEY} in the data bucket is not what ${PROGRAM} config push writes`, {
    hint: `Push strata.yml again: ${PROGRAM} config push --stage STAGE. Until then the functions go by what they were packaged with.`,
  });
}

/** What the template is made of: grants, rules and variables follow it, so only a deployment changes it. */
const DEPLOYED: readonly (readonly [path: string, of: (config: StrataConfig) => unknown])[] = [
  // Who users are, is data beside it that is pushed along.
  ["sources", ({ sources }) => ({ ...sources, identity_users: undefined })],
  ["deploy", ({ deploy }) => deploy],
  ["alerts.enforcement", ({ alerts }) => alerts.enforcement],
  ["prices.learned", ({ prices }) => prices.learned],
  ["billing.cost_explorer", ({ billing }) => billing.cost_explorer],
];

/** Keys that differ and that only a deployment changes. */
export const needsDeployment = (before: StrataConfig, after: StrataConfig): string[] =>
  DEPLOYED.filter(([, of]) => JSON.stringify(of(before)) !== JSON.stringify(of(after))).map(([path]) => path);
