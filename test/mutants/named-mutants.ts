import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Mutant, oneLine } from "./mutant.ts";
import { failsOf, sandbox, startVitest } from "./text-mutants.ts";

/** A change that would hurt somebody, chosen by hand, and the test that notices it. `code` stands once in the file. */
interface Named {
  readonly what: string;
  readonly file: string;
  readonly code: string;
  readonly becomes: string;
  readonly test: string;
}

/** Each change of `named.data.json` in these folders, with its one test: a minute or two, so that every run of CI can have them. @throws Error when a test fails without any change, or the code has gone */
export async function namedMutants(root: string, folders: readonly string[]): Promise<readonly Mutant[]> {
  const listed: readonly Named[] = JSON.parse(readFileSync(join(import.meta.dirname, "named.data.json"), "utf8"));
  const all = listed.filter(({ file }) => folders.some((folder) => file.startsWith(`${folder}/`)));
  const copy = sandbox(root);
  const vitest = await startVitest(copy, [...new Set(all.map(({ test }) => test))]);
  const sound = new Set<string>();
  const tried: Mutant[] = [];
  try {
    for (const { what, file, code, becomes, test } of all) {
      const path = join(copy, file);
      const text = readFileSync(path, "utf8");
      const start = text.indexOf(code);
      if (start < 0 || text.indexOf(code, start + 1) >= 0)
        throw new Error(`mutants: "${what}": its code must stand exactly once in ${file}; correct test/mutants/named.data.json`);
      if (!sound.has(test) && (await failsOf(vitest, join(copy, test))))
        throw new Error(`mutants: ${test} fails without any change`);
      sound.add(test);
      writeFileSync(
        path,
        text.replace(code, () => becomes),
      );
      vitest.invalidateFile(path);
      const noticed = await failsOf(vitest, join(copy, test));
      writeFileSync(path, text);
      vitest.invalidateFile(path);
      const place = `${file}:${text.slice(0, start).split("\n").length}`;
      tried.push({ place, line: what, change: oneLine(becomes) || "nothing", state: noticed ? "noticed" : "survived" });
      console.log(`${noticed ? "noticed " : "survived"} ${what} (${place})${noticed ? `: ${test}` : ""}`);
    }
    return tried;
  } finally {
    await vitest.close();
    rmSync(copy, { recursive: true, force: true });
  }
}
