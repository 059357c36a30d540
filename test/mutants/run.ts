/**
 * `npm run test:mutants -- --folder src/pricing --sample 60 --seed 1`: makes small changes to the product, one at a time, and asks whether a test notices.
 * `--file` takes one file of the folder, `--goal` another share than 90 %. Without a folder: all of them. Changes of TypeScript are Stryker's, those of SQL and
 * data our own; `--named` are changes chosen by hand that would hurt somebody, of these folders; `--today` is a small sample of one folder, each day another one. Ends with every change that no test noticed, and with 1 below the goal. Needs `npm ci`; what a second run finds unchanged is not tried again.
 */

import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { DAY_MS } from "../../src/time.ts";
import { AREAS, areaOf } from "./areas.ts";
import { type CodeMutant, codeMutants } from "./code-mutants.ts";
import { type Equivalent, fileOf, isEquivalent, isSurelyBelow, type Mutant, noticedPercent, oneLine } from "./mutant.ts";
import { namedMutants } from "./named-mutants.ts";
import { sandbox, textMutants } from "./text-mutants.ts";

const root = join(import.meta.dirname, "../..");
const { values } = parseArgs({
  options: {
    folder: { type: "string", multiple: true, default: [...AREAS] },
    file: { type: "string" },
    sample: { type: "string", default: "60" },
    seed: { type: "string", default: "1" },
    named: { type: "boolean", default: false },
    today: { type: "boolean", default: false },
    goal: { type: "string", default: "90" },
  },
});
if (!values.named && !existsSync(join(root, "node_modules/@stryker-mutator/core"))) {
  console.log("mutants: skipped, Stryker is not installed (npm ci)");
  process.exit(0);
}
const equivalents: readonly Equivalent[] = JSON.parse(readFileSync(join(import.meta.dirname, "equivalent.data.json"), "utf8"));

/** The folder and seed of the day, for CI: ten changes take a minute or less. Those of sql/billing and of the fragments that its queries share, the largest ones, take several. */
const day = Math.floor(Date.now() / DAY_MS);
const daily = AREAS.filter((name) => name !== "sql/billing" && name !== "sql/fragments");
const today = { folder: [daily[day % daily.length] ?? ""], sample: "10", seed: String(day) };
const chosen = values.today ? { ...values, ...today } : values;
if (values.today) console.log(`mutants: ${today.folder} with the seed ${today.seed}`);

const table: { readonly folder: string; readonly mutants: readonly Mutant[] }[] = [];
if (values.named) table.push({ folder: "named", mutants: await namedMutants(root, values.folder) });
for (const folder of chosen.named ? [] : chosen.folder) {
  const area = areaOf(root, folder, values.file);
  const code = area.files.filter((file) => file.endsWith(".ts"));
  const tried = [
    ...(code.length === 0
      ? []
      : compiled(codeMutants(root, { ...area, files: code }, Number(chosen.sample), Number(chosen.seed)))),
    ...(code.length === area.files.length ? [] : await textMutants(root, area, Number(chosen.sample), Number(chosen.seed))),
  ];
  table.push({
    folder,
    mutants: tried.map((mutant) =>
      mutant.state === "survived" && isEquivalent(mutant, equivalents) ? { ...mutant, state: "equivalent" } : mutant,
    ),
  });
}

/** Survivors that the compiler refuses are no programs: `npm run check` stops them. Each stands beside the file that it changes, so that one run judges all. */
function compiled(mutants: readonly CodeMutant[]): readonly Mutant[] {
  const copy = sandbox(root);
  const beside = mutants.map((mutant, index) => fileOf(mutant).replace(/\.ts$/, `.mutant-${index}.ts`));
  for (const [index, { state, changed }] of mutants.entries())
    if (state === "survived") writeFileSync(join(copy, beside[index] ?? ""), changed);
  const files = beside.filter((_, index) => mutants[index]?.state === "survived");
  writeFileSync(join(copy, "tsconfig.mutants.json"), JSON.stringify({ extends: "./tsconfig.json", include: [], files }));
  const tsc = join(root, "node_modules/.bin/tsc");
  const { stdout } = spawnSync(tsc, ["-p", "tsconfig.mutants.json", "--pretty", "false"], { cwd: copy, encoding: "utf8" });
  rmSync(copy, { recursive: true, force: true });
  return mutants.map((mutant, index) => (stdout.includes(`${beside[index]}(`) ? { ...mutant, state: "invalid" } : mutant));
}

const count = (mutants: readonly Mutant[], state: Mutant["state"]): number =>
  mutants.filter((each) => each.state === state).length;

for (const { mutants } of table)
  for (const { place, line, change } of mutants.filter(({ state }) => state === "survived"))
    console.log(`survived ${place}\n  ${line.slice(0, 200)}\n  → ${oneLine(change)}`);
console.log(
  "\n| folder | tried | noticed | survived | equivalent | not compiled | noticed of the valid |\n|---|---|---|---|---|---|---|",
);
for (const { folder, mutants } of table)
  console.log(
    `| ${folder} | ${mutants.length} | ${count(mutants, "noticed")} | ${count(mutants, "survived")} | ${count(mutants, "equivalent")} | ${count(mutants, "invalid")} | ${noticedPercent(mutants).toFixed(0)} % |`,
  );
// Vitest has set it to 1 for each test that noticed something.
process.exitCode = table.some(({ mutants }) =>
  values.today ? isSurelyBelow(mutants, Number(values.goal)) : noticedPercent(mutants) < Number(values.goal),
)
  ? 1
  : 0;
