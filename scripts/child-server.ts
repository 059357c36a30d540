import type { ChildProcess } from "node:child_process";
import { createServer } from "node:net";
import { setTimeout } from "node:timers/promises";
import { StrataError } from "../src/errors.ts";

/** A port of the loopback that nobody uses now. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const address = probe.address();
      probe.close(() => {
        if (typeof address === "object" && address !== null) resolve(address.port);
        else reject(new StrataError("no free port on loopback"));
      });
    });
  });
}

/** Asks a server to end, and ends it after ten seconds. */
export async function endChild(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return;
  const gone = new Promise<void>((resolve) => server.once("exit", () => resolve()));
  server.kill("SIGTERM");
  const patience = new AbortController();
  await Promise.race([gone, setTimeout(10_000, undefined, { signal: patience.signal }).catch(() => undefined)]);
  patience.abort();
  if (server.exitCode === null && server.signalCode === null) server.kill("SIGKILL");
  await gone;
}

/** Waits until `ready` says so. @returns false when the server has ended or the time is over */
export async function untilReady(server: ChildProcess, millis: number, ready: () => Promise<boolean>): Promise<boolean> {
  for (const limit = Date.now() + millis; Date.now() < limit; await setTimeout(250)) {
    if (server.exitCode !== null || server.signalCode !== null) return false;
    if (await ready().catch(() => false)) return true;
  }
  return false;
}
