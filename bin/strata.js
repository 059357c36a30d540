#!/usr/bin/env node
// In a clone the sources run as they are (Node 22.18 and later strip types); an older Node hands over to the project's own.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const source = join(root, "src", "cli", "main.ts");
const ownNode = join(root, "node_modules", "node", "bin", process.platform === "win32" ? "node.exe" : "node");

// Who reads may stop reading, as head does: nothing is wrong then, and nobody is there to be told.
for (const stream of [process.stdout, process.stderr])
  stream.on("error", (error) => {
    if (error.code !== "EPIPE") throw error;
    process.exit();
  });

const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);

if (!existsSync(source) && (major < 22 || (major === 22 && minor < 13))) {
  console.error(`strata: Node 22.13 or later is needed, this is ${process.versions.node}.`);
  process.exitCode = 1;
} else if (!existsSync(source)) {
  const { main } = await import("../dist/cli/main.js");
  process.exitCode = await main(process.argv.slice(2));
} else if (process.features.typescript) {
  const { main } = await import("../src/cli/main.ts");
  process.exitCode = await main(process.argv.slice(2));
} else if (existsSync(ownNode)) handOver();
else {
  console.error("strata: Node 22.18 or later is needed to run from a clone. Run npm ci first: it brings one along.");
  process.exitCode = 1;
}

/** Whoever stops this process means the other one; how that one ends is how this one ends. */
function handOver() {
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"];
  // Before the start: a signal that comes in between would end this process alone.
  for (const signal of signals) process.on(signal, () => child.kill(signal));
  const child = spawn(ownNode, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], { stdio: "inherit" });
  child.on("exit", (code, signal) => {
    for (const each of signals) process.removeAllListeners(each);
    if (signal) process.kill(process.pid, signal);
    else process.exitCode = code ?? 1;
  });
}
