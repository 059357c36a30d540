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
    exchange_rates: z
      .record(
        z.string().regex(/^[A-Z]{3}$/, "write the currency as ISO 4217 has it, for example EUR"),
        z.record(
          z.string().regex(/^\d{4}-(?:0[1-9]|1[0-2])$/, "write the billing period as YYYY-MM"),
          z
            .union([z.string(), z.number()])
            .transform(String)
            .refine(
              (text) => /^\d{1,9}(\.\d{1,12})?$/.test(text) && Number(text) > 0,
              'write US dollars for one unit, for example "1.0873"',
            ),
        ),
      )
      .default({})
      .describe(
        'US dollars for one unit of a currency that a bill is in, by billing period: EUR: { 2026-10: "1.0873" }. Lines of a period without a rate are in no figure.',
      ),
    linked_accounts: z
      .array(
        z.strictObject({
          billed: z
            .string()
            .regex(/^\d{12}$/)
            .describe("Account that the bill names."),
          partition: z.enum(["aws-us-gov", "aws-cn"]).describe("Partition of the lines that are meant, by their region."),
          calls: z
            .string()
            .regex(/^\d{12}$/)
            .describe("Account that calls, as the log names it."),
        }),
      )
      .default([])
      .describe("Accounts of AWS GovCloud (US) or China whose usage is billed under a linked account of another number."),
    cost_explorer: z
      .boolean()
      .default(false)
      .describe(
        "Whether a deployed stack also asks Cost Explorer, at most twice a day and $0.01 a request (about $2 a month). npx strata-bedrock reconcile --cost-explorer asks once.",
      ),
    explorer_limit: z
      .number()
      .min(0)
      .max(1)
      .default(0.02)
      .describe(
        "Share by which Cost Explorer and the bill may differ before npx strata-bedrock reconcile --cost-explorer says so. alerts.rules.witnesses_disagree.threshold is that of the alert.",
      ),
  })
  .describe("How the bill is read.");
