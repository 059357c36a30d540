import { z } from "zod";
import { foldAddress } from "../fold-address.ts";

/** Whose premium models are denied when a budget is used up. Off unless asked for, and a dry run until told otherwise. */
export const enforcementConfig = z
  .strictObject({
    enabled: z.boolean().default(false).describe("Whether budgets that say reject lead to denials."),
    dry_run: z
      .boolean()
      .default(true)
      .describe("Only write down what would be denied; what was denied before is still released."),
    principals: z
      .array(
        z
          .strictObject({
            arn: z
              .string()
              .regex(/^arn:aws[a-z-]*:iam::\d{12}:(role|user)\/[\w+=,.@/-]+$/, "write the ARN of an IAM role or user, without *")
              .describe("IAM role or user that is denied."),
            scope: z.enum(["organisation", "account", "team", "person"]).describe("Whose budget decides."),
            name: z.string().min(1).optional().describe("Which team, person or account; none for the organisation."),
          })
          .transform(({ name, ...principal }) => ({
            ...principal,
            ...(name === undefined ? {} : { name: principal.scope === "person" ? foldAddress(name) : name }),
          })),
      )
      .default([])
      .describe("Only these principals are ever denied anything."),
    models: z
      .array(
        z
          .string()
          .max(100)
          .regex(/^(?=\**[\w.:-])[\w.:*-]+$/, "write a model id, * allowed, for example anthropic.claude-opus*"),
      )
      // A managed policy has at most 6,144 characters (IAM quotas), and a model takes two ARNs.
      .max(15)
      .default([])
      .describe("Model ids that are denied, * allowed."),
  })
  .superRefine(({ enabled, principals, models }, context) => {
    if (enabled && models.length === 0)
      context.addIssue({ code: "custom", path: ["models"], message: "is empty, so enabled would deny nothing" });
    for (const [index, { scope, name }] of principals.entries())
      if ((name === undefined) !== (scope === "organisation"))
        context.addIssue({
          code: "custom",
          path: ["principals", index, "name"],
          message: name === undefined ? `is missing: which ${scope}?` : "does not go with scope organisation",
        });
  })
  .describe("Denials of premium models for principals whose budget is used up.");

export type EnforcementConfig = z.infer<typeof enforcementConfig>;
