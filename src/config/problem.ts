import { type Document, isMap, isNode, type LineCounter } from "yaml";
import { z } from "zod";
import { nearNames } from "../near-names.ts";

export interface Problem {
  readonly path: string;
  /** In the file, from 1; undefined where it is nowhere in particular. */
  readonly line: number | undefined;
  readonly text: string;
}

/** What is wrong with a value, with its line and what was probably meant. */
export function problemsOf(issue: z.core.$ZodIssue, document: Document, lines: LineCounter, schema: z.ZodType): Problem[] {
  const at = issue.path.map((part) => (typeof part === "symbol" ? String(part) : part));
  const path = at.join(".");
  if (issue.code === "unrecognized_keys")
    return issue.keys.map((key) => {
      const near = nearNames(key, keysAt(z.toJSONSchema(schema, { io: "input", unrepresentable: "any" }), at));
      const meant = near.length === 0 ? "" : `; did you mean ${near.join(" or ")}?`;
      return {
        path: path === "" ? key : `${path}.${key}`,
        line: lineOf([...at, key], document, lines),
        text: `is not a known key${meant}`,
      };
    });
  const given: unknown = document.getIn(at);
  if (issue.code === "invalid_value" && typeof given === "string" && given !== "")
    return [{ path, line: lineOf(at, document, lines), text: noneOf(given, issue.values.map(String)) }];
  const unquoted = issue.code === "invalid_type" && issue.expected === "string" && typeof given === "number";
  return [
    {
      path,
      line: lineOf(at, document, lines),
      text: `${issue.message}${quoted(issue, path, given)}${unquoted ? `; a text of digits is written in quotes: "${document.getIn(at, true)}"` : ""}`,
    },
  ];
}

function noneOf(given: string, known: readonly string[]): string {
  const near = nearNames(given, known);
  return `"${shortened(given)}" is none of ${known.join(", ")}${near.length === 0 ? "" : `; did you mean ${near.join(" or ")}?`}`;
}

/** What was written where something else was asked for, so that a slip of the pen is seen; never a key that is to stay secret. */
const quoted = ({ code }: z.core.$ZodIssue, path: string, given: unknown): string =>
  (code === "custom" || code === "invalid_format") && typeof given === "string" && given !== "" && !path.endsWith("_key")
    ? `, not "${shortened(given)}"`
    : "";

const shortened = (text: string): string => (text.length > 60 ? `${text.slice(0, 60)}…` : text);

/** The line of a key, or of the nearest thing around it. */
export function lineOf(path: readonly (string | number)[], document: Document, lines: LineCounter): number | undefined {
  for (let length = path.length; length > 0; length -= 1) {
    const parent = length === 1 ? document.contents : document.getIn(path.slice(0, length - 1), true);
    const key = path[length - 1];
    const pair = isMap(parent) ? parent.items.find((item) => isNode(item.key) && String(item.key) === String(key)) : undefined;
    const node = isNode(pair?.key) ? pair.key : document.getIn(path.slice(0, length), true);
    if (isNode(node) && node.range) return lines.linePos(node.range[0]).line;
  }
  return undefined;
}

type Schema = z.core.JSONSchema.BaseSchema | boolean | undefined;

/** Keys that may stand at a path. */
function keysAt(schema: Schema, path: readonly (string | number)[]): string[] {
  if (typeof schema !== "object") return [];
  const ways = [...(schema.anyOf ?? []), ...(schema.oneOf ?? []), ...(schema.allOf ?? [])];
  const inside = ways.flatMap((way) => keysAt(way, path));
  const [first, ...rest] = path;
  if (first === undefined) return [...inside, ...Object.keys(schema.properties ?? {})];
  const items: Schema[] = Array.isArray(schema.items) ? [] : [schema.items];
  const next = typeof first === "number" ? items : [schema.properties?.[first] ?? schema.additionalProperties];
  return [...inside, ...next.flatMap((one) => keysAt(one, rest))];
}
