import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";

const ROOT = join(import.meta.dirname, "..");

/** Packs the project and installs it in a folder of its own, as its users do. @returns the file that starts it */
export function installPacked(folder: string): string {
  mkdirSync(folder, { recursive: true });
  const npm = (cwd: string, ...args: string[]): string =>
    execFileSync("npm", args, { cwd, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
  const [packed] = z
    .array(z.object({ filename: z.string() }))
    .parse(JSON.parse(npm(ROOT, "pack", "--json", "--pack-destination", folder)));
  writeFileSync(join(folder, "package.json"), '{ "name": "somebody", "private": true }');
  npm(folder, "install", "--omit=dev", "--prefer-offline", "--no-audit", "--no-fund", `./${packed?.filename}`);
  return join(folder, "node_modules", "strata-bedrock", "bin", "strata.js");
}
