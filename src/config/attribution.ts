import { z } from "zod";

const glob = z.string().min(1).describe("Exact text, or with * for any characters. Case counts.");
const globs = z.union([glob, z.array(glob).min(1)]).transform((value) => (Array.isArray(value) ? value : [value]));

const match = z
  .strictObject({
    principal: globs.optional().describe("Principal ARN as logged."),
    principal_name: globs.optional().describe("User name, role name or permission set."),
    session: globs.optional().describe("Role session name."),
    person: globs.optional().describe("Person, usually an e-mail address."),
    account: globs.optional().describe("Account id, quoted."),
    inference_profile: globs.optional().describe("Inference profile id or ARN."),
    metadata: z.record(z.string(), globs).optional().describe("Request metadata: key to value."),
    tag: z
      .record(z.string(), globs)
      .optional()
      .describe(
        "Tag of the application inference profile, or iamPrincipal tag on the bill, which is known only once the bill is there: key to value.",
      ),
  })
  .refine((rule) => Object.values(rule).some((value) => value !== undefined), { message: "a rule needs at least one condition" });

const rule = z.strictObject({
  name: z
    .string()
    .regex(/^[a-z0-9][a-z0-9_-]*$/, "use lower-case letters, digits, - and _")
    .describe("Shown as attribution_source rule:<name>."),
  match: match.describe("Every condition that is given must hold."),
  team: z.string().min(1).optional(),
  cost_center: z.string().min(1).optional(),
  environment: z.string().min(1).optional(),
  feature: z.string().min(1).optional(),
  person: z.string().min(1).optional(),
});

const team = z.strictObject({
  cost_center: z.string().min(1).optional().describe("Cost center of the team."),
  lead: z.string().min(1).optional().describe("Who is told about the team's budget, usually an e-mail address."),
  members: z.array(glob).default([]).describe("Persons of the team; * allowed."),
});

/** Who pays: rules in order, first match wins for each field; then members, request metadata, and tags on the bill. */
export const attributionConfig = z
  .strictObject({
    teams: z.record(z.string().min(1), team).default({}).describe("Teams by name."),
    rules: z.array(rule).default([]).describe("Rules in order of precedence."),
    metadata_keys: z
      .strictObject({
        team: z.string().default("team"),
        cost_center: z.string().default("cost_center"),
        environment: z.string().default("environment"),
        feature: z.string().default("feature"),
        person: z.string().nullable().default(null).describe("Off by default: callers can write anything."),
      })
      .prefault({})
      .describe("Request metadata keys that are read as attribution."),
    tag_keys: z
      .strictObject({
        team: z.string().default("team"),
        cost_center: z.string().default("cost-center"),
        environment: z.string().default("environment"),
        person: z.string().nullable().default("owner"),
      })
      .prefault({})
      .describe(
        "Keys of tags (of application inference profiles, and iamPrincipal tags on the bill) that are read as attribution.",
      ),
    trust_session_names: z
      .boolean()
      .default(true)
      .describe("Read an e-mail-like session name as the person. Turn off where role sessions can be named freely."),
  })
  .describe("Who pays for a call.");

export type AttributionConfig = z.infer<typeof attributionConfig>;
