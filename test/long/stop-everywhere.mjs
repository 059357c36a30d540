// A process of its own: runs `strata analyze` with faults at the changes of files that its main thread makes in the data folder.
// node stop-everywhere.mjs photograph|full <strata main> <logs of the next run> <data folder as it was before> <work folder>
import fs, { cpSync, mkdirSync, renameSync, rmSync } from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { isMainThread } from "node:worker_threads";

const [mode, program, logs, before, work] = process.argv.slice(2);
const data = join(work, "data");
const EVERY = 3;
let met = 0;
let onChange = () => {};

for (const name of ["writeFile", "rename", "rm", "mkdir", "link", "copyFile", "utimes"]) {
  const [atOnce, later] = [fs[`${name}Sync`], fs.promises[name]];
  const meet = (args) => {
    if (!args.some((arg) => typeof arg === "string" && arg.startsWith(data))) return;
    met += 1;
    onChange(name);
  };
  fs[`${name}Sync`] = (...args) => {
    meet(args);
    return atOnce(...args);
  };
  fs.promises[name] = async (...args) => {
    meet(args);
    return later(...args);
  };
}
// What this file does itself is no change of the run.
const own = { cpSync, mkdirSync, renameSync, rmSync };
if (isMainThread) syncBuiltinESMExports();

const { main } = await import(pathToFileURL(program).href);
const say = (fact) => process.stderr.write(`FACT ${JSON.stringify(fact)}\n`);

/** The command, with what it prints kept. */
async function strata(...args) {
  const [out, error] = [process.stdout.write, process.stderr.write];
  let printed = "";
  const keep = (chunk) => {
    printed += String(chunk);
    return true;
  };
  process.stdout.write = keep;
  process.stderr.write = keep;
  try {
    return { code: await main(args), printed };
  } finally {
    process.stdout.write = out;
    process.stderr.write = error;
  }
}
const analyze = () => strata("analyze", logs, "--out", data, "--json");
const seen = () => strata("sql", "select count(*) as n from invocations", "--data", data, "--format", "csv");
const reset = () => {
  own.rmSync(data, { recursive: true, force: true });
  own.cpSync(before, data, { recursive: true });
};

if (mode === "photograph") {
  // The folder as a kill before each change would leave it.
  reset();
  onChange = () => {
    const photo = join(work, "photos", String(met).padStart(4, "0"));
    for (let round = 0; round < 20; round += 1)
      try {
        own.rmSync(photo, { recursive: true, force: true });
        own.cpSync(data, photo, { recursive: true });
        return;
      } catch (error) {
        // The engine or a worker moved a file meanwhile.
        if (error.code !== "ENOENT") throw error;
      }
    throw new Error("the folder does not hold still");
  };
  own.mkdirSync(join(work, "photos"));
  const { code } = await analyze();
  say({ code, changes: met });
} else {
  // Every third change, evenly: each takes a run of the command.
  let changes = Number.POSITIVE_INFINITY;
  for (let stop = 1; stop <= changes; stop += EVERY) {
    reset();
    met = 0;
    onChange = (name) => {
      if (met !== stop) return;
      throw Object.assign(new Error(`ENOSPC: no space left on device, ${name}`), { code: "ENOSPC" });
    };
    const { code } = await analyze();
    if (met < stop) changes = stop - 1;
    onChange = () => {};
    const after = await seen();
    const again = stop % 10 === 1 ? await analyze() : undefined;
    say({ stop, code, after, again: again?.code, finally: again && (await seen()).printed });
  }
  say({ changes });
}
