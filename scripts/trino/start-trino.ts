import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { StrataError } from "../../src/errors.ts";
import type { TrinoFiles } from "./install-trino.ts";

export interface TrinoServer {
  readonly url: string;
  /** Ends the server and waits until it is gone. */
  stop(): Promise<void>;
}

export interface StartOptions {
  readonly java: string;
  readonly files: TrinoFiles;
  /** Configuration and log; replaced. */
  readonly work: string;
  /** The only folder that the server reads and writes: `local:///` is its root. */
  readonly root: string;
}

const LONGEST_START_MS = 240_000;

/** One node on loopback with one catalog, `strata`: the Hive connector over local files, its metastore in a folder. */
export async function startTrino({ java, files, work, root }: StartOptions): Promise<TrinoServer> {
  rmSync(work, { recursive: true, force: true });
  mkdirSync(join(work, "catalog"), { recursive: true });
  const port = await freePort();
  writeProperties(join(work, "config.properties"), {
    coordinator: "true",
    "node-scheduler.include-coordinator": "true",
    "node.environment": "strata",
    "node.id": "strata",
    "node.bind-ip": "127.0.0.1",
    "node.internal-address": "127.0.0.1",
    "http-server.http.port": String(port),
    "discovery.uri": `http://127.0.0.1:${port}`,
    "plugin.dir": files.plugins,
    "catalog.config-dir": join(work, "catalog"),
    "query.max-memory-per-node": "1GB",
    "memory.heap-headroom-per-node": "400MB",
  });
  writeProperties(join(work, "catalog", "strata.properties"), {
    "connector.name": "hive",
    "hive.metastore": "file",
    "hive.metastore.catalog.dir": "local:///metastore",
    "fs.native-local.enabled": "true",
    "local.location": root,
    "hive.security": "allow-all",
    "hive.non-managed-table-writes-enabled": "true",
  });
  const log = join(work, "server.log");
  const out = openSync(log, "a");
  const flags = [
    "-Xmx2G",
    "-XX:+ExitOnOutOfMemoryError",
    "--enable-native-access=ALL-UNNAMED",
    "--sun-misc-unsafe-memory-access=allow",
  ];
  const server = spawn(
    java,
    [...flags, `-Dconfig=${join(work, "config.properties")}`, "-cp", join(files.lib, "*"), "io.trino.server.TrinoServer"],
    { cwd: work, stdio: ["ignore", out, out] },
  );
  const kill = (): void => {
    server.kill("SIGKILL");
  };
  process.once("exit", kill);
  const stop = async (): Promise<void> => {
    await ended(server);
    process.off("exit", kill);
  };
  try {
    await started(server, `http://127.0.0.1:${port}`, log);
  } catch (error) {
    await stop();
    throw error;
  }
  return { url: `http://127.0.0.1:${port}`, stop };
}

async function started(server: ChildProcess, url: string, log: string): Promise<void> {
  for (const limit = Date.now() + LONGEST_START_MS; Date.now() < limit; await setTimeout(500)) {
    if (server.exitCode !== null || server.signalCode !== null) break;
    const info = await fetch(`${url}/v1/info`).then(
      (response) => (response.ok ? response.json() : undefined),
      () => undefined,
    );
    if (typeof info === "object" && info !== null && "starting" in info && info.starting === false) return;
  }
  const lines = readFileSync(log, "utf8").trim().split("\n");
  const said = lines.findLast((line) => /\bERROR\b|^\d+\) |Exception/.test(line)) ?? lines.at(-1) ?? "nothing";
  throw new StrataError(`trino: the server did not start; it said: ${said.slice(0, 300)}`, { hint: `Its log is ${log}.` });
}

/** Asks it to end, and ends it after ten seconds. */
async function ended(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return;
  const gone = new Promise<void>((resolve) => server.once("exit", () => resolve()));
  server.kill("SIGTERM");
  const patience = new AbortController();
  await Promise.race([gone, setTimeout(10_000, undefined, { signal: patience.signal }).catch(() => undefined)]);
  patience.abort();
  if (server.exitCode === null && server.signalCode === null) server.kill("SIGKILL");
  await gone;
}

const writeProperties = (path: string, values: Readonly<Record<string, string>>): void =>
  writeFileSync(
    path,
    `${Object.entries(values)
      .map(([key, value]) => `${key}=${value}`)
      .join("\n")}\n`,
  );

/** A port that nobody uses now. */
function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const address = probe.address();
      probe.close(() => {
        if (typeof address === "object" && address !== null) resolve(address.port);
        else reject(new StrataError("trino: no free port on loopback"));
      });
    });
  });
}
