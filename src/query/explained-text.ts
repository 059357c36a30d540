/**
 * The statement that an EXPLAIN is about, with its comments left out; undefined when the text is no EXPLAIN. Options may stand in brackets
 * (DuckDB and Trino).
 */
export function explainedText(text: string): string | undefined {
  let rest = withoutComment(text);
  if (!startsWith(rest, "explain")) return undefined;
  rest = withoutComment(rest.slice("explain".length));
  for (const option of ["analyze", "verbose"]) if (startsWith(rest, option)) rest = withoutComment(rest.slice(option.length));
  if (!rest.startsWith("(")) return rest;
  const options = rest.slice(1, rest.indexOf(")"));
  const isOptions = /^[\s\w,]*$/.test(options) && !startsWith(options.trim(), "select") && !startsWith(options.trim(), "with");
  return isOptions ? withoutComment(rest.slice(options.length + 2)) : rest;
}

const startsWith = (text: string, word: string): boolean =>
  text.slice(0, word.length).toLowerCase() === word && !/\w/.test(text.charAt(word.length));

/** Comments and white space at the start are no part of the statement. */
function withoutComment(text: string): string {
  let rest = text.trimStart();
  for (;;) {
    const end = rest.startsWith("--") ? rest.indexOf("\n") : rest.startsWith("/*") ? rest.indexOf("*/") + 1 : undefined;
    if (end === undefined) return rest;
    rest = end <= 0 ? "" : rest.slice(end + 1).trimStart();
  }
}
