import { z } from "zod";
import { parseDay } from "../time.ts";
import { PERSON_SOURCE_NAMES } from "./person-sources.ts";
import { SOURCE_KINDS } from "./source-kinds.ts";

const glob = z.string().min(1).describe("Exact text, or with * for any characters. Case counts.");
const oneOrMore = (one: z.ZodString) =>
  z.union([one, z.array(one).min(1)]).transform((value) => (Array.isArray(value) ? value : [value]));
const globs = oneOrMore(glob);
const labels = z.record(z.string().min(1), globs).optional();

const day = z.string().refine((text) => parseDay(text) !== undefined, { message: "a day is written YYYY-MM-DD" });
const period = {
  from: day.optional().describe("First UTC day; from the beginning unless given."),
  to: day.optional().describe("Last UTC day, included; for ever unless given."),
};
const inOrder = ({ from, to }: { from?: string | undefined; to?: string | undefined }) => !from || !to || from <= to;
const IN_ORDER = { message: "from is later than to", path: ["to"] };

const match = z
  .strictObject({
    principal: globs.optional().describe("Principal ARN as logged or billed."),
    principal_name: globs.optional().describe("User name, role name or permission set."),
    session: globs.optional().describe("Role session name. A caller may choose it."),
    person: globs.optional().describe("Person, usually an e-mail address; its letter case does not count."),
    account: globs.optional().describe("Account id, quoted."),
    resource: globs
      .optional()
      .describe(
        "ARN or id of what was used: application inference profile, provisioned, custom or imported model, agent, knowledge base.",
      ),
    inference_profile: globs.optional().describe("Inference profile id or ARN."),
    tag: labels.describe("A tag of any of the classes below: key to value. Letter case of a key does not count, here and below."),
    resource_tag: labels.describe("Tag of the resource: key to value."),
    principal_tag: labels.describe("iamPrincipal/… tag on the bill, of a user, role or session: key to value."),
    user_attribute: labels.describe("userAttribute/… on the bill: key to value."),
    account_tag: labels.describe("accountTag/… on the bill: key to value."),
    cost_category: labels.describe("Cost category on the bill: name to value."),
    usage_type: globs.optional().describe("Usage type on the bill."),
    model: globs.optional().describe("Model, for example claude-sonnet-4-6."),
    region: globs.optional().describe("Region that was called."),
    metadata: labels.describe("Request metadata: key to value. A caller can write anything."),
  })
  .refine((rule) => Object.values(rule).some((value) => value !== undefined), { message: "a rule needs at least one condition" });

const rule = z
  .strictObject({
    name: z
      .string()
      .regex(/^[a-z0-9][a-z0-9_-]*$/, "use lower-case letters, digits, - and _")
      .describe("Shown as attribution_source rule:<name>."),
    match: match.describe(
      "Every condition that is given must hold. A fact that a call or a billed line does not have matches nothing.",
    ),
    ...period,
    team: z.string().min(1).optional(),
    cost_center: z.string().min(1).optional(),
    environment: z.string().min(1).optional(),
    feature: z.string().min(1).optional(),
    person: z.string().min(1).optional(),
  })
  .refine(inOrder, IN_ORDER);

const person = glob.describe("Person, usually an e-mail address; * allowed. Letter case does not count.");
const accountId = z.string().min(1).describe("Account id, quoted; * allowed.");
/** A text alone holds for ever. */
const always = (value: string): { value: string; from?: string | undefined; to?: string | undefined } => ({ value });
const member = z.union([
  person.transform(always),
  z
    .strictObject({ person, ...period })
    .refine(inOrder, IN_ORDER)
    .transform(({ person: value, ...days }) => ({ value, ...days })),
]);
const ownAccount = z.union([
  accountId.transform(always),
  z
    .strictObject({ account: accountId, ...period })
    .refine(inOrder, IN_ORDER)
    .transform(({ account: value, ...days }) => ({ value, ...days })),
]);

const team = z.strictObject({
  cost_center: z.string().min(1).optional().describe("Cost center of the team."),
  lead: z.string().min(1).optional().describe("Who is told about the team's budget, usually an e-mail address."),
  members: z
    .array(member)
    .default([])
    .describe("Persons of the team, each with the days of membership where it is not for ever."),
  accounts: z.array(ownAccount).default([]).describe("Accounts of the team: what nothing else names in them is the team's."),
});

const keys = (...names: string[]) => oneOrMore(z.string().min(1)).prefault(names);

/** Who pays: one table for calls and billed lines. */
export const attributionConfig = z
  .strictObject({
    teams: z.record(z.string().min(1), team).default({}).describe("Teams by name."),
    rules: z
      .array(rule)
      .default([])
      .describe("Rules for calls and billed lines alike; for each field the first that matches and names it wins."),
    tags: z
      .strictObject({
        team: keys("team"),
        cost_center: keys("cost-center"),
        environment: keys("environment"),
        feature: keys("project"),
        person: z
          .union([z.string().min(1), z.array(z.string().min(1))])
          .transform((value) => (Array.isArray(value) ? value : [value]))
          .prefault(["owner"])
          .describe("Read from tags of principals and user attributes only. [] for none."),
      })
      .prefault({})
      .describe(
        "Which tags say what: a key or several, the first that is there wins. Letter case and - _ . between words do not count. Read from tags of resources and principals and from user attributes; costCategory/Name reads a cost category.",
      ),
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
    order: z
      .array(z.enum(SOURCE_KINDS))
      .default([...SOURCE_KINDS])
      .refine((order) => new Set(order).size === order.length, { message: "names a source twice" })
      .describe(
        "Which source names the team where several could; a source that is left out names none. docs/reconciliation.md gives the reasons.",
      ),
    person_order: z
      .array(z.enum(PERSON_SOURCE_NAMES))
      .default([...PERSON_SOURCE_NAMES])
      .refine((order) => new Set(order).size === order.length, { message: "names a source twice" })
      .describe(
        "Which source names the person of a call where several could; a source that is left out names nobody (tags count as configured where principal_tag is left out). docs/other-calls.md gives the reasons.",
      ),
    trust_session_names: z
      .boolean()
      .default(true)
      .describe("Read an e-mail-like session name as the person. Turn off where role sessions can be named freely."),
  })
  .describe("Who pays for a call and for a line on the bill.");

export type AttributionConfig = z.infer<typeof attributionConfig>;
