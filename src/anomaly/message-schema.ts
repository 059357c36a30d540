import { z } from "zod";
import { MEASURES, SCOPES, SEVERITIES } from "../config/alert-rule.ts";
import { NOTICE_KINDS } from "./lifecycle.ts";

const text = z.string();
const instant = z.iso.datetime().describe("UTC.");
const usd = z
  .string()
  .regex(/^-?\d+\.\d{2,12}$/)
  .describe("Exact decimal US dollars.");
const contributor = z.strictObject({ name: text, share: z.number().min(0).max(1).describe("0 to 1.") });

/** What a machine that subscribes to an alert topic receives. Published as schemas/alert-message.schema.json; fields are only ever added. */
export const alertMessage = z
  .strictObject({
    schema_version: z.literal(1),
    alert_id: text.describe("The same in every message about one incident."),
    thread_id: text.describe(
      "The same in every message about one outage: the id under which it was told first, also when a wider incident took over.",
    ),
    kind: z.enum(NOTICE_KINDS).describe("Why this message was sent."),
    severity: z.enum(SEVERITIES),
    rule: text,
    title: text.describe("What is wrong, in a few words."),
    summary: text.describe("The incident in one sentence."),
    organisation: text,
    scope: z.enum(SCOPES),
    scope_name: text.nullable().describe("Which one; null for the organisation."),
    carried_by: z
      .strictObject({ scope: z.enum(["person", "team", "account", "region"]), name: text, share: z.number().min(0).max(1) })
      .nullable()
      .describe("The narrowest part of the scope that has four fifths of it; null where nobody stands out."),
    region: text.nullable().describe("Where four fifths of it happened; null where that is not one region."),
    error_classes: z.array(text).describe("Of errors: the largest classes of the failed calls, with shares."),
    error_codes: z.array(contributor).max(5).describe("Of errors and throttling: the failed calls by the name of the error."),
    team: text.nullable().describe("Where only one is concerned."),
    account_id: text.nullable().describe("Where only one is concerned."),
    state: z.enum(["open", "resolved"]),
    since: instant.describe("Start of the first period that was bad, UTC."),
    found_at: instant.describe("Tick that this message is about, UTC."),
    resolved_at: instant.nullable(),
    measure: z.enum(MEASURES).describe("What the value counts."),
    value: z.number(),
    baseline: z.number().nullable(),
    limit: z.number().nullable().describe("Value at which the breach begins."),
    how_bad: text,
    dollars_usd: usd.describe("What it costs so far."),
    people: z.array(contributor).max(5).describe("Who contributes most."),
    models: z.array(contributor).max(5),
    teams: z.array(contributor).max(5),
    accounts: z.array(contributor).max(5),
    is_not: z.array(text).describe("What it is not."),
    facts: z.record(z.string(), z.string()).describe("The detector's further numbers."),
    explains: z.array(text).describe("Incidents that this one tells too, as rule and scope."),
    advice: text.nullable().describe("What to do; null where the numbers say it."),
    runbook: text.nullable().describe("Address of what to do, from the rule's configuration."),
    dashboard: text.nullable().describe("Address of the dashboard or report."),
    mute_command: text.nullable().describe("Command that mutes it for some hours; null where nothing is deployed."),
    next_query: text.describe("Command that shows the calls behind it."),
  })
  .describe("One alert message.");

export type AlertMessage = z.infer<typeof alertMessage>;

/** The published contract. */
export const alertMessageSchema = (): z.core.JSONSchema.BaseSchema => z.toJSONSchema(alertMessage);
