import yoctoSpinner from "yocto-spinner";

export interface Progress {
  update(text: string): void;
  done(text: string): void;
  fail(): void;
}

/** One line on standard error that moves in a terminal; elsewhere each step is printed once, when it is done. */
export function progress(title: string, quiet = false): Progress {
  if (quiet) return { update: () => undefined, done: () => undefined, fail: () => undefined };
  const started = performance.now();
  const seconds = (): string => `${((performance.now() - started) / 1000).toFixed(1)} s`;
  if (!process.stderr.isTTY) {
    return { update: () => undefined, done: (text) => console.error(`${title}: ${text} (${seconds()})`), fail: () => undefined };
  }
  const spinner = yoctoSpinner({ text: title, stream: process.stderr }).start();
  return {
    update: (text) => {
      spinner.text = `${title}: ${text}`;
    },
    done: (text) => {
      spinner.success(`${title}: ${text} (${seconds()})`);
    },
    fail: () => {
      spinner.error(title);
    },
  };
}
