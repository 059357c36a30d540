import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";

const SCRIPT = join(import.meta.dirname, "..", "scripts", "release.ts");
let folder = "";
const git = (...args: readonly string[]): string =>
  execFileSync("git", ["-c", "user.name=a", "-c", "user.email=a@example.com", ...args], { cwd: folder, encoding: "utf8" }).trim();
const read = (name: string): string => readFileSync(join(folder, name), "utf8");
const release = (version: string) =>
  spawnSync(process.execPath, [SCRIPT, version, "--dir", folder, "--date", "2026-12-01"], {
    encoding: "utf8",
    env: {
      ...process.env,
      GIT_AUTHOR_NAME: "a",
      GIT_AUTHOR_EMAIL: "a@example.com",
      GIT_COMMITTER_NAME: "a",
      GIT_COMMITTER_EMAIL: "a@example.com",
    },
  });

describe("npm run release", () => {
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "strata-release-"));
    writeFileSync(join(folder, "package.json"), '{ "name": "some-package", "version": "0.1.0", "files": ["CHANGELOG.md"] }\n');
    writeFileSync(join(folder, "CHANGELOG.md"), "# Changelog\n\n## Unreleased\n\n* A thing.\n");
    writeFileSync(join(folder, ".gitignore"), "*.tgz\n");
    git("init", "--quiet");
    git("add", ".");
    git("commit", "--quiet", "--message", "first");
  });

  it("dates the changelog, sets the version, packs, commits and tags", () => {
    const { status, stdout, stderr } = release("0.2.0");
    expect(status, stderr).toBe(0);
    expect(read("CHANGELOG.md")).toBe("# Changelog\n\n## Unreleased\n\n## 0.2.0 (2026-12-01)\n\n* A thing.\n");
    expect(JSON.parse(read("package.json")).version).toBe("0.2.0");
    expect(existsSync(join(folder, "some-package-0.2.0.tgz"))).toBe(true);
    expect(stdout).toMatch(/some-package-0\.2\.0\.tgz: 2 files.*sha512-/);
    expect(git("log", "-1", "--format=%s %D")).toContain("Release 0.2.0 HEAD");
    expect(git("tag", "--list")).toBe("v0.2.0");
    expect(git("status", "--porcelain")).toBe("");
  });

  it("takes the version that is there for the first release, and only for that", () => {
    expect(release("0.1.0").status).toBe(0);
    writeFileSync(join(folder, "CHANGELOG.md"), read("CHANGELOG.md").replace("## Unreleased\n", "## Unreleased\n\n* More.\n"));
    git("commit", "--quiet", "--all", "--message", "more");
    expect(release("0.1.0")).toMatchObject({ status: 1, stderr: expect.stringContaining("no version after 0.1.0") });
    expect(release("0.0.9").status).toBe(1);
    expect(release("0.1.1").status).toBe(0);
  });

  it.each([
    ["a change that is not committed", () => writeFileSync(join(folder, "new.txt"), ""), "commit or remove"],
    [
      "nothing to tell",
      () => {
        writeFileSync(join(folder, "CHANGELOG.md"), "# Changelog\n\n## Unreleased\n\n## 0.1.0 (2026-11-01)\n\n* A thing.\n");
        git("commit", "--quiet", "--all", "--message", "told");
      },
      "nothing under Unreleased",
    ],
  ])("changes nothing where there is %s", (_, spoil, message) => {
    spoil();
    const changelog = read("CHANGELOG.md");
    expect(release("0.2.0")).toMatchObject({ status: 1, stderr: expect.stringContaining(message) });
    expect(read("CHANGELOG.md")).toBe(changelog);
    expect(git("tag", "--list")).toBe("");
  });
});
