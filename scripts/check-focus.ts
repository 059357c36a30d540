/**
 * Checks focus.parquet of a statement with the FinOps Foundation's own validator (PyPI focus-validator, 2.x, Python 3.12).
 * node scripts/check-focus.ts [report folder] [python with focus_validator]; without it, says so and ends well.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { newestStatement } from "./newest-statement.ts";

const [named, python = "python3"] = process.argv.slice(2);
const file = resolve(newestStatement(named, "focus.parquet"), "focus.parquet");
const found = spawnSync(python, ["-c", "import focus_validator; print(focus_validator.__file__)"], { encoding: "utf8" });
if (found.status !== 0) {
  console.log(`skipped: ${python} has no focus_validator (pip install focus-validator 'pyarrow<20')`);
  process.exit(0);
}
// Version 2.2.1 reads its currency list relative to the working directory, brings the rules of 1.2.0.1 with it, and leaves a log behind.
const cwd = mkdtempSync(join(tmpdir(), "strata-focus-"));
symlinkSync(dirname(found.stdout.trim()), join(cwd, "focus_validator"));
const options = ["--validate-version", "1.2.0.1", "--focus-dataset", "CostAndUsage", "--block-download", "--show-violations"];
const result = spawnSync(python, ["-c", "from focus_validator.main import main; main()", "--data-file", file, ...options], {
  cwd,
  encoding: "utf8",
  maxBuffer: 1 << 28,
});
rmSync(cwd, { recursive: true });
const failed = result.stdout.split("\n").filter((line) => line.startsWith("❌"));
// FOCUS 1.2 wants InvoiceId null for a charge without an invoice and set for one with it. Whether there is an invoice is in no column, so the validator
// asks for both in every row (InvoiceId-C-004-C and -005-C), and one of the two fails whatever the file says. Ours is null while the month is open.
const undecidable = /^❌ InvoiceId-C-00[45]-C:/;
const wrong = failed.filter((line) => !undecidable.test(line));
const waived =
  failed.length - wrong.length === 1 ? ["InvoiceId: of two rules that exclude each other one always fails (see the script)"] : [];
const total = result.stdout.split("\n").find((line) => line.startsWith("Total:")) ?? result.stderr;
console.log([total, ...wrong, ...waived].join("\n"));
process.exit(result.status !== 0 || wrong.length > 0 ? 1 : 0);
