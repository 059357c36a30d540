import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";

/** How many packages stay for the next run. */
const KEPT = 6;

/**
 * The folder of a package, made by whoever asks first; others, also in other processes, wait for it.
 * @param make fills the folder that it gets; what it throws reaches only its own caller, the next one tries again
 */
export async function onePackage(
  cache: string,
  name: string,
  make: (folder: string) => void,
  kept: number = KEPT,
): Promise<string> {
  mkdirSync(cache, { recursive: true });
  // One lock for all caches: the framework writes to the one folder .serverless on its way.
  const [ready, lock] = [join(cache, name), join(cache, "../packaging.lock")];
  for (;;) {
    if (existsSync(ready)) return ready;
    if (taken(lock)) break;
    await setTimeout(100);
  }
  try {
    if (existsSync(ready)) return ready;
    const folder = mkdtempSync(join(cache, "making-"));
    try {
      make(folder);
      renameSync(folder, ready);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
    forgetOld(cache, kept);
    return ready;
  } finally {
    rmSync(lock, { force: true });
  }
}

/** Takes the lock; one whose process is gone is nobody's. */
function taken(lock: string): boolean {
  try {
    writeFileSync(lock, String(process.pid), { flag: "wx" });
    return true;
  } catch {
    const holder = existsSync(lock) ? Number(readFileSync(lock, "utf8")) : 0;
    if (holder > 0 && !runs(holder)) rmSync(lock, { force: true });
    return false;
  }
}

function runs(id: number): boolean {
  try {
    process.kill(id, 0);
    return true;
  } catch {
    return false;
  }
}

function forgetOld(cache: string, kept: number): void {
  const packages = readdirSync(cache, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith("making-"))
    .map(({ name }) => ({ path: join(cache, name), made: statSync(join(cache, name)).mtimeMs }))
    .sort((a, b) => b.made - a.made);
  for (const { path } of packages.slice(kept)) rmSync(path, { recursive: true, force: true });
}
