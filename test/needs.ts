import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";

// What some tests need that npm does not bring. Each is looked for once; `scripts/install-test-tools.sh` installs them all.

export const CHROMIUM = "/usr/bin/chromium";
const OWN_PYTHON = join(import.meta.dirname, "../.cache/python/bin/python");
export const PYTHON = process.env["PYTHON"] ?? (existsSync(OWN_PYTHON) ? OWN_PYTHON : "python3");

const runs = (program: string, ...args: string[]): boolean => {
  try {
    execFileSync(program, args, { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
};
const python = (module: string) => () => runs(PYTHON, "-c", `import importlib.util as u; assert u.find_spec("${module}")`);

const NEEDS = {
  Chromium: () => existsSync(CHROMIUM),
  boto3: python("boto3"),
  "langchain-aws": python("langchain_aws"),
  litellm: python("litellm"),
  zsh: () => runs("zsh", "--version"),
  fish: () => runs("fish", "--version"),
  "the right to mount": () => runs("unshare", "-rm", "mount", "-t", "tmpfs", "none", "/mnt"),
} as const;
export type Need = keyof typeof NEEDS;

/** Whether it is missing, for `skipIf`, and the words by which the reporter tells why a test was skipped. */
export const without = (need: Need): boolean => !NEEDS[need]();
export const needing = (name: string, need: Need): string => `${name} (needs ${need})`;
