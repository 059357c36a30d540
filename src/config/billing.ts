import { z } from "zod";

export const billingConfig = z
  .strictObject({
    lag_hours: z
      .int()
      .min(0)
      .max(240)
      .default(24)
      .describe("Hours after which a logged call is expected on the bill. Younger calls count as not yet billed."),
  })
  .describe("How the bill is read.");

export type BillingConfig = z.infer<typeof billingConfig>;
