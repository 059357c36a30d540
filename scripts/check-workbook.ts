/**
 * Opens a statement's workbook in LibreOffice, and in Python's openpyxl where a Python with it is given, and compares what they read with the CSV files
 * beside it: every cell, and the line of sums with sums made here.
 * node scripts/check-workbook.ts [report folder] [python]; a reader that is not there is named and left out.
 */
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { printable } from "../src/errors.ts";
import { formatUsd, parseUsd } from "../src/money.ts";
import { parseCsv } from "../src/parse-csv.ts";
import { newestStatement } from "./newest-statement.ts";

const OFFICE = "soffice";
const [, , asked, python = "python3"] = process.argv;
const folder = newestStatement(asked, "statement.xlsx");
const workbook = join(folder, "statement.xlsx");

/** A sheet by its title, as rows of text. */
type Read = (title: string) => readonly (readonly string[])[];

// Filter options: comma, quotes, UTF-8, from line 1, cells as stored, every sheet a file (LibreOffice help, CSV filter parameters, token 12 is -1).
const FILTER = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,false,false,false,false,-1";

function withOffice(): Read {
  const out = mkdtempSync(join(tmpdir(), "strata-workbook-"));
  process.on("exit", () => rmSync(out, { recursive: true, force: true }));
  const profile = `-env:UserInstallation=file://${out}/profile`;
  execFileSync(OFFICE, ["--headless", profile, "--convert-to", FILTER, "--outdir", out, workbook], { stdio: "ignore" });
  return (title) => parseCsv(readFileSync(join(out, `statement-${title}.csv`), "utf8"));
}

const DUMP = `
import json, sys, warnings, openpyxl
warnings.simplefilter("ignore")
book = openpyxl.load_workbook(sys.argv[1])
text = lambda cell: "" if cell.value is None else repr(cell.value) if cell.data_type == "n" else str(cell.value)
print(json.dumps({sheet.title: [[text(cell) for cell in row] for row in sheet.iter_rows()] for sheet in book}))`;

function withPython(): Read {
  const told = execFileSync(python, ["-c", DUMP, workbook], { encoding: "utf8", maxBuffer: 1e9 });
  const sheets = z.record(z.string(), z.array(z.array(z.string()))).parse(JSON.parse(told));
  return (title) => sheets[title] ?? [];
}

function differences(read: Read): { readonly cells: number; readonly wrong: readonly string[] } {
  let cells = 0;
  const wrong: string[] = [];
  for (const name of readdirSync(folder).filter((file) => /^(by_\w+|chargeback)\.csv$/.test(file))) {
    const words = name.slice(0, -4).replaceAll("_", " ");
    const sheet = read(`${words[0]?.toUpperCase()}${words.slice(1)}`);
    const table = parseCsv(readFileSync(join(folder, name), "utf8"));
    const [, ...lines] = table;
    // One line is its own sum.
    if (sheet.length !== table.length + (lines.length > 1 ? 1 : 0))
      wrong.push(`${name}: ${sheet.length} lines in the workbook, ${table.length} and a line of sums were expected`);
    const check = (expected: string, line: number, column: number): void => {
      cells += 1;
      const shown = sheet[line]?.[column] ?? "";
      if (!same(expected, shown)) wrong.push(`${name} line ${line + 1} column ${column + 1}: "${shown}" for "${expected}"`);
    };
    lines.forEach((line, row) => {
      for (const [column, cell] of line.entries()) check(cell, row + 1, column);
    });
    const sums = sheet[table.length] ?? [];
    for (const [column, sum] of sums.entries())
      if (column > 0 && sum !== "") check(sumOf(lines.map((line) => line[column] ?? "")), table.length, column);
    if (lines.length > 1 && !sums.some((sum, column) => sum !== "" && /_usd$/.test(table[0]?.[column] ?? "")))
      wrong.push(`${name}: no dollars are summed up`);
  }
  return { cells, wrong };
}

const sumOf = (cells: readonly string[]): string =>
  formatUsd(cells.reduce((sum, cell) => sum + (cell === "" ? 0n : parseUsd(cell)), 0n));

/** Text as it is, without the apostrophe that only CSV needs and with a blank for what cannot be seen; numbers to the 15 digits that a spreadsheet holds. */
function same(csv: string, shown: string): boolean {
  if (csv === shown || printable(csv) === shown || printable(csv.replace(/^'/, "")) === shown) return true;
  if (csv === "" || shown === "") return false;
  const [a, b] = [Number(csv), shown.endsWith("%") ? Number(shown.slice(0, -1)) / 100 : Number(shown)];
  return Math.abs(a - b) <= Math.abs(a) * 1e-14;
}

const READERS = [
  ["LibreOffice", spawnSync(OFFICE, ["--version"]).status === 0, withOffice],
  ["openpyxl", spawnSync(python, ["-c", "import openpyxl"]).status === 0, withPython],
] as const;
let failed = false;
for (const [reader, there, open] of READERS) {
  if (!there) {
    console.log(`skipped: ${reader} is not installed`);
    continue;
  }
  const { cells, wrong } = differences(open());
  console.log(
    wrong.length === 0
      ? `${reader}: ${cells} cells agree with the CSV files, sums included`
      : `${reader}\n${wrong.slice(0, 20).join("\n")}`,
  );
  failed ||= wrong.length > 0;
}
process.exit(failed ? 1 : 0);
