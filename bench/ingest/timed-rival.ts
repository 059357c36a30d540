import { type ChildProcess, fork } from "node:child_process";
import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { Answer, Time } from "./rival-process.ts";
import type { Rival, Work } from "./rivals.ts";

/** A rival in a process of its own, so that it pays for its own garbage and for nobody else's, and the times that it took. */
export class TimedRival {
  readonly rival: Rival;
  peakMegabytes: number | null = null;
  readonly #process: ChildProcess;
  readonly #times: Time[] = [];

  constructor(rival: Rival) {
    this.rival = rival;
    this.#process = fork(join(import.meta.dirname, "rival-process.ts"), [rival.name]);
  }

  /** Does the work once, in an empty folder. */
  run(work: Work): Promise<Answer> {
    rmSync(work.out, { recursive: true, force: true });
    mkdirSync(work.out);
    return new Promise((resolve, reject) => {
      const stopped = (code: number | null): void => reject(new Error(`bench: ${this.rival.name} stopped with ${code}`));
      this.#process.once("exit", stopped);
      this.#process.once("message", (answer: Answer) => {
        this.#process.off("exit", stopped);
        resolve(answer);
      });
      this.#process.send(work);
    });
  }

  async time(work: Work): Promise<void> {
    const answer = await this.run(work);
    this.#times.push(answer);
    this.peakMegabytes = answer.peakMegabytes;
  }

  /** The best time, and the one in the middle. */
  times(what: keyof Time): { readonly best: number; readonly median: number } {
    const sorted = this.#times.map((time) => time[what]).sort((a, b) => a - b);
    return { best: sorted[0] ?? Number.NaN, median: sorted[sorted.length >> 1] ?? Number.NaN };
  }

  stop(): void {
    this.#process.kill();
  }
}
