/** A change of a text: what is at `start` to `end` becomes `put`. */
export interface Change {
  readonly start: number;
  readonly end: number;
  readonly put: string;
}

/** The small mistakes that are made in SQL, each with what becomes of it. */
const MISTAKES: readonly (readonly [RegExp, (found: RegExpMatchArray) => string])[] = [
  // Boundaries and comparisons.
  [/(?<= )<(?= )/g, () => "<="],
  [/(?<= )<=(?= )/g, () => "<"],
  [/(?<= )>(?= )/g, () => ">="],
  [/(?<= )>=(?= )/g, () => ">"],
  [/(?<= )=(?= )/g, () => "<>"],
  [/(?<= )<>(?= )/g, () => "="],
  [/\bis not null\b/g, () => "is null"],
  [/\bis null\b/g, () => "is not null"],
  [/\bis not distinct from\b/g, () => "="],
  [/\bnot in\b/g, () => "in"],
  [/\bnot (?=exists|like|\()/g, () => ""],
  // Signs and sizes.
  [/(?<= )\+(?= )/g, () => "-"],
  [/(?<= )-(?= )/g, () => "+"],
  [/(?<=[ (])(\d+)(?=[ ,)\n])/g, ([digits = ""]) => String(Number(digits) + 1)],
  [/(?<=interval ')(\d+)(?=')/g, ([digits = ""]) => String(Number(digits) + 1)],
  // What is kept of many.
  [/\bmin\(/g, () => "max("],
  [/\bmax\(/g, () => "min("],
  [/\bgreatest\(/g, () => "least("],
  [/\bleast\(/g, () => "greatest("],
  [/\bmin_by\(/g, () => "max_by("],
  [/\bmax_by\(/g, () => "min_by("],
  [/\bsum\(/g, () => "max("],
  [/\bcount\(distinct /g, () => "count("],
  [/\bselect distinct\b/g, () => "select"],
  [/\bunion all\b/g, () => "union"],
  [/ desc\b/g, () => ""],
  // Joins and conditions.
  [/\bleft join\b/g, () => "join"],
  [/(?<!left |full |cross )\bjoin\b/g, () => "left join"],
  [/(?<=^ +)and .*(?=\n)/gm, ([found]) => (closed(found) ? "" : found)],
  [/\band\b/g, () => "or"],
  [/\bor\b/g, () => "and"],
];

/** Whether each bracket that opens closes. */
const closed = (text: string): boolean => text.split("(").length === text.split(")").length && !/\b(?:case|end)\b/.test(text);

/** @returns every change to a query; comments, the header and quoted text stay as they are */
export function changesOfSql(sql: string): readonly Change[] {
  const code = sql
    // An include is no comment: its line is a part of the query.
    .replaceAll(/--(?! @include ).*$/gm, (comment) => " ".repeat(comment.length))
    // Lengths of intervals are numbers, though quoted.
    .replaceAll(/(?:interval )?'[^']*'/g, (text) => (text.startsWith("'") ? `'${"·".repeat(text.length - 2)}'` : text));
  const changes = MISTAKES.flatMap(([pattern, becomes]) =>
    [...code.matchAll(pattern)].map((found) => {
      const put = becomes(found);
      return { start: found.index, end: found.index + found[0].length, put, same: put === found[0] };
    }),
  ).filter(
    ({ same, start, end }) => !same && !/\bbetween\b[^;\n]*$/.test(code.slice(0, start).split("\n").at(-1) ?? "") && end > start,
  );
  return [...changes.map(({ start, end, put }) => ({ start, end, put })), ...otherColumns(code)];
}

/** A column taken for another one of the same table. */
function otherColumns(code: string): readonly Change[] {
  const uses = [...code.matchAll(/(?<![\w.])([a-z_]\w*)\.([a-z_]\w*)\b(?!\()/g)];
  const columns = new Map<string, Set<string>>();
  for (const [, table = "", column = ""] of uses) columns.set(table, (columns.get(table) ?? new Set()).add(column));
  return uses.flatMap((use) => {
    const [whole, table = "", column = ""] = use;
    const all = [...(columns.get(table) ?? [])];
    const other = all[(all.indexOf(column) + 1) % all.length];
    return other === undefined || other === column
      ? []
      : [{ start: use.index, end: use.index + whole.length, put: `${table}.${other}` }];
  });
}

/** @returns every change to a file of figures and words: a number one higher, its sign, a switch the other way */
export function changesOfData(json: string): readonly Change[] {
  const numbers = [...json.matchAll(/(?<=[[:, ]"?)-?\d+(?:\.\d+)?(?="?[,\]}\n ])/g)].map((found) => ({
    start: found.index,
    end: found.index + found[0].length,
    put: found[0].replace(/\d$/, (digit) => String((Number(digit) + 1) % 10)),
  }));
  const switches = [...json.matchAll(/\b(?:true|false)\b/g)].map((found) => ({
    start: found.index,
    end: found.index + found[0].length,
    put: found[0] === "true" ? "false" : "true",
  }));
  return [...numbers, ...switches];
}
