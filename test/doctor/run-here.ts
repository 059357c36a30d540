import { vi } from "vitest";
import { main } from "../../src/cli/main.ts";
import type { Run } from "../pipeline/run-strata.ts";

/** The command in this process, a second faster than in one of its own. */
export async function runHere(args: readonly string[]): Promise<Run> {
  const stdout: unknown[] = [];
  const stderr: unknown[] = [];
  const out = vi.spyOn(console, "log").mockImplementation((text: unknown) => void stdout.push(text));
  const err = vi.spyOn(console, "error").mockImplementation((text: unknown) => void stderr.push(text));
  try {
    const code = await main(args);
    return { code, stdout: stdout.join("\n"), stderr: stderr.join("\n") };
  } finally {
    out.mockRestore();
    err.mockRestore();
  }
}

/** The command finds a local service the way it finds AWS: by its environment. */
export function useEndpoint(endpoint: string): void {
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: endpoint,
    AWS_REGION: "us-east-1",
    AWS_ACCESS_KEY_ID: "test",
    AWS_SECRET_ACCESS_KEY: "test",
    AWS_EC2_METADATA_DISABLED: "true",
    AWS_CONFIG_FILE: "/dev/null",
    AWS_SHARED_CREDENTIALS_FILE: "/dev/null",
  });
}
