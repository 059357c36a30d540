import type { Writable } from "node:stream";
import yoctoSpinner from "yocto-spinner";
import { printable } from "../../errors.ts";

/** How much of a phase is done, in whatever it is counted. */
export interface Part {
  readonly done: number;
  readonly of: number;
}

export interface Progress {
  /** @param part tells share and time left; left out where neither can be known */
  update(text: string, part?: Part): void;
  done(text: string): void;
  fail(): void;
}

type Screen = Writable & { readonly isTTY?: boolean; readonly columns?: number };

/** Less than this says nothing of what is left: milliseconds, and a share of the whole. */
const LEAST_TIME = 2000;
const LEAST_SHARE = 0.02;
/** What stands beside the text: the spinner and a space, and one column so that no terminal breaks the line. */
const MARGIN = 3;

/**
 * One line on standard error that moves in a terminal; elsewhere (pipes, CI) each phase is printed once, when it is done.
 * Texts may hold names from anywhere: what could steer a terminal is taken out here.
 */
export function progress(title: string, quiet = false, screen: Screen = process.stderr): Progress {
  if (quiet) return { update: () => undefined, done: () => undefined, fail: () => undefined };
  const started = performance.now();
  const ended = (text: string): string => printable(`${title}: ${text} (${((performance.now() - started) / 1000).toFixed(1)} s)`);
  if (!isTerminal(screen)) {
    return { update: () => undefined, done: (text) => console.error(ended(text)), fail: () => undefined };
  }
  const spinner = yoctoSpinner({ text: title, stream: screen }).start();
  return {
    update: (text, part) => {
      const end = part === undefined ? "" : howFar(part, performance.now() - started);
      spinner.text = `${printable(`${title}: ${text}`).slice(0, (screen.columns ?? 80) - MARGIN - end.length)}${end}`;
    },
    done: (text) => {
      spinner.success(ended(text));
    },
    fail: () => {
      spinner.error(title);
    },
  };
}

const isTerminal = (screen: Screen): boolean => screen.isTTY === true && process.env["TERM"] !== "dumb" && !("CI" in process.env);

/** `", 40 %, about 12 s left"`: as if the rest goes as fast as what is done. @param elapsed milliseconds */
export function howFar({ done, of }: Part, elapsed: number): string {
  if (of <= 0) return "";
  const share = Math.min(1, done / of);
  const percent = `, ${Math.floor(share * 100)} %`;
  if (elapsed < LEAST_TIME || share < LEAST_SHARE || share === 1) return percent;
  return `${percent}, about ${inWords((elapsed * (1 - share)) / share / 1000)} left`;
}

const inWords = (seconds: number): string =>
  seconds < 90 ? `${Math.max(1, Math.round(seconds))} s` : `${Math.round(seconds / 60)} min`;
