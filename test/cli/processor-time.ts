import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const PROBE = `import { writeFileSync } from "node:fs"; process.on("exit", () => { const { user, system } = process.cpuUsage(); writeFileSync(process.env.CPU_REPORT, String((user + system) / 1000)); });`;

/** Milliseconds of processor time of this Node with these arguments, the least of three, as other work on the machine only adds to it. */
export function processorTime(...args: readonly string[]): number {
  const report = join(mkdtempSync(join(tmpdir(), "strata-start-")), "cpu");
  const times = [1, 2, 3].map(() => {
    execFileSync(process.execPath, ["--import", `data:text/javascript,${encodeURIComponent(PROBE)}`, ...args], {
      env: { ...process.env, CPU_REPORT: report },
      stdio: "ignore",
    });
    return Number(readFileSync(report, "utf8"));
  });
  return Math.min(...times);
}
