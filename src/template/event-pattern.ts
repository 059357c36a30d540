import { isRecord } from "./template.ts";

/** Ways to match a value that S3 events are matched by here (EventBridge User Guide, "Comparison operators for use in event patterns"). */
const OPERATORS = new Set(["prefix", "suffix", "anything-but", "numeric", "exists", "cidr", "equals-ignore-case", "wildcard"]);
/** Combinations that `$or` may spread to (the same page). */
const MOST_COMBINATIONS = 1000;
/** Wildcards of one value: EventBridge refuses patterns that are too complex, two stars in a row among them. */
const MOST_STARS = 8;

/**
 * What AWS's own matcher refuses of an event pattern, in its words where it has some; empty when it takes it. Proved against that matcher by
 * `npm run test:patterns`. Its length is a service rule, not this one's.
 */
export function patternFaults(pattern: unknown): string[] {
  if (!isRecord(pattern) || Object.keys(pattern).length === 0) return ["is empty"];
  const faults = objectFaults(pattern, "");
  const spread = combinations(pattern);
  if (spread > MOST_COMBINATIONS) faults.push(`$or spreads to ${spread} combinations, ${MOST_COMBINATIONS} are allowed`);
  return faults;
}

function objectFaults(value: Readonly<Record<string, unknown>>, path: string): string[] {
  const entries = Object.entries(value);
  if (entries.length === 0) return [`${path || "pattern"} is an empty object`];
  return entries.flatMap(([key, inner]) => {
    const at = path === "" ? key : `${path}.${key}`;
    if (key === "$or") return orFaults(inner, at);
    if (isRecord(inner)) return objectFaults(inner, at);
    if (!Array.isArray(inner)) return [`${at} must be a list or an object`];
    if (inner.length === 0) return [`${at} is an empty list`];
    return inner.flatMap((item, index) => valueFaults(item, `${at}[${index}]`));
  });
}

function orFaults(members: unknown, path: string): string[] {
  if (!Array.isArray(members) || members.length < 2)
    return [`${path} has ${Array.isArray(members) ? members.length : "no"} member, at least 2 are needed`];
  return members.flatMap((member, index) =>
    isRecord(member) ? objectFaults(member, `${path}[${index}]`) : [`${path}[${index}] is not an object`],
  );
}

function valueFaults(value: unknown, path: string): string[] {
  if (!isRecord(value)) return Array.isArray(value) ? [`${path} is a list in a list`] : [];
  const [[operator, argument] = ["", undefined], ...more] = Object.entries(value);
  if (more.length > 0) return [`${path} has more than one operator`];
  if (!OPERATORS.has(operator)) return [`${path}: ${operator || "nothing"} is no operator`];
  if (operator === "exists") return typeof argument === "boolean" ? [] : [`${path}.exists must be true or false`];
  if (operator !== "wildcard") return [];
  if (typeof argument !== "string") return [`${path}.wildcard must be text`];
  const bare = argument.replace(/\\[\\*]/g, "");
  if (bare.includes("\\")) return [`${path}.wildcard has a backslash before something else than a star or a backslash`];
  if (bare.includes("**")) return [`${path}.wildcard has two stars in a row`];
  const stars = bare.split("*").length - 1;
  return stars > MOST_STARS ? [`${path}.wildcard has ${stars} stars, ${MOST_STARS} are safe`] : [];
}

/** How many patterns without `$or` say the same. */
function combinations(value: unknown): number {
  if (!isRecord(value)) return 1;
  return Object.entries(value).reduce(
    (product, [key, inner]) =>
      product *
      (key === "$or" && Array.isArray(inner)
        ? inner.reduce((sum: number, member) => sum + combinations(member), 0)
        : combinations(inner)),
    1,
  );
}
