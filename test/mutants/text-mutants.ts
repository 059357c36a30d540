import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createVitest, type Vitest } from "vitest/node";
import type { Area } from "./areas.ts";
import { type Change, changesOfData, changesOfSql } from "./change-sql.ts";
import { type Mutant, oneLine } from "./mutant.ts";
import { sampleOf } from "./sample.mjs";

/** A copy of the project in which files may be broken. */
export function sandbox(root: string): string {
  const copy = mkdtempSync(join(tmpdir(), "strata-mutants-"));
  for (const name of ["bin", "bench", "docs", "examples", "functions", "infra", "schemas", "scripts", "sql", "src", "test"])
    cpSync(join(root, name), join(copy, name), { recursive: true });
  for (const name of ["package.json", "tsconfig.json", "README.md", "CONTRIBUTING.md", "CHANGELOG.md", "serverless.yml"])
    cpSync(join(root, name), join(copy, name));
  symlinkSync(join(root, "node_modules"), join(copy, "node_modules"));
  return copy;
}

/** A sample of the changes to SQL and data, each tried with the tests that read its file, the quickest first, until one fails. */
export async function textMutants(root: string, area: Area, size: number, seed: number): Promise<readonly Mutant[]> {
  const all = area.files
    .filter((file) => !file.endsWith(".ts"))
    .flatMap((file) => {
      const text = readFileSync(join(root, file), "utf8");
      return (file.endsWith(".sql") ? changesOfSql(text) : changesOfData(text)).map((change) => ({ file, text, change }));
    });
  const chosen = sampleOf(
    all,
    ({ file, text, change }) => `${file} ${lineAt(text, change)} ${change.put} ${change.start}`,
    size,
    seed,
  );
  if (chosen.length === 0) return [];
  const copy = sandbox(root);
  const vitest = await startVitest(copy, area.tests);
  try {
    const readers = await whoReads(vitest, copy, area);
    const tried: Mutant[] = [];
    for (const { file, text, change } of chosen.sort((a, b) => (a.file < b.file ? -1 : 1))) {
      const path = join(copy, file);
      writeFileSync(path, text.slice(0, change.start) + change.put + text.slice(change.end));
      vitest.invalidateFile(path);
      const noticed = await firstFailure(vitest, readers.get(file) ?? []);
      writeFileSync(path, text);
      vitest.invalidateFile(path);
      const place = `${file}:${text.slice(0, change.start).split("\n").length}`;
      tried.push({ place, line: lineAt(text, change), change: mutation(text, change), state: noticed ? "noticed" : "survived" });
      console.log(`${noticed ? "noticed " : "survived"} ${place} ${mutation(text, change)}`);
    }
    return tried;
  } finally {
    await vitest.close();
    rmSync(copy, { recursive: true, force: true });
  }
}

const lineAt = (text: string, { start }: Change): string =>
  text.slice(text.lastIndexOf("\n", start - 1) + 1, text.indexOf("\n", start)).trim();

const mutation = (text: string, { start, end, put }: Change): string =>
  `${oneLine(text.slice(start, end))} → ${put === "" ? "nothing" : oneLine(put)}`;

/** Vitest over a sandbox, to be asked many times. */
export async function startVitest(copy: string, tests: readonly string[]): Promise<Vitest> {
  process.env["STRATA_MUTANTS_TESTS"] = tests.join(" ");
  return await createVitest("test", {
    root: copy,
    config: join(copy, "test/mutants/vitest.config.ts"),
    setupFiles: [join(copy, "test/mutants/note-reads.ts")],
    watch: false,
    maxWorkers: 1,
    bail: 1,
    reporters: [{}],
  });
}

/** Whether a test file fails; a file of which nothing runs does. @param test its absolute path */
export async function failsOf(vitest: Vitest, test: string): Promise<boolean> {
  const specifications = (await vitest.globTestSpecifications([test])).filter(({ moduleId }) => moduleId === test);
  vitest.state.filesMap.clear();
  const { testModules, unhandledErrors } = await vitest.runTestSpecifications(specifications, false);
  return testModules.length === 0 || unhandledErrors.length > 0 || testModules.some((module) => !module.ok());
}

/** Runs every test once without a change. @returns for each file the tests that read it, the quickest first @throws Error when one fails */
async function whoReads(vitest: Vitest, copy: string, { tests }: Area): Promise<ReadonlyMap<string, readonly string[]>> {
  const found: { test: string; took: number; files: readonly string[] }[] = [];
  const notes = join(copy, "reads.json");
  process.env["STRATA_MUTANTS_READS"] = notes;
  for (const test of tests.map((each) => join(copy, each))) {
    const began = Date.now();
    if (await failsOf(vitest, test)) throw new Error(`mutants: ${test.slice(copy.length + 1)} fails without any change`);
    const files: string[] = existsSync(notes) ? JSON.parse(readFileSync(notes, "utf8")) : [];
    rmSync(notes, { force: true });
    found.push({ test, took: Date.now() - began, files: files.map((file) => file.slice(copy.length + 1)) });
  }
  found.sort((a, b) => a.took - b.took);
  const readers = new Map<string, string[]>();
  for (const { test, files } of found) for (const file of files) readers.set(file, [...(readers.get(file) ?? []), test]);
  return readers;
}

async function firstFailure(vitest: Vitest, tests: readonly string[]): Promise<boolean> {
  for (const test of tests) if (await failsOf(vitest, test)) return true;
  return false;
}
