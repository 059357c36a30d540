import { type ChildProcess, fork } from "node:child_process";
import { join } from "node:path";
import { type Asked, END_OF_LOG, type Ended } from "./function-process.ts";

export interface Invoked {
  readonly result: unknown;
  readonly log: string;
  /** Processor seconds, loading included in the first run. */
  readonly cpu: number;
}

/** A shipped function that stays warm between its runs, in a process of its own. */
export class WarmFunction {
  readonly #child: ChildProcess;
  readonly #name: string;
  readonly #memory: number;
  #log = "";
  #ended: ((ended: Ended) => void) | undefined;
  #loading: Promise<Ended>;

  /** @param memory megabytes */
  constructor(name: string, memory: number, bundle: string, environment: NodeJS.ProcessEnv) {
    this.#name = name;
    this.#memory = memory;
    this.#child = fork(join(import.meta.dirname, "function-process.ts"), [bundle], {
      env: environment,
      execArgv: [],
      stdio: ["ignore", "pipe", "inherit", "ipc"],
    });
    this.#child.stdout?.on("data", (chunk: Buffer) => {
      this.#log += chunk.toString("utf8");
    });
    this.#child.on("message", (ended: Ended) => this.#ended?.(ended));
    this.#child.on("exit", (code) => this.#ended?.({ result: null, failed: `${name} ended with ${code}`, cpu: 0 }));
    this.#loading = this.#next();
  }

  /** @throws Error when the function fails */
  async invoke(event: unknown, now: number): Promise<Invoked> {
    const loaded = await this.#loading;
    this.#loading = Promise.resolve({ result: null, cpu: 0 });
    const next = this.#next();
    const asked: Asked = { event, now, name: `strata-sim-${this.#name}`, memory: this.#memory };
    this.#child.send(asked);
    const { result, failed, cpu } = await next;
    while (!this.#log.includes(END_OF_LOG)) await new Promise((resolve) => setTimeout(resolve, 5));
    const log = this.#log.replaceAll(END_OF_LOG, "");
    this.#log = "";
    if (failed !== undefined) throw new Error(`${this.#name}: ${failed}\n${log.slice(-2000)}`);
    return { result, log, cpu: cpu + loaded.cpu };
  }

  #next(): Promise<Ended> {
    return new Promise((resolve) => {
      this.#ended = resolve;
    });
  }

  stop(): void {
    this.#child.kill();
  }
}
