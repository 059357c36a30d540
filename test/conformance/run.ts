/**
 * `npm run test:conformance`: the adapters against moto, an emulator of AWS that other people wrote, and the packaged templates against cfn-lint.
 * Both are installed from PyPI into .cache/moto; where they cannot be had, one line says so and nothing fails.
 */
import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";

const root = join(import.meta.dirname, "../..");
const venv = join(root, ".cache/moto");
const WANTED = ["moto[server,glue,athena]>=5.1,<6", "cfn-lint>=1,<2"];

const run = (command: string, ...args: string[]): boolean =>
  spawnSync(command, args, { stdio: "ignore", timeout: 1_800_000 }).status === 0;

function skip(why: string): never {
  console.log(`conformance: skipped, ${why}`);
  process.exit(0);
}

if (!existsSync(join(venv, "bin/moto_server")) || !existsSync(join(venv, "bin/cfn-lint"))) {
  mkdirSync(join(root, ".cache"), { recursive: true });
  if (!run("python3", "--version")) skip("there is no python3");
  if (!run("python3", "-m", "venv", venv)) skip("python3 cannot make a virtual environment");
  if (!run(join(venv, "bin/pip"), "install", "--quiet", ...WANTED)) skip("moto and cfn-lint cannot be installed from PyPI");
}

const port = await new Promise<number>((resolve) => {
  const server = createServer().listen(0, "127.0.0.1", () => {
    const address = server.address();
    server.close(() => resolve(typeof address === "object" && address !== null ? address.port : 5000));
  });
});
const moto = spawn(join(venv, "bin/moto_server"), ["-H", "127.0.0.1", "-p", String(port)], { stdio: "ignore" });
const endpoint = `http://127.0.0.1:${port}`;
let ready = false;
for (let attempt = 0; attempt < 900 && !ready; attempt++) {
  ready = await fetch(`${endpoint}/moto-api/data.json`).then(
    ({ ok }) => ok,
    () => false,
  );
  if (!ready) await setTimeout(200);
}
if (!ready) {
  moto.kill();
  skip("moto did not start within three minutes");
}
const { status } = spawnSync(
  process.execPath,
  [join(root, "node_modules/vitest/vitest.mjs"), "run", "--config", join(import.meta.dirname, "vitest.config.ts")],
  {
    cwd: root,
    stdio: "inherit",
    env: { ...process.env, MOTO_ENDPOINT: endpoint, CFN_LINT: join(venv, "bin/cfn-lint") },
  },
);
moto.kill();
process.exitCode = status ?? 1;
