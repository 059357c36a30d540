import { UsageError } from "../errors.ts";
import { foldAddress } from "../fold-address.ts";
import type { QueryParams } from "../ports.ts";
import type { QueryHeader, QueryParam } from "./header.ts";
import { exampleOf, sqlLiteral } from "./sql-literal.ts";

// A string literal, a quoted identifier, a comment, or a parameter: whichever comes first wins, so `:name` inside the first three stays.
const TOKEN = /'(?:[^']|'')*'|"(?:[^"]|"")*"|--[^\n]*|\/\*[\s\S]*?\*\/|(?<![\w:]):([a-z_]\w*)/g;

/**
 * The text that an engine runs: each `:name` is replaced by the literal of its value, or of its default.
 * @throws UsageError for a parameter that is missing, unknown or of the wrong type.
 */
export function compile(name: string, sql: string, header: QueryHeader, given: QueryParams): string {
  const known = new Map(header.params.map((param) => [param.name, param]));
  for (const key of Object.keys(given)) {
    if (!known.has(key)) {
      const names = [...known.keys()].join(", ") || "none";
      throw new UsageError(`query: ${name} has no parameter "${key}"`, { hint: `Its parameters: ${names}.` });
    }
  }
  const literals = new Map(header.params.map((param) => [param.name, literalOf(name, param, given[param.name])]));
  return replaceParameters(name, sql, (parameter) => literals.get(parameter));
}

/** Replaces each parameter outside of strings, names and comments. @throws UsageError for one that has no replacement */
export function replaceParameters(name: string, sql: string, by: (parameter: string) => string | undefined): string {
  return sql.replace(TOKEN, (whole, parameter: string | undefined) => {
    if (parameter === undefined) return whole;
    const text = by(parameter);
    if (text === undefined) throw new UsageError(`query: ${name} uses :${parameter} but its header does not declare it`);
    return text;
  });
}

/** Parameters that name people: addresses lie in the data in lower case. */
const PEOPLE: ReadonlySet<string> = new Set(["person", "who"]);
const foldedNames = (value: QueryParams[string] | null): QueryParams[string] | null =>
  typeof value === "string" ? foldAddress(value) : Array.isArray(value) ? value.map(foldAddress) : value;

function literalOf(query: string, { name, type, fallback, meaning }: QueryParam, given: QueryParams[string] | undefined): string {
  if (given === undefined && fallback === undefined) {
    throw new UsageError(`query: ${query} needs the parameter ${name} (${type}: ${meaning})`, {
      hint: `Add --param ${name}=${exampleOf(type)}.`,
    });
  }
  const asked = given === undefined ? (fallback === "null" ? null : (fallback ?? null)) : given;
  const value = PEOPLE.has(name) ? foldedNames(asked) : asked;
  try {
    return sqlLiteral({ name, type, value });
  } catch (error) {
    if (error instanceof UsageError) throw new UsageError(`query: ${query}: ${error.message}`, { hint: error.hint ?? "" });
    throw error;
  }
}
