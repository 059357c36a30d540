import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { CACHE, ROOT } from "./world.ts";

interface Recorded {
  readonly commit: string;
}

const git = (...args: string[]) => spawnSync("git", args, { cwd: ROOT, encoding: "utf8", maxBuffer: 1 << 30 });

/**
 * The source of the release before this one: the newest tag `v*` before this commit, or the recorded commit where there are no tags; with this
 * checkout's node_modules. @returns a folder, or why there is none
 */
export function previousRelease(): { readonly folder: string } | { readonly missing: string } {
  const recorded: Recorded = JSON.parse(readFileSync(join(import.meta.dirname, "previous-release.data.json"), "utf8"));
  const tagged = git("describe", "--tags", "--abbrev=0", "--match", "v*", "HEAD^");
  const ref = tagged.status === 0 ? tagged.stdout.trim() : recorded.commit;
  const { status, stdout } = git("rev-parse", "--verify", "--quiet", `${ref}^{commit}`);
  if (status !== 0) return { missing: `the previous release, ${ref.slice(0, 12)}, is not in this clone's history` };
  const folder = join(CACHE, "deploy", `release-${stdout.trim().slice(0, 12)}`);
  if (existsSync(join(folder, "serverless.yml"))) return { folder };
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const archive = join(folder, "source.tar");
  const packed = git("archive", "--format=tar", "-o", archive, ref);
  if (packed.status !== 0 || spawnSync("tar", ["-xf", archive, "-C", folder]).status !== 0)
    return { missing: `the previous release, ${ref}, cannot be unpacked` };
  rmSync(archive);
  symlinkSync(join(ROOT, "node_modules"), join(folder, "node_modules"));
  return { folder };
}
