import { z } from "zod";

export const billingConfig = z
  .strictObject({
    lag_hours: z
      .int()
      .min(0)
      .max(240)
      .default(24)
      .describe("Hours after which a logged call is expected on the bill. Younger calls count as not yet billed."),
    tolerance_usd: z
      .union([z.string(), z.number()])
      .transform(String)
      .refine((text) => /^\d{1,6}(\.\d{1,12})?$/.test(text), 'write dollars as 0.01 or "0.000001"')
      .default("0.000001")
      .describe(
        "Difference between a bill line's cost and its quantity times its rate that counts as rounding. More is a residual.",
      ),
    rate_days: z.int().min(1).max(92).default(7).describe("Billed days from which effective rates are learned."),
  })
  .describe("How the bill is read.");

export type BillingConfig = z.infer<typeof billingConfig>;
