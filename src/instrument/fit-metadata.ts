/**
 * Limits of request metadata (service model of Bedrock Runtime, botocore 1.44.8, November 2026): 1 to 16 pairs, keys of 1 and values of 0 to 256
 * characters, both of these characters; as a header at most 8,500 characters of JSON.
 */
const MOST_PAIRS = 16;
const LONGEST = 256;
const LONGEST_HEADER = 8_500;
const ALLOWED = /^[a-zA-Z0-9 \t\n\v\f\r:_@$#=/+,.-]*$/;

/** What a label may be given as. A function is asked at each call; undefined and null leave the label out. */
export type LabelValue = string | number | boolean | null | undefined;
export type Labels = Readonly<Record<string, LabelValue | (() => LabelValue)>>;

/** @param text what was left out and why; never the value itself */
export type Tell = (text: string) => void;

/**
 * The pairs that fit, in order: what the caller set for this call, then the labels of the client. The caller's value of a key wins.
 * Whatever does not fit is left out and told.
 * @param own as given to the command, and by a middleware of the caller's; what comes first wins: each a map, its JSON text, or undefined
 */
export function fitMetadata(
  own: readonly unknown[],
  labels: Labels,
  { header }: { readonly header: boolean },
  tell: Tell,
): Map<string, string> {
  const pairs = new Map<string, string>();
  // "{}" and a comma between pairs.
  let length = 1;
  const take = (key: string, given: unknown): void => {
    if (pairs.has(key)) return;
    const value = asText(key, given, tell);
    if (value === undefined) return;
    const problem = problemOf(key, value);
    const longer = length + JSON.stringify(key).length + JSON.stringify(value).length + 2;
    if (problem !== undefined) tell(`${named(key)} is left out: ${problem}`);
    else if (pairs.size === MOST_PAIRS) tell(`${named(key)} is left out: a request carries at most ${MOST_PAIRS} pairs`);
    else if (header && longer > LONGEST_HEADER)
      tell(`${named(key)} is left out: the header would be longer than ${LONGEST_HEADER} characters`);
    else {
      pairs.set(key, value);
      length = longer;
    }
  };
  for (const given of own) for (const [key, value] of entriesOf(given, tell)) take(key, value);
  for (const [key, value] of Object.entries(labels)) take(key, value);
  return pairs;
}

function entriesOf(own: unknown, tell: Tell): [string, unknown][] {
  if (own === undefined || own === null) return [];
  let map: unknown = own;
  if (typeof own === "string") {
    try {
      map = JSON.parse(own);
    } catch {
      map = undefined;
    }
  }
  if (map instanceof Map) return [...map].map(([key, value]) => [String(key), value]);
  if (typeof map === "object" && map !== null && !Array.isArray(map)) return Object.entries(map);
  tell("requestMetadata of the call is left out: it is neither a map of texts nor the JSON text of one");
  return [];
}

function asText(key: string, given: unknown, tell: Tell): string | undefined {
  let value = given;
  if (typeof value === "function") {
    try {
      value = value();
    } catch {
      tell(`${named(key)} is left out: its function failed`);
      return undefined;
    }
  }
  if (value === undefined || value === null) return undefined;
  if (typeof value === "string") return value;
  if (typeof value === "boolean" || (typeof value === "number" && Number.isFinite(value))) return String(value);
  tell(`${named(key)} is left out: a value is a text, not ${Array.isArray(value) ? "a list" : `of type ${typeof value}`}`);
  return undefined;
}

function problemOf(key: string, value: string): string | undefined {
  if (key === "") return "a key has at least one character";
  if (key.length > LONGEST) return `a key has at most ${LONGEST} characters`;
  if (!ALLOWED.test(key)) return "a key has letters, digits, spaces and : _ @ $ # = / + , - . only";
  if (value.length > LONGEST) return `a value has at most ${LONGEST} characters`;
  if (!ALLOWED.test(value)) return "a value has letters, digits, spaces and : _ @ $ # = / + , - . only";
  return undefined;
}

const named = (key: string): string => `request metadata ${JSON.stringify(key.length > 64 ? `${key.slice(0, 64)}…` : key)}`;
