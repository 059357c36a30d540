import { ink } from "../shared/ink.ts";

/** What a phase of an analysis took; a phase that comes again is one. */
export interface PhaseTime {
  readonly phase: string;
  /** On the clock. */
  readonly seconds: number;
  /** Of every thread of the process, those of the engine and of the readers included. */
  readonly processor_seconds: number;
  /** The most memory that the process had resident until the phase was over, in millions of bytes. */
  readonly most_memory_mb: number;
}

/** What the process has used until now. */
export interface Used {
  /** Milliseconds since the process began. */
  readonly clock: number;
  /** Microseconds. */
  readonly processor: number;
  /** Kilobytes, the most so far. */
  readonly memory: number;
}

/** Of this process: the program's own start lies in the first phase, too. */
function ofThisProcess(): Used {
  const { user, system } = process.cpuUsage();
  return { clock: performance.now(), processor: user + system, memory: process.resourceUsage().maxRSS };
}

const FIRST = "start";
const WHOLE = "whole";

/** Seconds by phase. Phases follow each other: where one begins, the one before ends. */
export class Timings {
  readonly #used: () => Used;
  readonly #phases = new Map<string, Used>();
  #phase = FIRST;
  #since: Used = { clock: 0, processor: 0, memory: 0 };

  constructor(used: () => Used = ofThisProcess) {
    this.#used = used;
  }

  /** The phase before ends here; without a change of the phase nothing does. */
  begin(phase: string): void {
    if (phase === this.#phase) return;
    this.#close();
    this.#phase = phase;
  }

  /** Every phase in the order in which they began, and the whole. */
  all(): PhaseTime[] {
    this.#close();
    return [...this.#phases, [WHOLE, this.#since] as const].map(([phase, { clock, processor, memory }]) => ({
      phase,
      seconds: Math.round(clock) / 1000,
      processor_seconds: Math.round(processor / 1000) / 1000,
      most_memory_mb: Math.round((memory * 1024) / 1_000_000),
    }));
  }

  #close(): void {
    const now = this.#used();
    const before = this.#phases.get(this.#phase);
    this.#phases.set(this.#phase, {
      clock: (before?.clock ?? 0) + now.clock - this.#since.clock,
      processor: (before?.processor ?? 0) + now.processor - this.#since.processor,
      memory: now.memory,
    });
    this.#since = now;
  }
}

/** A line a phase, the whole last. */
export function timingsText(phases: readonly PhaseTime[]): string {
  const line = (phase: string, clock: string, processor: string, memory: string): string =>
    `  ${phase.padEnd(20)}${clock.padStart(10)}${processor.padStart(12)}${memory.padStart(13)}`;
  const seconds = (value: number): string => `${value.toFixed(1)} s`;
  return [
    ink.bold("Time"),
    ink.dim(line("", "clock", "processor", "most memory")),
    ...phases.map((one) => line(one.phase, seconds(one.seconds), seconds(one.processor_seconds), `${one.most_memory_mb} MB`)),
  ].join("\n");
}
