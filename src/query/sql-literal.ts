import { StrataError, UsageError } from "../errors.ts";
import type { QueryValue } from "../ports.ts";

export interface TypedValue {
  readonly name: string;
  /** As a query's header declares it. */
  readonly type: string;
  readonly value: QueryValue;
}

interface Kind {
  readonly looks: RegExp;
  readonly example: string;
  /** Text that `looks` has passed → the literal. */
  readonly write: (text: string, type: string) => string;
}

const typed = (text: string, type: string): string => `${type} '${text}'`;

/** Texts as a list. No list is the empty one, so that a query asks `cardinality(:names) = 0` for all. */
const LIST = "array(varchar)";

const KINDS: Readonly<Record<string, Kind>> = {
  date: { looks: /^\d{4}-\d{2}-\d{2}$/, example: "2026-10-05", write: typed },
  timestamp: {
    looks: /^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?Z?$/,
    example: "2026-10-05T14:00:00Z",
    write: (text) => `timestamp '${text.replace("T", " ").replace("Z", "")}'`,
  },
  integer: { looks: /^-?\d{1,10}$/, example: "7", write: typed },
  bigint: { looks: /^-?\d{1,19}$/, example: "1000000", write: typed },
  double: { looks: /^-?\d{1,40}(\.\d{1,40})?([eE][+-]?\d{1,3})?$/, example: "0.25", write: typed },
  decimal: { looks: /^-?\d{1,26}(\.\d{1,12})?$/, example: "12.50", write: (text, type) => `cast('${text}' as ${type})` },
  boolean: { looks: /^(true|false)$/, example: "true", write: (text) => text },
  // Trino and DuckDB know one escape inside a text literal: the quote doubled.
  varchar: { looks: /^[^\0]*$/s, example: "value", write: (text) => `'${text.replaceAll("'", "''")}'` },
};

/** Whether a parameter of this type takes several values. */
export const takesSeveral = (type: string): boolean => type === LIST;

/** A value of a type for messages and documents. @throws StrataError for a type that cannot be passed */
export const exampleOf = (type: string): string => (type === LIST ? "value" : kindOf(type).example);

/**
 * One value as an SQL literal, the same for Athena and DuckDB. The only place where a value becomes SQL: numbers and times must look like what
 * they are, text is quoted. Athena documents its own parameters (`?`) for the WHERE clause alone, 1,024 characters each (Athena User Guide, "Use
 * parameterized queries"), so values travel inside the text.
 * @throws UsageError for a value that is not what its type says; StrataError for a type that cannot be passed
 */
export function sqlLiteral({ name, type, value }: TypedValue): string {
  if (type === LIST) {
    const texts = value === null ? [] : Array.isArray(value) ? value : [value];
    return `array[${texts.map((text) => sqlLiteral({ name, type: "varchar", value: text })).join(", ")}]`;
  }
  const { looks, example, write } = kindOf(type, name);
  if (value === null) return `cast(null as ${type})`;
  const text = type === "varchar" ? String(value) : String(value).trim();
  if (!looks.test(text))
    throw new UsageError(`${name}="${text.slice(0, 60)}" is not a ${type}`, { hint: `For example ${name}=${example}.` });
  return write(text, type);
}

/** A declared type becomes SQL too, so only types that are known pass. */
function kindOf(type: string, name = "a parameter"): Kind {
  const base = /^(\w+)(?:\(\d{1,2}, ?\d{1,2}\))?$/.exec(type)?.[1] ?? "";
  const kind = Object.hasOwn(KINDS, base) && (base === type || base === "decimal") ? KINDS[base] : undefined;
  if (kind) return kind;
  throw new StrataError(`query: ${name} has the type ${type}, which cannot be passed`, {
    hint: `Declare one of ${Object.keys(KINDS).join(", ")}, ${LIST} in the query's header; decimal with digits, as decimal(38,12).`,
  });
}
