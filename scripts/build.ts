/** dist/: the same files as src/, as JavaScript. Node strips types only outside node_modules, so what is packed must be built. */
import { execFileSync } from "node:child_process";
import { cpSync, rmSync } from "node:fs";
import { join } from "node:path";

const root = join(import.meta.dirname, "..");
rmSync(join(root, "dist"), { recursive: true, force: true });
execFileSync(join(root, "node_modules", ".bin", "tsc"), ["-p", "tsconfig.build.json"], { cwd: root, stdio: "inherit" });
// Declarations of what other packages import.
execFileSync(join(root, "node_modules", ".bin", "tsc"), ["-p", "tsconfig.instrument.json"], { cwd: root, stdio: "inherit" });
cpSync(join(root, "src"), join(root, "dist"), {
  recursive: true,
  filter: (path) => !/\.[a-z]+$/.test(path) || path.endsWith(".json"),
});
