import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { endChild, freePort, untilReady } from "../../../scripts/child-server.ts";
import { StrataError } from "../../../src/errors.ts";

/** The emulator: CloudFormation, S3, EventBridge, SQS, SNS, Lambda on Node, Glue, KMS, IAM. */
const MINISTACK = "1.5.33";
const LONGEST_START_MS = 120_000;

export interface Emulator {
  readonly url: string;
  readonly log: string;
  stop(): Promise<void>;
}

/** From PyPI into a virtual environment of the cache, once. @throws StrataError when Python or the package cannot be had */
export function installMinistack(cache: string): string {
  const venv = join(cache, `ministack-${MINISTACK}`);
  const program = join(venv, "bin", "ministack");
  if (existsSync(program)) return program;
  mkdirSync(cache, { recursive: true });
  if (!ran("python3", "-m", "venv", venv))
    throw new StrataError("ministack: there is no python3 that makes virtual environments");
  if (!ran(join(venv, "bin", "pip"), "install", "--quiet", `ministack==${MINISTACK}`)) {
    rmSync(venv, { recursive: true, force: true });
    throw new StrataError(`ministack: version ${MINISTACK} cannot be installed from PyPI`);
  }
  return program;
}

const ran = (command: string, ...args: string[]): boolean => spawnSync(command, args, { stdio: "ignore" }).status === 0;

/**
 * @param work replaced; functions are unpacked below it, inside of the project, so that they find the SDK, which Lambda's runtime brings, in its
 * node_modules
 * @param path where `node` of the version that the functions run on is found
 */
export async function startMinistack(program: string, work: string, path: string): Promise<Emulator> {
  rmSync(work, { recursive: true, force: true });
  const temporary = join(work, "tmp");
  mkdirSync(temporary, { recursive: true });
  // The emulator's own script of a function is CommonJS, whatever the project is.
  writeFileSync(join(temporary, "package.json"), '{ "type": "commonjs" }\n');
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const log = join(work, "ministack.log");
  const out = openSync(log, "a");
  const server = spawn(program, [], {
    cwd: work,
    stdio: ["ignore", out, out],
    env: {
      PATH: `${path}:${process.env["PATH"]}`,
      HOME: work,
      TMPDIR: temporary,
      GATEWAY_PORT: String(port),
      BIND_HOST: "127.0.0.1",
      MINISTACK_HOST: "127.0.0.1",
      LAMBDA_EXECUTOR: "local",
      ATHENA_ENGINE: "mock",
      // Policies of roles, buckets, queues and topics are judged for every request of a function.
      AUTH: "true",
      LOG_LEVEL: "INFO",
    },
  });
  const kill = (): void => {
    server.kill("SIGKILL");
  };
  process.once("exit", kill);
  const stop = async (): Promise<void> => {
    await endChild(server);
    process.off("exit", kill);
  };
  if (await untilReady(server, LONGEST_START_MS, async () => (await fetch(`${url}/_ministack/health`)).ok))
    return { url, log, stop };
  await stop();
  const last = readFileSync(log, "utf8").trim().split("\n").at(-1) ?? "nothing";
  throw new StrataError(`ministack: it did not start; it said: ${last.slice(0, 300)}`, { hint: `Its log is ${log}.` });
}
