import type { Command } from "commander";
import { readPolicy } from "../../doctor/read-policy.ts";
import { diagnose } from "../../doctor/run-checks.ts";
import { checksText, doctorText } from "./doctor-text.ts";

interface Options {
  region?: string[];
  config?: string;
  stage: string;
  json?: boolean;
  policy?: boolean;
  data?: string;
}

export function doctorCommand(program: Command, done: (code: number) => void): void {
  program
    .command("doctor")
    .option("--region <region...>", "regions in which models are called; the first is the stack's (default: of your AWS profile)")
    .option("--config <file>", "strata.yml; the one in this folder unless given")
    .option("--stage <stage>", "stage of the stack", "dev")
    .option("--data <dir>", "look at a data folder instead of an account: what clients' telemetry lacks")
    .option("--json", "print every check as JSON")
    .option("--policy", "print the IAM policy that doctor needs, and ask nothing")
    .addHelpText(
      "after",
      `
It sends commands that read and no others. What it may not ask is listed with the IAM action that would allow it.
Exit code 0 when nothing fails, 1 when something does.

Examples:
  $ strata doctor
  $ strata doctor --region us-east-1 eu-west-1 --stage prod
  $ strata doctor --data ./data
  $ strata doctor --policy > doctor-policy.json
  $ strata doctor --json | jq '.checks[] | select(.status == "fail")'`,
    )
    .action(async (options: Options) => {
      if (options.policy) {
        console.log(JSON.stringify(readPolicy(), null, 2));
        return;
      }
      if (options.data !== undefined) {
        const { lookAtData } = await import("./doctor-data.ts");
        const checks = await lookAtData(options.data);
        console.log(options.json ? JSON.stringify({ checks }, null, 2) : checksText(`Telemetry in ${options.data}`, checks));
        return;
      }
      // The AWS clients take longer to load than all the rest, and no other command needs them.
      const { lookAtAccount } = await import("../shared/account.ts");
      const { facts } = await lookAtAccount({
        regions: options.region ?? [],
        config: options.config,
        stage: options.stage,
        quiet: options.json === true,
      });
      const diagnosis = diagnose(facts);
      console.log(options.json ? JSON.stringify(diagnosis, null, 2) : doctorText(diagnosis));
      done(diagnosis.status === "fail" ? 1 : 0);
    });
}
