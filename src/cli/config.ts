import type { Command } from "commander";
import { configFormat } from "../config/config-format.ts";
import { CONFIG_KEY, needsDeployment, parseStored, storedText } from "../config/stored-config.ts";
import type { StrataConfig } from "../config/strata-config.ts";
import { ConfigError } from "../errors.ts";
import { checkedConfig } from "../pipeline/checked-config.ts";
import { configuredUsers, IDENTITY_USERS_KEY, type IdentityUser, identityUsersText } from "../pipeline/identity-users.ts";
import type { ObjectStore } from "../ports.ts";
import { writeChanged } from "../write-changed.ts";
import { stageData } from "./shared/stage-places.ts";

interface Options {
  stage: string;
  config: string;
}

export function configCommand(program: Command, done: (code: number) => void): void {
  program
    .command("config")
    .addHelpText("after", "\nExamples:\n  $ strata config push --stage prod")
    .command("push")
    .description("let the functions go by this strata.yml from now on, without a deployment")
    .requiredOption("--stage <stage>", "stage of the stack")
    .option("--config <file>", "strata.yml", "strata.yml")
    .addHelpText("after", "\nExamples:\n  $ strata config push --stage prod")
    .action(async ({ stage, config }: Options) => {
      const checked = checkedConfig(config);
      await pushConfig(await stageData(stage), checked, stage, configuredUsers(checked, config));
      console.log(`${config} counts for the stage ${stage} within a minute.`);
      done(0);
    });
}

/**
 * @param users of IAM Identity Center, from the files that strata.yml names
 * @throws ConfigError when there is nothing to replace, or only a deployment makes that change
 */
export async function pushConfig(
  data: ObjectStore,
  config: StrataConfig,
  stage: string,
  users: readonly IdentityUser[] = [],
): Promise<void> {
  const deploy = `Deploy: npx serverless deploy --stage ${stage}.`;
  const there = await data.readAll(CONFIG_KEY);
  if (there === undefined)
    throw new ConfigError(CONFIG_KEY, `config: ${data.name} holds no configuration of a stack`, { hint: deploy });
  const before = parseStored(Buffer.from(there.bytes).toString("utf8"));
  if (before.format !== configFormat())
    throw new ConfigError(CONFIG_KEY, "config: the stack is of another release than this command", {
      hint: `${deploy} Or use the release that was deployed.`,
    });
  const [first, ...more] = needsDeployment(before.config, config);
  if (first !== undefined)
    throw new ConfigError(first, `config: ${[first, ...more].join(", ")} changed, which grants and rules of the stack follow`, {
      hint: deploy,
    });
  await data.write(CONFIG_KEY, storedText({ format: before.format, config }), { ifEtag: there.etag });
  await writeChanged(data, IDENTITY_USERS_KEY, identityUsersText(users));
}
