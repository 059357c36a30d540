/** What can be known about a query's dialect without an engine. The proof on a real Trino is `npm run test:trino`; this is the net before it. */
export interface DialectRule {
  readonly name: string;
  /** Finds what is wrong in SQL without comments and with the content of strings blanked. */
  readonly wrong: RegExp;
  /** Queries that keep to the rule's purpose in another way. */
  readonly except?: readonly string[];
}

/** Each of these runs on DuckDB, and on Athena fails or means something else. */
export const DIALECT_RULES: readonly DialectRule[] = [
  { name: "a cast is written cast(x as type)", wrong: /::/ },
  { name: "no qualify: filter in an outer select", wrong: /\bqualify\b/i },
  { name: "group by and order by name their columns", wrong: /\b(group|order)\s+by\s+all\b/i },
  { name: "no * exclude, * replace or columns(…)", wrong: /\*\s*(exclude|replace|rename)\b|\bcolumns\s*\(/i },
  {
    name: "every join and union matches by name or position in words that Trino has",
    wrong: /\b(asof|positional|semi|anti)\s+join\b|\bunion\s+(all\s+)?by\s+name\b/i,
  },
  { name: "no ilike, glob or ~ for patterns", wrong: /\b(ilike|glob|similar\s+to)\b|\s!?~~?\*?\s/i },
  { name: "no // or ==", wrong: /\/\/|==/ },
  { name: "a list is written array[…]", wrong: /(^|[^\w\])]|(?<!array)(?<=\b(in|select|then|else|when|and|or)))\s*\[/im },
  { name: "no trailing comma", wrong: /,\s*(\)|from\b|where\b|group\b|order\b)/i },
  { name: "no semicolon at the end", wrong: /;/ },
  { name: "an interval is written interval '1' day", wrong: /\binterval\s+(?!')|\binterval\s+'[^']*\s[^']*'/i },
  { name: "a sample is a property of one engine", wrong: /\b(using\s+sample|tablesample)\b/i },
  { name: "no aggregate that may answer differently each time", wrong: /\b(approx_\w+|arbitrary|any_value|first|last)\s*\(/i },
  {
    name: "max_by and min_by break ties: max_by(x, row(…))",
    wrong: /\b(max|min)_by\s*\(\s*[\w.]+\s*,(?!\s*row\b)/i,
    // Its measure tells equal buckets apart by their age.
    except: ["anomalies/error_rate"],
  },
  { name: "array_agg and map_agg of text say their order", wrong: /\b(array_agg|listagg)\s*\((?![^()]*\border\s+by\b)/i },
  {
    // Trino rounds a half up, DuckDB to the even digit; round() is the same on both.
    name: "a double becomes money by round(x * 1e12), not by a cast",
    wrong: /^(?!.*\bround\().*\bas double\).* as decimal\(38,12\)/m,
    // A ratio of two rates.
    except: ["views/invocations"],
  },
  {
    name: "key words are in lower case",
    wrong: /\b(SELECT|FROM|WHERE|GROUP|ORDER|HAVING|JOIN|CASE|WHEN|THEN|ELSE|END|AND|OR|NOT|NULL|CAST|AS|WITH)\b/,
  },
  { name: "a name needs no quotes", wrong: /"/ },
];

/** Functions that are known to exist in Athena engine version 3 with the meaning that DuckDB or its macro gives (docs/dialect.md). */
export const FUNCTIONS: ReadonlySet<string> = new Set(
  `abs array_agg array_join at_timezone avg cardinality cast checksum chr coalesce concat contains count count_if date_add date_diff date_format date_trunc day_of_week element_at
  extract floor from_iso8601_timestamp greatest grouping hour json_extract_scalar lag lead least length ln lower map_agg map_keys map_values max max_by min
  min_by minute ntile nullif power rank replace row row_number round sequence split_part sqrt substr sum to_hex trim truncate unnest upper with_timezone`.split(
    /\s+/,
  ),
);

/** Words that stand before a parenthesis without being a function. */
const NO_FUNCTIONS = new Set(
  "and or not in as on over filter values from join where when then else select exists sets by case any all array decimal varchar using".split(
    " ",
  ),
);

/** The text without comments; what strings hold is blanked, unless it begins with a digit as in intervals. */
export function bare(sql: string): string {
  return sql.replace(/--[^\n]*|'(?:[^']|'')*'/g, (token) =>
    token.startsWith("--") ? "" : /^'\d[\w ]*'$/.test(token) ? token : "''",
  );
}

/** Functions that the text calls, each once. Names that a CTE or alias gives to its columns, such as `t(hour)`, are not among them. */
export function calledFunctions(sql: string): string[] {
  const text = bare(sql);
  const names = [...text.matchAll(/(\bas\s+)?\b([a-z_]\w*)\s*\(/gi)]
    .filter(([, alias]) => alias === undefined)
    .map(([, , name = ""]) => name.toLowerCase());
  return [...new Set(names)].filter((name) => !NO_FUNCTIONS.has(name)).sort();
}
