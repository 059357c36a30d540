/**
 * What Athena refuses before it runs anything. Sources: API reference of StartQueryExecution and Service Quotas (lengths), User Guide, "Use
 * parameterized queries" (a question mark stands in a WHERE clause), "UNLOAD" (the destination must be empty).
 */
export interface StartRequest {
  readonly QueryString?: string;
  readonly ExecutionParameters?: readonly string[];
  readonly ClientRequestToken?: string;
}

const LONGEST_TEXT = 262_144;
const LONGEST_PARAMETER = 1_024;

/** @param anywhere takes parameters in every clause @returns why Athena would not start it; undefined when it would */
export function refusal(statement: StartRequest, anywhere = false): string | undefined {
  const { QueryString = "", ExecutionParameters = [], ClientRequestToken = "" } = statement;
  const bytes = Buffer.byteLength(QueryString);
  if (bytes === 0 || bytes > LONGEST_TEXT) return `QueryString: a length of ${bytes}, allowed are 1 to ${LONGEST_TEXT}`;
  if (ClientRequestToken !== "" && (ClientRequestToken.length < 32 || ClientRequestToken.length > 128))
    return `ClientRequestToken: a length of ${ClientRequestToken.length}, allowed are 32 to 128`;
  for (const [index, value] of ExecutionParameters.entries())
    if (value.length === 0 || value.length > LONGEST_PARAMETER)
      return `ExecutionParameters[${index}]: a length of ${value.length}, allowed are 1 to ${LONGEST_PARAMETER}`;
  const marks = questionMarks(QueryString);
  if (marks.length !== ExecutionParameters.length)
    return `Incorrect number of parameters: expected ${marks.length} but found ${ExecutionParameters.length}`;
  const outside = marks.find(({ clause }) => clause !== "where");
  if (outside && !anywhere)
    return `a parameter in the ${outside.clause || "first"} clause (line ${outside.line}); Athena documents them for WHERE alone`;
  return undefined;
}

interface Mark {
  readonly clause: string;
  readonly line: number;
}

const CLAUSES = ["select", "from", "where", "group", "having", "order", "limit", "window", "values", "on"];
const TOKEN = /'(?:[^']|'')*'|"(?:[^"]|"")*"|--[^\n]*|\/\*[\s\S]*?\*\/|[a-z_]\w*|[()?\n]/gi;

/** Each `?` of a text outside of strings, names and comments, with the clause in which it stands. */
function questionMarks(text: string): Mark[] {
  const marks: Mark[] = [];
  // One entry a pair of parentheses: inside of them the clause of the outside holds until another one begins.
  const clauses = [""];
  let line = 1;
  for (const [token] of text.matchAll(TOKEN)) {
    const word = token.toLowerCase();
    if (token === "(") clauses.push(clauses.at(-1) ?? "");
    else if (token === ")") clauses.pop();
    else if (token === "?") marks.push({ clause: clauses.at(-1) ?? "", line });
    else if (CLAUSES.includes(word)) clauses[clauses.length - 1] = word;
    line += token.split("\n").length - 1;
  }
  return marks;
}

export interface Unload {
  readonly query: string;
  /** `s3://bucket/prefix/` */
  readonly location: string;
  readonly format: string;
  readonly compression: string;
  readonly partitionedBy: readonly string[];
}

/** The parts of an UNLOAD; undefined for any other statement. */
export function parseUnload(text: string): Unload | undefined {
  const [, query, location, properties] =
    /^\s*unload\s*\(([\s\S]*)\)\s*to\s*'([^']+)'\s*with\s*\(([^()]*)\)\s*$/i.exec(text) ?? [];
  if (query === undefined || location === undefined || properties === undefined) return undefined;
  const [, keys = ""] = /partitioned_by\s*=\s*array\s*\[([^\]]*)\]/i.exec(properties) ?? [];
  const property = (name: string, otherwise: string): string =>
    new RegExp(`\\b${name}\\s*=\\s*'([^']*)'`, "i").exec(properties)?.[1] ?? otherwise;
  return {
    query,
    location,
    format: property("format", "PARQUET").toUpperCase(),
    compression: property("compression", "GZIP").toUpperCase(),
    partitionedBy: [...keys.matchAll(/'([^']*)'/g)].map(([, key = ""]) => key),
  };
}

/** `?` replaced by the values, which are SQL already. */
export function withParameters(text: string, values: readonly string[]): string {
  const left = [...values];
  return text.replace(/'(?:[^']|'')*'|"(?:[^"]|"")*"|--[^\n]*|\/\*[\s\S]*?\*\/|\?/g, (token) =>
    token === "?" ? (left.shift() ?? token) : token,
  );
}
