import { z } from "zod";
import { foldAddress } from "../fold-address.ts";

const usd = z
  .union([z.string(), z.number()])
  .transform(String)
  .refine((text) => /^\d{1,12}(\.\d{1,12})?$/.test(text), 'write dollars as 1200 or "1200.50"');

/** What a budget can be for: everything that attribution knows, and any key of request metadata. */
export const BUDGET_SCOPES = [
  "organisation",
  "account",
  "team",
  "person",
  "cost_center",
  "environment",
  "feature",
  "role",
  "model",
  "metadata",
] as const;

/** Limits. `name` selects one team, person or account; without it the limit applies to each. */
export const budgetsConfig = z
  .array(
    z
      .strictObject({
        scope: z
          .enum(BUDGET_SCOPES)
          .describe(
            "What the limit is for. feature is the application, role the IAM role or user, metadata a key of request metadata.",
          ),
        key: z.string().min(1).max(256).optional().describe("With scope metadata: which key, for example tenant."),
        name: z.string().min(1).optional().describe("Which one; without it, each of them. * allowed."),
        period: z.enum(["day", "month"]).describe("Day or calendar month in the organisation's time zone."),
        count_claimed: z
          .boolean()
          .default(false)
          .describe(
            "Count spend whose team, person or value is merely claimed by the caller (request metadata, session names) as well.",
          ),
        limit_usd: usd.describe("Estimated dollars per period."),
        thresholds: z
          .array(z.number().positive().max(10))
          .min(1)
          .optional()
          .describe("Shares of the limit that are announced. Default 0.8 and 1 for months, 0.8, 0.9 and 1 for days."),
      })
      // An address is one person in any letter case, as attribution keeps it.
      .transform(({ name, ...budget }) => ({
        ...budget,
        ...(name === undefined ? {} : { name: budget.scope === "person" ? foldAddress(name) : name }),
      })),
  )
  .superRefine((budgets, context) => {
    const seen = new Map<string, number>();
    for (const [index, { scope, key, name, period }] of budgets.entries()) {
      if ((key === undefined) === (scope === "metadata"))
        context.addIssue({
          code: "custom",
          path: [index, "key"],
          message: key === undefined ? "is missing: which key of request metadata?" : "goes with scope metadata only",
        });
      const whose = scope === "organisation" ? "" : (name ?? "each");
      const id = JSON.stringify([scope, key, period, whose]);
      const other = seen.get(id);
      if (other !== undefined)
        context.addIssue({
          code: "custom",
          path: [index],
          message: `contradicts budgets.${other}: both limit ${[scope, whose].filter((word) => word !== "").join(" ")} for the ${period}`,
        });
      seen.set(id, index);
    }
  })
  .describe(
    "Budgets by organisation, account, team, person, cost center, environment, feature, role, model or a key of request metadata.",
  );

export type BudgetsConfig = z.infer<typeof budgetsConfig>;
