import { spawn } from "node:child_process";

export interface BundleRun {
  /** Path of a bundled function. */
  readonly bundle: string;
  readonly event: unknown;
  /** What Lambda and serverless.yml set; nothing of this process's own but PATH is there. */
  readonly env: NodeJS.ProcessEnv;
  /** Members of the context beside the time that is left. */
  readonly context?: Readonly<Record<string, unknown>>;
  /** JavaScript that sets the clock. */
  readonly clock?: string;
}

/** Runs a shipped bundle in a process of its own, as Lambda does. @returns its answer and all that it wrote @throws what it wrote, where it failed */
export async function runBundle({
  bundle,
  event,
  env,
  context = {},
  clock = "",
}: BundleRun): Promise<{ result: unknown; log: string }> {
  const code = `
    ${clock}
    const { handler } = await import(${JSON.stringify(bundle)});
    const context = { awsRequestId: "test", ...${JSON.stringify(context)}, getRemainingTimeInMillis: () => 600000 };
    const result = await handler(JSON.parse(process.env.EVENT), context);
    console.log("RESULT " + JSON.stringify(result ?? null));`;
  const child = spawn(process.execPath, ["--input-type=module", "-e", code], {
    env: { PATH: process.env["PATH"], ...env, EVENT: JSON.stringify(event) },
  });
  let [log, errors] = ["", ""];
  child.stdout.on("data", (chunk) => {
    log += chunk;
  });
  child.stderr.on("data", (chunk) => {
    errors += chunk;
  });
  const status = await new Promise((resolve) => child.on("close", resolve));
  if (status !== 0) throw new Error(`${bundle}: ${errors.slice(0, 2000)}\n${log.slice(-2000)}`);
  return { result: JSON.parse(/^RESULT (.*)$/m.exec(log)?.[1] ?? "null"), log: `${log}${errors}` };
}
