import { z } from "zod";
import { isZone } from "../local-time.ts";
import { alertsConfig } from "./alerts.ts";
import { attributionConfig } from "./attribution.ts";
import { billingConfig } from "./billing.ts";
import { budgetsConfig } from "./budgets.ts";
import { deployConfig } from "./deploy.ts";
import type { ListedPrice } from "./listed-prices.ts";
import { modelsConfig } from "./models.ts";
import { pricesConfig } from "./prices.ts";
import { reportConfig } from "./report.ts";
import { sourcesConfig } from "./sources.ts";

/** strata.yml. Every key has a documented default; an empty file works. */
export const strataConfig = z.strictObject({
  organisation: z.string().min(1).default("organisation").describe("Name shown in reports and alerts."),
  timezone: z
    .string()
    .default("UTC")
    .refine(isZone, "write an IANA time zone such as Europe/Berlin")
    .describe(
      "IANA zone of the organisation: days and months of budgets, quiet hours and the times in messages follow it. What ties to an invoice stays in UTC.",
    ),
  sources: sourcesConfig.prefault({}),
  attribution: attributionConfig.prefault({}),
  models: modelsConfig.prefault({}),
  prices: pricesConfig.prefault({}),
  billing: billingConfig.prefault({}),
  budgets: budgetsConfig.prefault([]),
  alerts: alertsConfig.prefault({}),
  report: reportConfig.prefault({}),
  deploy: deployConfig.prefault({}),
});

type Parsed = z.infer<typeof strataConfig>;

/** With the content of the file that `prices.list` names. */
export type StrataConfig = Omit<Parsed, "prices"> & {
  readonly prices: Parsed["prices"] & { readonly listed?: readonly ListedPrice[] };
};
