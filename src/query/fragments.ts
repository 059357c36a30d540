/**
 * SQL that several queries share, that one says several times, or that is a part with a name of a long one, is a fragment: sql/fragments/NAME.sql. A query names it on a line of its own,
 *
 *   -- @include report_filter of=u | resource=model_id
 *
 * and what runs has the fragment's text there, each `{of}` replaced by what the line gives, indented like the line. In a query's header the same line,
 * without arguments, stands for the fragment's @param and @column lines. The text is put together before anything else reads it: engines, proofs and
 * Athena's console see one whole query.
 */
import { StrataError } from "../errors.ts";

const INCLUDE = /^( *)-- @include (\w+)(?: (.+))?$/;
const PLACE = /\{([a-z_]+)\}/g;

/** @param fragment the text of a fragment, undefined where there is none @throws StrataError naming the query and the line of an include that cannot be followed */
export function withFragments(name: string, text: string, fragment: (name: string) => string | undefined): string {
  const lines = text.split("\n");
  const body = bodyStart(lines);
  return lines
    .flatMap((line, index) => {
      const [, indent = "", wanted, given] = INCLUDE.exec(line) ?? [];
      if (wanted === undefined) return [line];
      const wrong = (what: string, hint: string): StrataError =>
        new StrataError(`query: sql/${name}.sql line ${index + 1}: ${what}`, { hint });
      const found = fragment(wanted)?.trimEnd().split("\n");
      if (found === undefined)
        throw wrong(`there is no fragment ${wanted}`, `Write it as sql/fragments/${wanted}.sql, or correct the name.`);
      const start = bodyStart(found);
      if (index < body) return found.slice(0, start).filter((each) => /^-- @(param|column) /.test(each));
      const values = new Map(argumentsOf(given).map(([key, value]) => [key, value]));
      const used = new Set<string>();
      const filled = found.slice(start).map((each) =>
        each.replace(PLACE, (_, key: string) => {
          const value = values.get(key);
          if (value === undefined) throw wrong(`${wanted} needs ${key}`, `Add ${key}=… to the line; arguments stand between |.`);
          used.add(key);
          return value;
        }),
      );
      const unused = [...values.keys()].filter((key) => !used.has(key));
      if (unused.length > 0) throw wrong(`${wanted} takes no ${unused.join(", ")}`, "Leave it out, or correct its name.");
      return filled.map((each) => (indent + each).trimEnd());
    })
    .join("\n");
}

const bodyStart = (lines: readonly string[]): number => {
  const first = lines.findIndex((line) => !line.startsWith("--"));
  return first < 0 ? lines.length : first;
};

/** `of=u | resource=model_id`; a value may hold = itself. */
const argumentsOf = (given: string | undefined): [string, string][] =>
  (given?.split(" | ") ?? []).map((pair) => {
    const at = pair.indexOf("=");
    return [pair.slice(0, at).trim(), pair.slice(at + 1).trim()];
  });
