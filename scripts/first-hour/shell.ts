import { spawn } from "node:child_process";

export interface Ran {
  readonly command: string;
  readonly code: number;
  readonly seconds: number;
  readonly output: string;
}

/** Variables that would let a command find an account, a clone or another configuration. */
const KEPT = ["PATH", "LANG", "TMPDIR"];

/**
 * Runs commands in a folder as a newcomer's shell does: no credentials, no configuration, a home of its own.
 * @param until text after which a command that does not end by itself has said what it has to say
 */
export function shellIn(folder: string, home: string): (command: string, until?: RegExp) => Promise<Ran> {
  const env = {
    ...Object.fromEntries(KEPT.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]]))),
    HOME: home,
    AWS_EC2_METADATA_DISABLED: "true",
    npm_config_update_notifier: "false",
    npm_config_cache: process.env["npm_config_cache"],
  };
  return (command, until) =>
    new Promise((resolve) => {
      const started = performance.now();
      const child = spawn("bash", ["-c", command], { cwd: folder, env, stdio: ["ignore", "pipe", "pipe"], detached: true });
      let output = "";
      const told = (text: Buffer): void => {
        output += text.toString();
        if (until?.test(output) && child.pid !== undefined) process.kill(-child.pid, "SIGINT");
      };
      child.stdout.on("data", told);
      child.stderr.on("data", told);
      child.on("close", (code) => resolve({ command, code: code ?? 0, seconds: (performance.now() - started) / 1000, output }));
    });
}
