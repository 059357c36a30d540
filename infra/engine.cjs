/**
 * The native part of the engine for the functions' platform (linux, arm64), brought into node_modules before packaging: npm only installs that of the
 * machine it runs on. Its version and digest are those of package-lock.json.
 */
const { execFileSync } = require("node:child_process");
const { createHash } = require("node:crypto");
const { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } = require("node:fs");
const { tmpdir } = require("node:os");
const { join } = require("node:path");

const NAME = "@duckdb/node-bindings-linux-arm64";
const root = join(__dirname, "..");

exports.bringEngine = () => {
  const target = join(root, "node_modules", NAME);
  const { version, integrity } = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8")).packages[
    `node_modules/${NAME}`
  ];
  const there = join(target, "package.json");
  if (existsSync(there) && JSON.parse(readFileSync(there, "utf8")).version === version) return;
  const work = mkdtempSync(join(tmpdir(), "strata-engine-"));
  try {
    const packed = execFileSync("npm", ["pack", `${NAME}@${version}`, "--silent", "--pack-destination", work], {
      encoding: "utf8",
    });
    const archive = join(work, packed.trim().split("\n").at(-1));
    const digest = `sha512-${createHash("sha512").update(readFileSync(archive)).digest("base64")}`;
    if (digest !== integrity) throw new Error(`${NAME} ${version} is not what package-lock.json says: ${digest}`);
    execFileSync("tar", ["-xzf", archive, "-C", work]);
    mkdirSync(join(target, ".."), { recursive: true });
    // Two packagings at once bring the same.
    rmSync(target, { recursive: true, force: true });
    renameSync(join(work, "package"), target);
  } catch (error) {
    if (!existsSync(there))
      throw new Error(
        `package: the engine of the functions, ${NAME} ${version}, could not be fetched from the npm registry: ${error.message}`,
      );
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
};
