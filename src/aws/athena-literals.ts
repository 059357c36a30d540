import { StrataError } from "../errors.ts";
import type { BoundValue } from "../query/compile.ts";

/** Athena takes each execution parameter as 1 to 1,024 characters of SQL (botocore: StartQueryExecution.ExecutionParameters). */
const LONGEST = 1024;

/**
 * One value as the SQL literal that Athena's `ExecutionParameters` expect. The only place where a value becomes SQL text:
 * numbers and dates must look like what they are, and text is quoted with its quotes doubled, which is all that Trino's grammar needs.
 * @throws StrataError for a value that is not what its type says, or that is longer than Athena takes
 */
export function athenaLiteral({ name, type, value }: BoundValue): string {
  const literal = value === null ? `cast(null as ${sqlType(name, type)})` : render(name, type, String(value));
  if (literal.length > LONGEST) {
    throw new StrataError(`athena: the value of ${name} is ${literal.length} characters long; Athena takes ${LONGEST}`, {
      hint: "Give a shorter value.",
    });
  }
  return literal;
}

function render(name: string, type: string, text: string): string {
  switch (sqlType(name, type).replace(/\(.*/, "")) {
    case "date":
      return `date '${checked(name, type, text, /^\d{4}-\d{2}-\d{2}$/)}'`;
    case "timestamp":
      return `timestamp '${checked(name, type, text, /^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?Z?$/)
        .replace("T", " ")
        .replace("Z", "")}'`;
    case "integer":
      return `integer '${checked(name, type, text, /^-?\d{1,10}$/)}'`;
    case "bigint":
      return `bigint '${checked(name, type, text, /^-?\d{1,19}$/)}'`;
    case "double":
      return `double '${checked(name, type, text, /^-?\d+(\.\d+)?([eE][+-]?\d+)?$/)}'`;
    case "decimal":
      return `cast('${checked(name, type, text, /^-?\d{1,26}(\.\d{1,12})?$/)}' as ${type})`;
    case "boolean":
      return checked(name, type, text, /^(true|false)$/);
    default:
      return `'${checked(name, type, text, /^[^\0]*$/s).replaceAll("'", "''")}'`;
  }
}

/** The declared type comes from a query file's header and becomes SQL text too, so only types that are known pass. */
function sqlType(name: string, type: string): string {
  if (/^(varchar|date|timestamp|integer|bigint|double|boolean|decimal(\(\d{1,2}, ?\d{1,2}\))?)$/.test(type)) return type;
  throw new StrataError(`athena: the parameter ${name} has the type ${type}, which cannot be passed`, {
    hint: "Use varchar, date, timestamp, integer, bigint, double, decimal(p,s) or boolean in the query's header.",
  });
}

function checked(name: string, type: string, text: string, pattern: RegExp): string {
  if (pattern.test(text)) return text;
  throw new StrataError(`athena: ${name}="${text.slice(0, 60)}" is not a ${type}`, {
    hint: "Give a value of the declared type.",
  });
}
