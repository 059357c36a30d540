import { vi } from "vitest";
import { main } from "../../src/cli/main.ts";
import type { Run } from "./run-strata.ts";

/** The command in this process, for tests of what it does and not of how it starts, which takes as long. */
export async function strataHere(args: readonly string[]): Promise<Run> {
  const log = vi.spyOn(console, "log").mockImplementation(() => undefined);
  const error = vi.spyOn(console, "error").mockImplementation(() => undefined);
  try {
    const code = await main(args);
    return { code, stdout: log.mock.calls.flat().join("\n"), stderr: error.mock.calls.flat().join("\n") };
  } finally {
    log.mockRestore();
    error.mockRestore();
  }
}
