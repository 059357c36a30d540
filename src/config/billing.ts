import { z } from "zod";

export const billingConfig = z
  .strictObject({
    lag_hours: z
      .int()
      .min(0)
      .max(240)
      .default(24)
      .describe(
        "Hours before the end of the bill (of an account and seller) within which a logged call that no line explains counts as not yet billed.",
      ),
    tolerance_usd: z
      .union([z.string(), z.number()])
      .transform(String)
      .refine((text) => /^\d{1,6}(\.\d{1,12})?$/.test(text), 'write dollars as 0.01 or "0.000001"')
      .default("0.000001")
      .describe(
        "Difference between a bill line's cost and its quantity times its rate that counts as rounding. More is a residual.",
      ),
    quantity_tolerance: z
      .union([z.string(), z.number()])
      .transform(String)
      .refine((text) => /^(?:0(?:\.\d{1,12})?|1)$/.test(text), "write a share between 0 and 1, for example 0.001")
      .default("0.001")
      .describe("Share of tokens up to which billed minus logged counts as a residual. More is billed but not logged."),
    cost_explorer: z
      .boolean()
      .default(false)
      .describe(
        "Whether a deployed stack also asks Cost Explorer, at most twice a day and $0.01 a request (about $2 a month). strata reconcile --cost-explorer asks once.",
      ),
    explorer_limit: z
      .number()
      .min(0)
      .max(1)
      .default(0.02)
      .describe(
        "Share by which Cost Explorer and the bill may differ before strata reconcile --cost-explorer says so. alerts.rules.witnesses_disagree.threshold is that of the alert.",
      ),
  })
  .describe("How the bill is read.");
