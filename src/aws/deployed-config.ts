import { configFormat } from "../config/config-format.ts";
import { defaultConfig } from "../config/load.ts";
import type { StrataConfig } from "../config/strata-config.ts";
import type { IdentityUser } from "../pipeline/identity-users.ts";

/**
 * The configuration of a deployed stack. Packaging replaces this file by the checked content of strata.yml (infra/esbuild.cjs), so that a
 * mistake stops the deployment instead of a function, and no function carries a YAML parser. Outside a package it is the default.
 */
export const deployedConfig: StrataConfig = defaultConfig();

/** Shape of that configuration; packaging replaces it, too. */
export const deployedFormat: string = configFormat();

/** Users of IAM Identity Center from the files of sources.identity_users; packaging replaces them, too. */
export const deployedUsers: readonly IdentityUser[] = [];
