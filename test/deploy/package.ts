import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { REGION } from "./clients.ts";
import { ROOT } from "./world.ts";

/** `serverless package`, as a user runs it before deploying. @param root the source; another release's, for an upgrade */
export function packageStack(into: string, stage: string, config: string, root: string = ROOT): void {
  rmSync(into, { recursive: true, force: true });
  mkdirSync(into, { recursive: true });
  const environment: NodeJS.ProcessEnv = { ...process.env };
  for (const name of Object.keys(environment)) if (/^(AWS_|VITEST|NODE_ENV$)/.test(name)) delete environment[name];
  const { status, stdout, stderr } = spawnSync(
    join(root, "node_modules/.bin/serverless"),
    ["package", "--package", into, "--stage", stage],
    {
      cwd: root,
      encoding: "utf8",
      env: {
        ...environment,
        PATH: `${join(root, "node_modules/.bin")}:${process.env["PATH"]}`,
        AWS_REGION: REGION,
        SLS_NOTIFICATIONS_MODE: "off",
        STRATA_CONFIG: config,
        STRATA_WORK_FOLDER: `.cache/package-${process.pid}`,
      },
    },
  );
  rmSync(join(root, `.cache/package-${process.pid}`), { recursive: true, force: true });
  if (status !== 0) throw new Error(`serverless package ended with ${status}: ${stdout}${stderr}`);
  if (!existsSync(join(into, "cloudformation-template-update-stack.json")))
    throw new Error(`serverless package left nothing in ${into}: was another package made at the same time?`);
}
