import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { StrataError } from "../../src/errors.ts";
import { endChild, freePort, untilReady } from "../child-server.ts";
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
  readonly catalog: TrinoCatalog;
}

interface TrinoCatalog {
  readonly name: string;
  readonly properties: Readonly<Record<string, string>>;
}

/** The Hive connector over local files, its metastore in a folder. @param root the only folder that is read and written: `local:///` is its root */
export const localCatalog = (root: string): TrinoCatalog => ({
  name: "strata",
  properties: {
    "hive.metastore": "file",
    "hive.metastore.catalog.dir": "local:///metastore",
    "fs.native-local.enabled": "true",
    "local.location": root,
  },
});

const LONGEST_START_MS = 240_000;

/** One node on loopback with one catalog of the Hive connector. */
export async function startTrino({ java, files, work, catalog }: StartOptions): Promise<TrinoServer> {
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
  writeProperties(join(work, "catalog", `${catalog.name}.properties`), {
    "connector.name": "hive",
    ...catalog.properties,
    "hive.security": "allow-all",
    "hive.non-managed-table-writes-enabled": "true",
  });
  const log = join(work, "server.log");
  const out = openSync(log, "a");
  const flags = [
    "-Xmx2G",
    "-XX:+ExitOnOutOfMemoryError",
    // Statements over little data end before the second compiler has paid for itself.
    "-XX:TieredStopAtLevel=1",
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
    await endChild(server);
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
  const ready = await untilReady(server, LONGEST_START_MS, async () => {
    const response = await fetch(`${url}/v1/info`);
    const info: unknown = response.ok ? await response.json() : undefined;
    return typeof info === "object" && info !== null && "starting" in info && info.starting === false;
  });
  if (ready) return;
  const lines = readFileSync(log, "utf8").trim().split("\n");
  const said = lines.findLast((line) => /\bERROR\b|^\d+\) |Exception/.test(line)) ?? lines.at(-1) ?? "nothing";
  throw new StrataError(`trino: the server did not start; it said: ${said.slice(0, 300)}`, { hint: `Its log is ${log}.` });
}

const writeProperties = (path: string, values: Readonly<Record<string, string>>): void =>
  writeFileSync(
    path,
    `${Object.entries(values)
      .map(([key, value]) => `${key}=${value}`)
      .join("\n")}\n`,
  );
