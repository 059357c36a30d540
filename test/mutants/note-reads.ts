import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { afterAll } from "vitest";

// Which files of SQL and data a test reads: noted once, when nothing is changed yet.
const read = new Set<string>();
const note = (path: unknown): void => {
  const name = path instanceof URL ? path.pathname : String(path);
  if (/\.sql$|\.data\.json$/.test(name)) read.add(name);
};
const { readFileSync } = fs;
const { readFile } = fs.promises;
fs.readFileSync = ((...given: Parameters<typeof readFileSync>) => {
  note(given[0]);
  return readFileSync(...given);
}) as typeof readFileSync;
fs.promises.readFile = ((...given: Parameters<typeof readFile>) => {
  note(given[0]);
  return readFile(...given);
}) as typeof readFile;
syncBuiltinESMExports();

afterAll(() => {
  const notes = process.env["STRATA_MUTANTS_READS"];
  if (notes !== undefined) fs.writeFileSync(notes, JSON.stringify([...read]));
});
