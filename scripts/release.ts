/**
 * npm run release -- 1.2.3: dates what CHANGELOG.md calls Unreleased, sets the version, packs, commits and tags. Nothing leaves this machine: pushing the
 * tag has .github/workflows/release.yml test, pack and publish the same commit, with provenance. Whatever is not in order is said before anything changes.
 */
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { date: { type: "string", default: new Date().toISOString().slice(0, 10) }, dir: { type: "string", default: "." } },
});
const cwd = values.dir;
const [version = ""] = positionals;
const run = (command: string, ...args: readonly string[]): string =>
  execFileSync(command, args, { cwd, encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] }).trim();
const read = (name: string): string => readFileSync(join(cwd, name), "utf8");

try {
  release();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}

function release(): void {
  const changelog = read("CHANGELOG.md");
  const before: string = JSON.parse(read("package.json")).version;
  const first = run("git", "tag", "--list", "v*") === "";
  if (!isLater(version, before, first))
    throw new Error(`release: "${version}" is no version after ${before}: npm run release -- <major.minor.patch>`);
  if (run("git", "status", "--porcelain") !== "") throw new Error("release: commit or remove what is changed first");
  const [, news = ""] = /^## Unreleased\n([\s\S]*?)(?=^## |$(?![\s\S]))/m.exec(changelog) ?? [];
  if (news.trim() === "") throw new Error("release: CHANGELOG.md has nothing under Unreleased");

  writeFileSync(
    join(cwd, "CHANGELOG.md"),
    changelog.replace("## Unreleased\n", `## Unreleased\n\n## ${version} (${values.date})\n`),
  );
  run("npm", "version", version, "--no-git-tag-version", "--allow-same-version");
  const [packed] = JSON.parse(run("npm", "pack", "--json"));
  run("git", "commit", "--quiet", "--all", "--message", `Release ${version}`);
  run("git", "tag", "--annotate", `v${version}`, "--message", `Release ${version}`);
  console.log(
    `${packed.filename}: ${packed.files.length} files, ${(packed.unpackedSize / 1e6).toFixed(1)} MB unpacked, ${packed.integrity}`,
  );
  console.log(`Committed and tagged. Publish it: git push origin HEAD v${version}`);
}

/** The first release may be what package.json says already. */
function isLater(next: string, now: string, orSame: boolean): boolean {
  if (!/^\d+\.\d+\.\d+$/.test(next)) return false;
  const [a, b] = [next, now].map((text) => text.split(".").map(Number));
  const at = a?.findIndex((part, index) => part !== b?.[index]) ?? -1;
  return at < 0 ? orSame : (a?.[at] ?? 0) > (b?.[at] ?? 0);
}
