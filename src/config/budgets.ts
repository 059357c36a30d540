import { z } from "zod";

const usd = z
  .union([z.string(), z.number()])
  .transform(String)
  .refine((text) => /^\d{1,12}(\.\d{1,12})?$/.test(text), 'write dollars as 1200 or "1200.50"');

/** Limits. `name` selects one team, person or account; without it the limit applies to each. */
export const budgetsConfig = z
  .array(
    z.strictObject({
      scope: z.enum(["organisation", "account", "team", "person"]).describe("What the limit is for."),
      name: z.string().min(1).optional().describe("Which one; without it, each of them. * allowed."),
      period: z.enum(["day", "month"]).describe("UTC day or calendar month."),
      limit_usd: usd.describe("Estimated dollars per period."),
      thresholds: z
        .array(z.number().positive().max(10))
        .min(1)
        .optional()
        .describe("Shares of the limit that are announced. Default 0.8 and 1 for months, 0.8, 0.9 and 1 for days."),
    }),
  )
  .superRefine((budgets, context) => {
    const seen = new Map<string, number>();
    for (const [index, { scope, name, period }] of budgets.entries()) {
      const whose = scope === "organisation" ? "" : (name ?? "each");
      const key = JSON.stringify([scope, period, whose]);
      const other = seen.get(key);
      if (other !== undefined)
        context.addIssue({
          code: "custom",
          path: [index],
          message: `contradicts budgets.${other}: both limit ${[scope, whose].filter((word) => word !== "").join(" ")} for the ${period}`,
        });
      seen.set(key, index);
    }
  })
  .describe("Budgets by organisation, account, team or person.");

export type BudgetsConfig = z.infer<typeof budgetsConfig>;
