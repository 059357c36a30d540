import Table from "cli-table3";
import { ink, tableStyle } from "./ink.ts";

/** Text of a table for a person. */
export interface Cells {
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** Right-aligned, and never cut or wrapped. */
  readonly numeric: readonly boolean[];
}

/** Longer words, such as ARNs, are broken; shorter ones never. */
const LONGEST_WORD = 32;
/** Of each column: two blanks and a border; the table has one border more. */
const AROUND = 3;

/**
 * A table that is no wider than the terminal: as it is, then with wrapped headings and text, then as one block a row. Nothing is cut.
 * @param width characters; without a terminal there is no limit
 */
export function fitTable(cells: Cells, width: number = process.stdout.columns ?? Number.POSITIVE_INFINITY): string {
  const natural = widthsOf(cells);
  if (total(natural) <= width) return draw(cells);
  const wrapped = { ...cells, head: cells.head.map((name) => name.replaceAll("_", "_\n")) };
  const widths = narrowed(wrapped, width);
  if (total(widths) > width) return blocks(cells);
  return draw({
    ...wrapped,
    rows: cells.rows.map((row) => row.map((text, index) => (cells.numeric[index] ? text : wrap(text, widths[index] ?? 0)))),
  });
}

/** Whether it can be a table, and need not become one block a row. */
export function fits(cells: Cells, width: number = process.stdout.columns ?? Number.POSITIVE_INFINITY): boolean {
  const wrapped = { ...cells, head: cells.head.map((name) => name.replaceAll("_", "_\n")) };
  return total(widthsOf(cells)) <= width || total(narrowed(wrapped, width)) <= width;
}

const total = (widths: readonly number[]): number => widths.reduce((sum, one) => sum + one + AROUND, 1);
const longestLine = (text: string): number => Math.max(...text.split("\n").map((line) => [...line].length));
const widthsOf = ({ head, rows }: Cells): number[] =>
  head.map((name, index) => Math.max(longestLine(name), ...rows.map((row) => longestLine(row[index] ?? ""))));

/** Takes from the widest column of text until the table fits, or until every one is as narrow as its longest word. */
function narrowed(cells: Cells, width: number): number[] {
  const widths = widthsOf(cells);
  const least = widthsOf({
    ...cells,
    rows: cells.rows.map((row) => row.map((text, index) => (cells.numeric[index] ? text : text.replaceAll(" ", "\n")))),
  }).map((one, index) => (cells.numeric[index] ? one : Math.min(one, LONGEST_WORD)));
  while (total(widths) > width) {
    const widest = widths.reduce(
      (best, one, index) => (one > (least[index] ?? one) && one > (widths[best] ?? 0) ? index : best),
      -1,
    );
    if (widest < 0) break;
    widths[widest] = (widths[widest] ?? 0) - 1;
  }
  return widths;
}

function draw({ head, rows, numeric }: Cells): string {
  const table = new Table({
    head: [...head],
    colAligns: numeric.map((yes) => (yes ? "right" : "left")),
    style: tableStyle(),
  });
  for (const row of rows) table.push([...row]);
  return table.toString();
}

/** Lines of at most `width` characters, broken between words where that can be. */
export function wrap(text: string, width: number): string {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line !== "" && longestLine(line) + 1 + longestLine(word) > width) {
      lines.push(line);
      line = "";
    }
    line = line === "" ? word : `${line} ${word}`;
    while (longestLine(line) > width) {
      const characters = [...line];
      lines.push(characters.slice(0, width).join(""));
      line = characters.slice(width).join("");
    }
  }
  return [...lines, line].join("\n");
}

/** One line a value, the first as the heading of its block. */
function blocks({ head, rows }: Cells): string {
  const longest = Math.max(...head.map((name) => name.length));
  return rows
    .map((row) =>
      [
        ink.bold(row[0] ?? ""),
        ...head.slice(1).map((name, index) => `  ${name.padEnd(longest)}  ${row[index + 1] ?? ""}`.trimEnd()),
      ].join("\n"),
    )
    .join("\n\n");
}
