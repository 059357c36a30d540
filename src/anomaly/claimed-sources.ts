import { attributionSources } from "../attribution/sources.ts";
import type { StrataConfig } from "../config/strata-config.ts";

/** Sources of attribution, as in `attribution_source`, whose word is merely the caller's own. Text for the query parameter `claimed`. */
export const claimedSources = ({ attribution }: Pick<StrataConfig, "attribution">): string =>
  `|${attributionSources(attribution)
    .filter(({ trust }) => trust === "claimed")
    .map(({ name }) => name)
    .join("|")}|`;
