import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { inDollars } from "../../src/money.ts";
import { monthShapes } from "./bill/shape.ts";
import { complaints, LIMIT } from "./judge.ts";
import { runMonth } from "./run-month.ts";

/** Makes months with known truth, analyses them, and prints what was planted against what was found. Exit code 1 when anything is off. */
const { values } = parseArgs({
  options: {
    months: { type: "string", default: "20" },
    seed: { type: "string", default: "1" },
    only: { type: "string" },
    dir: { type: "string" },
    details: { type: "boolean", default: false },
  },
});
const folder = values.dir ?? mkdtempSync(join(tmpdir(), "strata-accuracy-"));
const shapes = monthShapes(Number(values.months), Number(values.seed)).filter(
  ({ index }) => values.only === undefined || index === Number(values.only) - 1,
);
let wrong = 0;
console.log("| month | shape | calls | lines | billed | price error | worst step | worst team | exact |");
console.log("|---|---|---|---|---|---|---|---|---|");
for (const shape of shapes) {
  const { written, verdict } = await runMonth(join(folder, `month-${shape.index + 1}`), shape);
  const found = complaints(verdict);
  wrong += found.length > 0 ? 1 : 0;
  const how = [
    shape.granularity,
    shape.format,
    `${shape.parts} part${shape.parts === 1 ? "" : "s"}`,
    shape.delivery,
    `principal ${shape.principals}`,
    shape.resources ? "resources" : "no resources",
    `discount ${shape.discount}`,
    `profiles ${shape.profiles}`,
    ...(shape.claudeByAws ? ["Claude by AWS (-mantle-)"] : []),
    ...(shape.tags ? ["tags"] : []),
    ...(shape.laterRefund ? ["refund on the next bill"] : []),
    ...shape.extras,
    ...shape.plants.map((plant) => `planted ${plant}`),
  ].join(", ");
  console.log(
    `| ${shape.index + 1} | ${how} | ${written.calls.length} | ${written.lines.length} | ${inDollars(written.truth.billed)} | ${percent(verdict.priceError)} | ${percent(verdict.worst)} | ${verdict.teamError === null ? "" : percent(verdict.teamError)} | ${verdict.conserved && verdict.logConserved ? "yes" : "no"} |`,
  );
  for (const text of found) console.error(`  month ${shape.index + 1}: ${text}`);
  if (values.details)
    for (const { name, planted, found: amount } of verdict.findings)
      console.error(`    ${name.padEnd(60)} ${inDollars(planted).padStart(16)} ${inDollars(amount).padStart(16)}`);
}
console.log(
  wrong === 0
    ? `Every planted figure of ${shapes.length} months was found within ${percent(LIMIT)} of the bill.`
    : `${wrong} of ${shapes.length} months are off by more than ${percent(LIMIT)}.`,
);
if (values.dir === undefined) rmSync(folder, { recursive: true, force: true });
process.exitCode = wrong === 0 ? 0 : 1;

function percent(share: number): string {
  return `${(share * 100).toFixed(6)} %`;
}
