import { replaceParameters } from "./compile.ts";
import { parseHeader, type QueryHeader } from "./header.ts";

/**
 * A query of sql/dashboards as a tool beside Strata sends it: without its comments, with that tool's own words in place of the parameters.
 * @param by what stands for a parameter; its default where that is undefined
 */
export function dashboardText(
  name: string,
  text: string,
  by: Readonly<Record<string, string | undefined>>,
): { readonly sql: string; readonly header: QueryHeader } {
  const header = parseHeader(name, text);
  const defaults = new Map(header.params.map((param) => [param.name, param.fallback]));
  const sql = replaceParameters(name, text, (parameter) => by[parameter] ?? defaults.get(parameter));
  return { sql: sql.replace(/^--.*\n/gm, "").trim(), header };
}
