import { z } from "zod";

const glob = z.string().min(1);

/** Tiers of models, and what opaque inference profile and endpoint ids stand for. */
export const modelsConfig = z
  .strictObject({
    tiers: z
      .strictObject({
        premium: z
          .array(glob)
          .default([])
          .describe("Models of the premium tier, by name without routing and revision; * stands for any characters."),
        standard: z.array(glob).default([]).describe("Models of the standard tier."),
        fast: z.array(glob).default([]).describe("Models of the fast tier."),
      })
      .prefault({})
      .superRefine((tiers, context) => {
        const seen = new Map<string, string>();
        for (const [tier, globs] of Object.entries(tiers)) {
          for (const [index, pattern] of globs.entries()) {
            const other = seen.get(pattern);
            if (other !== undefined && other !== tier)
              context.addIssue({
                code: "custom",
                path: [tier, index],
                message: `"${pattern}" is in tier ${other} and in tier ${tier}; keep one`,
              });
            seen.set(pattern, tier);
          }
        }
      })
      .describe(
        "Model tiers; they come before the tiers that Strata knows itself. The first match of premium, standard, fast counts.",
      ),
    inference_profiles: z
      .record(z.string().min(1), z.string().min(1))
      .default({})
      .describe(
        "What an id that says nothing stands for: ARN (or its last part) of an application inference profile, provisioned or imported model, prompt or endpoint, to a model id, system profile id or ARN. A deployed stack asks Bedrock about application inference profiles of its own account that are not named here, and keeps the first answer.",
      ),
  })
  .describe("Names, tiers and profiles of models.");
