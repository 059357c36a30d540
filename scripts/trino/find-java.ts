import { spawnSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";

/** What Trino 476 needs (Trino release notes 475: "Require JDK 24 to run Trino"). */
export const JAVA = 24;

const FOLDERS = ["/usr/lib/jvm", "/Library/Java/JavaVirtualMachines", "/opt/java"];

/** Path of a `java` that is new enough, or undefined. JAVA_HOME and the path come first. */
export function findJava(): string | undefined {
  const homes = FOLDERS.filter((folder) => existsSync(folder)).flatMap((folder) =>
    readdirSync(folder).flatMap((name) => [join(folder, name), join(folder, name, "Contents", "Home")]),
  );
  const { JAVA_HOME } = process.env;
  const candidates = [
    ...(JAVA_HOME ? [join(JAVA_HOME, "bin", "java")] : []),
    "java",
    ...homes.map((home) => join(home, "bin", "java")).filter((path) => existsSync(path)),
  ];
  return candidates.find((path) => versionOf(path) >= JAVA);
}

/** `openjdk version "25.0.1" 2025-10-21` → 25; 0 when it does not run. */
export function versionOf(java: string): number {
  const { stderr, error } = spawnSync(java, ["-version"], { encoding: "utf8" });
  return error ? 0 : Number(/version "(\d+)/.exec(stderr)?.[1] ?? 0);
}
