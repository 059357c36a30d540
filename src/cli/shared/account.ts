import { existsSync } from "node:fs";
import { SdkAccountView } from "../../aws/account-view.ts";
import { resolveRegion } from "../../aws/resolve-region.ts";
import { defaultConfig, loadConfig } from "../../config/load.ts";
import type { StrataConfig } from "../../config/strata-config.ts";
import type { AccountView } from "../../doctor/account-view.ts";
import { type AccountFacts, collectFacts } from "../../doctor/facts.ts";
import { UsageError } from "../../errors.ts";
import { STAGE } from "../../template/stage.ts";
import { progress } from "./progress.ts";

export interface AccountRequest {
  readonly regions: readonly string[];
  readonly config?: string | undefined;
  readonly stage: string;
  readonly quiet: boolean;
}

/** Looks at the account behind the SDK's default credentials. The first region is the stack's. */
export async function lookAtAccount(request: AccountRequest): Promise<{ view: AccountView; facts: AccountFacts }> {
  for (const region of request.regions)
    if (!/^[a-z]{2}(-[a-z]+)+-\d$/.test(region))
      throw new UsageError(`--region: "${region}" is not a region`, { hint: "For example --region us-east-1 eu-west-1." });
  if (!STAGE.test(request.stage))
    throw new UsageError(`--stage: "${request.stage}" is not a stage`, {
      hint: "Lower-case letters and digits, for example --stage prod.",
    });
  const home = request.regions[0] ?? (await resolveRegion());
  const regions = request.regions.length > 0 ? [...new Set(request.regions)] : [home];
  const view = new SdkAccountView({ region: home, now: Date.now });
  const asking = progress("Asking the account", request.quiet);
  const facts = await collectFacts(view, { config: configOf(request.config), stage: request.stage, regions, now: Date.now() });
  asking.done(facts.identity.ok ? facts.identity.value.account : "no identity");
  return { view, facts };
}

/** The given file; else strata.yml of this folder, which is what a deployment uses; else defaults. */
function configOf(file: string | undefined): StrataConfig {
  if (file !== undefined) return loadConfig(file);
  return existsSync("strata.yml") ? loadConfig("strata.yml") : defaultConfig();
}
