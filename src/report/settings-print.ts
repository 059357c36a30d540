import type { StrataConfig } from "../config/strata-config.ts";
import { PROGRAM } from "../program.ts";
import { aliasOf } from "./people.ts";
import { sha256 } from "./report-file.ts";

/** Sections of strata.yml that decide figures, each as the start of its SHA-256; the key behind pseudonyms is left out. */
export function configPrints({ attribution, models, prices, report }: StrataConfig): Record<string, string> {
  const { pseudonym_key: _, ...shown } = report;
  const sections = { attribution, models, prices, report: shown };
  return Object.fromEntries(
    Object.entries(sections).map(([name, section]) => [name, sha256(Buffer.from(JSON.stringify(section))).slice(0, 16)]),
  );
}

/** All that a statement is made from beside tables and queries: the release and the settings. The key behind pseudonyms stands in it by what it makes of a word. */
export function settingsPrint(config: StrataConfig): string {
  const { people } = config.report;
  const names = people === "pseudonyms" ? aliasOf(config.report)("strata", "person") : people;
  return JSON.stringify([PROGRAM, config.organisation, names, configPrints(config)]);
}
