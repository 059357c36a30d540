import { spawnSync } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";

const COPY = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies";

export interface Asked {
  /** JSON. */
  readonly pattern: string;
  readonly events: readonly string[];
}

export interface Answered {
  /** Why the matcher does not take the pattern. */
  readonly refused: string | null;
  /** For each event. */
  readonly matches: readonly boolean[];
}

/** AWS's own matcher of EventBridge (software.amazon.event.ruler 1.8.1), from Maven Central or what Maven is set to, into `cache`. @returns why it cannot be had */
export function installRuler(cache: string): string | undefined {
  if (spawnSync("java", ["-version"]).status !== 0) return "there is no java";
  if (existsSync(join(cache, "lib"))) return undefined;
  if (spawnSync("mvn", ["-version"]).status !== 0) return "there is no mvn";
  mkdirSync(cache, { recursive: true });
  copyFileSync(join(import.meta.dirname, "pom.xml"), join(cache, "pom.xml"));
  const into = join(cache, "lib-coming");
  rmSync(into, { recursive: true, force: true });
  const { status, stdout } = spawnSync("mvn", ["-B", "-q", "-C", COPY, `-DoutputDirectory=${into}`], {
    cwd: cache,
    encoding: "utf8",
  });
  if (status !== 0)
    return `Maven does not give event-ruler: ${stdout.split("\n").find((line) => line.includes("ERROR")) ?? status}`;
  renameSync(into, join(cache, "lib"));
  return undefined;
}

/** @throws Error with what Java printed */
export function askRuler(cache: string, asked: readonly Asked[]): Answered[] {
  const { status, stdout, stderr } = spawnSync(
    "java",
    ["-cp", join(cache, "lib", "*"), join(import.meta.dirname, "Match.java")],
    { input: JSON.stringify(asked), encoding: "utf8", maxBuffer: 64 * 1024 * 1024 },
  );
  if (status !== 0) throw new Error(stderr || `java ended with ${status}`);
  return JSON.parse(stdout);
}
