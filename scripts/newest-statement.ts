import { existsSync, globSync } from "node:fs";
import { join } from "node:path";

/** The folder that was named, or the newest statement of the demo; ends the process with one line when there is none. */
export function newestStatement(named: string | undefined, file: string): string {
  const demo = join(import.meta.dirname, "../demo/data/reports");
  const folder =
    named ??
    globSync("month=*", { cwd: demo })
      .map((name) => join(demo, name))
      .sort()
      .at(-1);
  if (folder !== undefined && existsSync(join(folder, file))) return folder;
  console.error(named === undefined ? "no statement: run npm run demo first, or name a folder" : `${named} has no ${file}`);
  process.exit(2);
}
