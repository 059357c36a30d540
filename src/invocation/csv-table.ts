import { QUOTE } from "./json-shape.ts";
import { type BadLine, fingerprintOf, type Line } from "./split-lines.ts";

const MOST_HEADING = 1024;
const COLUMN = /^"?@?[\w.]{1,200}"?$/;
/** `@timestamp,@message`, or the fields that Insights discovers; a spreadsheet may have put other separators. */
const SEPARATORS = [",", ";", "\t"] as const;
const FIELDS = ["requestId", "modelId"] as const;
/** How a row begins, so that a quote that is never closed does not swallow the rows after it. */
const ROW = /^"?\d{4}-\d\d-\d\d[T ]\d\d:\d\d/;

/** The columns of an Insights CSV; undefined for any other line. */
export function csvHead(line: string): { readonly names: readonly string[]; readonly separator: string } | undefined {
  if (line.length > MOST_HEADING || line.includes("{") || line.includes("[")) return undefined;
  for (const separator of SEPARATORS) {
    const cells = line.split(separator).map((cell) => cell.trim());
    const names = cells.map((cell) => cell.replace(/^"|"$/g, ""));
    const speaks = names.includes("@message") || (cells.length > 1 && FIELDS.every((name) => names.includes(name)));
    if (speaks && cells.every((cell) => COLUMN.test(cell))) return { names, separator };
  }
  return undefined;
}

/**
 * Rows of an Insights CSV below its heading, each as a JSON object by column: a cell in quotes may have several lines, quotes inside are doubled (RFC 4180).
 * Lines that are no row of it pass as they are.
 */
export class CsvTable {
  readonly #names: readonly string[];
  readonly #separator: string;
  readonly #maxBytes: number;
  #lines: Line[] = [];
  #bytes = 0;
  /** Whether the row so far ends within quotes. */
  #isOpen = false;

  constructor({ names, separator }: { readonly names: readonly string[]; readonly separator: string }, maxBytes: number) {
    this.#names = names;
    this.#separator = separator;
    this.#maxBytes = maxBytes;
  }

  /** Where an unfinished row begins. */
  get place(): { readonly line: number; readonly offset: number } | undefined {
    return this.#lines[0];
  }

  *push(line: Line): Generator<Line | BadLine> {
    if (this.#lines.length > 0 && ROW.test(line.bytes.toString("utf8", 0, 32))) yield* this.end();
    this.#lines.push(line);
    this.#bytes += line.bytes.length + 1;
    this.#isOpen = endsInQuotes(line.bytes, this.#separator.charCodeAt(0), this.#isOpen);
    if (this.#bytes > this.#maxBytes) {
      yield* this.end();
      return;
    }
    if (this.#isOpen) return;
    const text = this.#text();
    const cells = cellsOf(text, this.#separator);
    yield* this.#done(cells?.length === this.#names.length ? Buffer.from(JSON.stringify(this.#row(cells))) : Buffer.from(text));
  }

  /** A row that did not end. */
  *end(): Generator<BadLine> {
    const [first] = this.#lines;
    if (first === undefined) return;
    const fingerprint = fingerprintOf(Buffer.from(this.#text()));
    const isLong = this.#bytes > this.#maxBytes;
    this.#clear();
    yield {
      bad: isLong ? "line_too_long" : "not_json",
      detail: isLong ? "a row longer than the limit" : "a row whose quotes do not end",
      line: first.line,
      offset: first.offset,
      fingerprint,
    };
  }

  *#done(bytes: Buffer): Generator<Line> {
    const [first] = this.#lines;
    this.#clear();
    if (first !== undefined) yield { bytes, line: first.line, offset: first.offset };
  }

  #row(cells: readonly string[]): Record<string, string> {
    return Object.fromEntries(this.#names.flatMap((name, index) => (cells[index] ? [[name, cells[index]]] : [])));
  }

  #text = (): string =>
    this.#lines
      .map(({ bytes }) => bytes.toString("utf8"))
      .join("\n")
      .replace(/\r$/, "");

  #clear(): void {
    this.#lines = [];
    this.#bytes = 0;
    this.#isOpen = false;
  }
}

/** Each line is looked at once: a row may have as many as it likes. @param open whether the line before ended within quotes */
function endsInQuotes(bytes: Buffer, separator: number, open: boolean): boolean {
  let isQuoted = open;
  let isStart = !open;
  for (let at = 0; at < bytes.length; at += 1) {
    const byte = bytes[at];
    if (!isQuoted) {
      isQuoted = isStart && byte === QUOTE;
      isStart = byte === separator;
    } else if (byte === QUOTE) {
      if (bytes[at + 1] === QUOTE) at += 1;
      else isQuoted = false;
    }
  }
  return isQuoted;
}

/** The cells of a row; undefined while quotes are open. */
function cellsOf(row: string, separator: string): string[] | undefined {
  const cells: string[] = [];
  let at = 0;
  for (;;) {
    if (row[at] === '"') {
      let end = row.indexOf('"', at + 1);
      while (end !== -1 && row[end + 1] === '"') end = row.indexOf('"', end + 2);
      if (end === -1) return undefined;
      cells.push(row.slice(at + 1, end).replaceAll('""', '"'));
      at = end + 1;
    } else {
      const end = row.indexOf(separator, at);
      cells.push(row.slice(at, end === -1 ? row.length : end));
      at = end === -1 ? row.length : end;
    }
    if (at >= row.length) return cells;
    // What stands between a closing quote and the separator belongs to no cell.
    const next = row.indexOf(separator, at);
    if (next === -1) return cells;
    at = next + 1;
  }
}
