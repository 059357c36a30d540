import { UsageError } from "../errors.ts";
import type { QueryParams } from "../ports.ts";
import type { QueryHeader, QueryParam } from "./header.ts";

export interface BoundValue {
  readonly name: string;
  readonly type: string;
  readonly value: string | number | boolean | null;
}

export interface CompiledQuery {
  /** SQL with `?` for each use of a parameter. */
  readonly text: string;
  /** One value per `?`, in order. */
  readonly values: readonly BoundValue[];
}

// A string literal, a quoted identifier, a comment, or a parameter: whichever comes first wins, so `:name` inside the first three stays.
const TOKEN = /'(?:[^']|'')*'|"(?:[^"]|"")*"|--[^\n]*|\/\*[\s\S]*?\*\/|(?<![\w:]):([a-z_]\w*)/g;

/**
 * Turns `:name` into `?` and lists the values in order. Values are checked against the declared types and never spliced into the text.
 * @throws UsageError for a parameter that is missing, unknown or of the wrong type.
 */
export function compile(name: string, sql: string, header: QueryHeader, given: QueryParams): CompiledQuery {
  const known = new Map(header.params.map((param) => [param.name, param]));
  for (const key of Object.keys(given)) {
    if (!known.has(key)) {
      const names = [...known.keys()].join(", ") || "none";
      throw new UsageError(`query: ${name} has no parameter "${key}"`, { hint: `Its parameters: ${names}.` });
    }
  }
  const bound = new Map(header.params.map((param) => [param.name, bind(name, param, given[param.name])]));
  const values: BoundValue[] = [];
  const text = sql.replace(TOKEN, (whole, parameter: string | undefined) => {
    if (parameter === undefined) return whole;
    const value = bound.get(parameter);
    if (!value) throw new UsageError(`query: ${name} uses :${parameter} but its header does not declare it`);
    values.push(value);
    return "?";
  });
  return { text, values };
}

const CHECKS: Readonly<Record<string, { test: RegExp; example: string }>> = {
  date: { test: /^\d{4}-\d{2}-\d{2}$/, example: "2026-10-05" },
  timestamp: { test: /^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?Z?$/, example: "2026-10-05T14:00:00Z" },
  integer: { test: /^-?\d{1,10}$/, example: "7" },
  bigint: { test: /^-?\d{1,19}$/, example: "1000000" },
  double: { test: /^-?\d+(\.\d+)?([eE][+-]?\d+)?$/, example: "0.25" },
  decimal: { test: /^-?\d{1,26}(\.\d{1,12})?$/, example: "12.50" },
  boolean: { test: /^(true|false)$/, example: "true" },
};

function bind(query: string, param: QueryParam, given: QueryParams[string] | undefined): BoundValue {
  let value = given;
  if (value === undefined) {
    if (param.fallback === undefined) {
      throw new UsageError(`query: ${query} needs the parameter ${param.name} (${param.type}: ${param.meaning})`, {
        hint: `Add --param ${param.name}=${exampleOf(param)}.`,
      });
    }
    value = param.fallback === "null" ? null : param.fallback;
  }
  if (value === null) return { name: param.name, type: param.type, value: null };
  const check = CHECKS[baseType(param.type)];
  const text = String(value).trim();
  if (check && !check.test.test(text)) {
    throw new UsageError(`query: ${query}: ${param.name}="${text}" is not a ${param.type}`, {
      hint: `For example ${param.name}=${check.example}.`,
    });
  }
  return { name: param.name, type: param.type, value: check ? text : String(value) };
}

const baseType = (type: string): string => type.replace(/\(.*/, "");
const exampleOf = (param: QueryParam): string => CHECKS[baseType(param.type)]?.example ?? "value";
