import { isObject, type JsonObject } from "./peek.ts";
import { INPUT_FIELDS, OUTPUT_FIELDS, RECORD_FIELDS } from "./record-fields.ts";

interface Field {
  readonly field: string;
  readonly value?: unknown;
}

/** A row as GetQueryResults gives it: `[{"field": "@message", "value": "…"}, …]`. */
export const isInsightsRow = (value: unknown): value is readonly Field[] =>
  Array.isArray(value) && value.length > 0 && value.every((cell) => isObject(cell) && typeof cell.field === "string");

export const rowOf = (row: readonly Field[]): JsonObject =>
  Object.fromEntries(row.map(({ field, value }): [string, unknown] => [field, value]));

/**
 * The record that a row or a log event carries: the message, as text or parsed as the console writes it, or else put together from the fields that
 * Insights discovers in it (`input.inputTokenCount`). Undefined when the row carries none.
 */
export function messageOf(row: JsonObject): unknown {
  const message = row["@message"];
  if (message !== undefined && message !== null) return message;
  if (isObject(row.input) || isObject(row.identity)) return undefined;
  if (row.requestId === undefined && row.schemaType === undefined)
    return typeof row.message === "string" || isObject(row.message) ? row.message : undefined;
  return Object.keys(row).some((name) => PARTS.some(([part]) => name.startsWith(`${part}.`))) ? nested(row) : undefined;
}

const PARTS: readonly (readonly [string, ReadonlySet<string>])[] = [
  ["identity", new Set(["arn"])],
  ["performanceConfig", new Set(["latency"])],
  ["input", INPUT_FIELDS],
  ["output", OUTPUT_FIELDS],
];
const LABELS = "requestMetadata.";

/** Fields of a record by their full names, put where they belong. What a record does not have is left out. */
function nested(row: JsonObject): JsonObject {
  const given = Object.entries(row).filter(([, value]) => value !== null && value !== "");
  const below = (prefix: string, known?: ReadonlySet<string>): [string, unknown][] =>
    given.flatMap(([name, value]) => {
      const rest = name.startsWith(prefix) ? name.slice(prefix.length) : "";
      return rest !== "" && (known === undefined || known.has(rest)) ? [[rest, value] as [string, unknown]] : [];
    });
  return Object.fromEntries<unknown>([
    ...given.filter(([name]) => RECORD_FIELDS.has(name)),
    ...PARTS.map(([part, known]): [string, unknown] => [part, Object.fromEntries(below(`${part}.`, known))]),
    ["requestMetadata", Object.fromEntries(below(LABELS))],
  ]);
}
