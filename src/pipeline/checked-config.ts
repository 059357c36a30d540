import { defaultConfig, loadConfig } from "../config/load.ts";
import type { StrataConfig } from "../config/strata-config.ts";
import { createPricer } from "../pricing/create-pricer.ts";

/**
 * strata.yml, also checked for what shows only when its prices are put together: overrides and discounts that contradict each other. Said before
 * anything is read or deployed. Without a path the defaults.
 * @throws ConfigError
 */
export function checkedConfig(path?: string): StrataConfig {
  const config = path === undefined ? defaultConfig() : loadConfig(path);
  createPricer(config.prices);
  return config;
}
