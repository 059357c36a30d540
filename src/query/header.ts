/**
 * A query file is SQL under a comment header:
 *
 *   -- Title
 *   -- One sentence of purpose.
 *   -- @param team varchar=platform Team to look at
 *   -- @column spend decimal(38,12) Estimated dollars
 *   -- @reads hourly_usage
 *
 * From it come the Athena named query, the CLI help, the documentation and the validation of parameters.
 */
import { StrataError } from "../errors.ts";

export interface QueryParam {
  readonly name: string;
  readonly type: string;
  /** Text of the default; undefined when the parameter must be given. `null` is written as the word. */
  readonly fallback: string | undefined;
  readonly meaning: string;
}

export interface QueryColumn {
  readonly name: string;
  readonly type: string;
  readonly meaning: string;
}

export interface QueryHeader {
  readonly title: string;
  readonly purpose: string;
  readonly params: readonly QueryParam[];
  readonly columns: readonly QueryColumn[];
  /** Tables and views that the text reads. */
  readonly reads: readonly string[];
}

const TYPE = "[a-z]+(?:\\([a-z0-9, ]+\\))?";
const PARAM = new RegExp(`^@param (\\w+) (${TYPE})(?:=(\\S+))? (.+)$`);
const COLUMN = new RegExp(`^@column (\\w+) (${TYPE}) (.+)$`);

/** @throws StrataError naming the file and line of a malformed header. */
export function parseHeader(name: string, text: string): QueryHeader {
  const lines: string[] = [];
  for (const line of text.split("\n")) {
    if (!line.startsWith("--")) break;
    lines.push(line.slice(2).trim());
  }
  const params: QueryParam[] = [];
  const columns: QueryColumn[] = [];
  const reads: string[] = [];
  const prose: string[] = [];
  for (const [index, line] of lines.entries()) {
    const param = PARAM.exec(line);
    const column = COLUMN.exec(line);
    if (param) params.push({ name: param[1] ?? "", type: param[2] ?? "", fallback: param[3], meaning: param[4] ?? "" });
    else if (column) columns.push({ name: column[1] ?? "", type: column[2] ?? "", meaning: column[3] ?? "" });
    else if (line.startsWith("@reads "))
      reads.push(
        ...line
          .slice(7)
          .split(/[\s,]+/)
          .filter(Boolean),
      );
    else if (line.startsWith("@")) {
      throw new StrataError(`query: sql/${name}.sql line ${index + 1} is not a header line: "${line}"`, {
        hint: 'Write "@param name type meaning", "@column name type meaning" or "@reads table".',
      });
    } else prose.push(line);
  }
  const [title = "", ...purpose] = prose;
  if (title === "" || purpose.length === 0) {
    throw new StrataError(`query: sql/${name}.sql has no title and purpose`, {
      hint: "Start the file with two comment lines: a title and one sentence.",
    });
  }
  return { title, purpose: purpose.join(" "), params, columns, reads };
}
