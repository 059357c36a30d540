import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { StrataError } from "../../src/errors.ts";

/** The newest that Maven Central has (checked 2026-11-22); later ones are published elsewhere. */
export const TRINO = "476";

const MAVEN = "mvn";
const UNPACK = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:unpack";

export interface TrinoFiles {
  /** Holds the server's jars. */
  readonly lib: string;
  /** Holds the Hive connector and nothing else, so that the server starts sooner. */
  readonly plugins: string;
}

/**
 * The server without its connectors (194 MB) and the Hive connector (258 MB), through Maven and whatever registry it is set to.
 * Unpacked once; later runs find it there.
 * @throws StrataError when Maven or an artifact cannot be had
 */
export function installTrino(cache: string): TrinoFiles {
  const folder = join(cache, TRINO);
  const files = { lib: join(folder, "server", `trino-server-core-${TRINO}`, "lib"), plugins: join(folder, "plugins") };
  const done = join(folder, "unpacked");
  if (existsSync(done)) return files;
  rmSync(folder, { recursive: true, force: true });
  unpack(`io.trino:trino-server-core:${TRINO}:tar.gz`, join(folder, "server"));
  unpack(`io.trino:trino-hive:${TRINO}:zip`, join(folder, "hive"));
  mkdirSync(files.plugins);
  renameSync(join(folder, "hive", `trino-hive-${TRINO}`), join(files.plugins, "hive"));
  writeFileSync(done, `Trino ${TRINO}\n`);
  return files;
}

/** Maven checks the artifact's checksum (-C) and knows both kinds of archive. */
function unpack(artifact: string, into: string): void {
  // Maven leaves its own notes in the folder where it runs.
  const here = `${into}.maven`;
  mkdirSync(here, { recursive: true });
  const { status, stdout, error } = spawnSync(
    MAVEN,
    ["-B", "-q", "-C", UNPACK, `-Dartifact=${artifact}`, `-DoutputDirectory=${into}`, "-Dmdep.useBaseVersion=true"],
    { cwd: here, encoding: "utf8" },
  );
  rmSync(here, { recursive: true, force: true });
  if (error) throw new StrataError("trino: Maven is not installed", { hint: "Install Maven to prove the SQL on Trino." });
  if (status !== 0) {
    const why = stdout.split("\n").find((line) => line.includes("ERROR")) ?? `Maven ended with ${status}`;
    throw new StrataError(`trino: ${artifact} cannot be had: ${why.slice(0, 300)}`, {
      hint: "Set Maven to a registry that mirrors Maven Central.",
    });
  }
}
