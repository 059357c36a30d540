/**
 * Opens a statement's workbook in LibreOffice and compares its sheets with the CSV files beside it, cell by cell.
 * node scripts/check-workbook.ts [report folder]; without LibreOffice it says so and ends well.
 */
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { printable } from "../src/errors.ts";
import { parseCsv } from "../src/parse-csv.ts";
import { newestStatement } from "./newest-statement.ts";

const OFFICE = "soffice";
const folder = newestStatement(process.argv[2], "statement.xlsx");
if (spawnSync(OFFICE, ["--version"]).status !== 0) {
  console.log("skipped: LibreOffice (soffice) is not installed");
  process.exit(0);
}
// Filter options: comma, quotes, UTF-8, from line 1, cells as stored, every sheet a file (LibreOffice help, CSV filter parameters, token 12 is -1).
const FILTER = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,false,false,false,false,-1";
const out = mkdtempSync(join(tmpdir(), "strata-workbook-"));
execFileSync(
  OFFICE,
  [
    "--headless",
    `-env:UserInstallation=file://${out}/profile`,
    "--convert-to",
    FILTER,
    "--outdir",
    out,
    join(folder, "statement.xlsx"),
  ],
  {
    stdio: "ignore",
  },
);
let cells = 0;
const wrong: string[] = [];
for (const name of readdirSync(folder).filter((file) => /^(by_\w+|chargeback)\.csv$/.test(file))) {
  const title = name.slice(0, -4).replaceAll("_", " ");
  const sheet = parseCsv(readFileSync(join(out, `statement-${title[0]?.toUpperCase()}${title.slice(1)}.csv`), "utf8"));
  const table = parseCsv(readFileSync(join(folder, name), "utf8"));
  if (sheet.length !== table.length) wrong.push(`${name}: ${sheet.length} lines in the workbook, ${table.length} in CSV`);
  table.slice(1).forEach((line, row) => {
    line.forEach((cell, column) => {
      cells += 1;
      const shown = sheet[row + 1]?.[column] ?? "";
      if (!same(cell, shown)) wrong.push(`${name} line ${row + 2} column ${column + 1}: "${shown}" for "${cell}"`);
    });
  });
}
rmSync(out, { recursive: true });
console.log(wrong.length === 0 ? `${cells} cells agree with the CSV files` : wrong.slice(0, 20).join("\n"));
process.exit(wrong.length === 0 ? 0 : 1);

/** Text as it is, without the apostrophe that only CSV needs and with a blank for what cannot be seen; numbers to the 15 digits that a spreadsheet holds. */
function same(csv: string, shown: string): boolean {
  if (csv === shown || printable(csv) === shown || printable(csv.replace(/^'/, "")) === shown) return true;
  if (csv === "" || shown === "") return false;
  const [a, b] = [Number(csv), shown.endsWith("%") ? Number(shown.slice(0, -1)) / 100 : Number(shown)];
  return Math.abs(a - b) <= Math.abs(a) * 1e-14;
}
