import { z } from "zod";

const count = (meaning: string) => z.int().min(0).describe(meaning);
const usd = (meaning: string) =>
  z
    .string()
    .regex(/^-?\d+\.\d{2,12}$/)
    .describe(`${meaning} USD, exact decimal text.`);
const billed = (meaning: string) => usd(meaning).nullable();
const instant = (meaning: string) => z.string().describe(`${meaning} ISO 8601, UTC.`);

const gap = z.strictObject({
  account_id: z.string().describe("Account."),
  region: z.string().describe("Region."),
  first_hour: instant("First hour without records."),
  last_hour: instant("Last hour without records."),
  hours: count("Length of the gap."),
});

const shortHour = z.strictObject({
  account_id: z.string().describe("Account."),
  region: z.string().describe("Region."),
  hour: instant("Start of the hour."),
  ingested: count("Calls in the log."),
  counted: count("Calls that Bedrock counted."),
  undelivered: count("Deliveries of the log that failed."),
});

const byBedrock = z
  .strictObject({
    hours: count("Hours of an account and region in which Bedrock counted calls."),
    counted: count("Calls that it counted; throttled ones are not among them."),
    ingested: count("Calls of those hours in the log, without throttled ones."),
    missing: count("Calls that it counted and that are not in the log, hour by hour."),
    share: z.number().describe("1 - missing / counted."),
    undelivered: count("Deliveries of the log that failed."),
    short_hours: count("Hours in which more than 2 % are missing."),
    shortest: z.array(shortHour).describe("The ten hours in which most are missing."),
  })
  .describe("The log against Bedrock's own counts from CloudWatch; null where nobody asked.");

const completeness = z.strictObject({
  status: z
    .enum(["complete", "short", "gaps", "unknown"])
    .describe("short: fewer calls than Bedrock counted. unknown: not counted, and too little history to expect anything."),
  expected_hours: count("Hours of an account and region in which records were expected."),
  missing_hours: count("Those without any record."),
  share: z.number().nullable().describe("Share of the expected hours that have records; null when none was expected."),
  gaps: z.array(gap),
  by_bedrock: byBedrock.nullable(),
});

export const tracedSchema = z.strictObject({
  seen: z.enum(["both", "log", "client"]).describe("log: no client tells of it. client: it is in no log."),
  match: z
    .enum(["request_id", "message_id", "session", "window", "none"])
    .describe("How the log and the client's telemetry were brought together."),
  calls: count("Calls."),
  estimated_usd: usd("Estimated, of those in the log,"),
  claimed_usd: usd("What the clients estimate,"),
});

const problem = z.strictObject({
  kind: z.enum(["lost", "note"]).describe("lost: a part of the input is not in the result."),
  place: z.string().describe("File, object or export."),
  message: z.string().describe("What is wrong, as a sentence."),
  hint: z.string().describe("What to do, as a sentence."),
});

/** summary.json: what one run found. Every record read is in exactly one of invocations, duplicates, quarantined; the six parts sum to billed_usd exactly. */
export const summarySchema = z
  .strictObject({
    schema_version: z.literal(1),
    objects: count("Log objects that were read."),
    skipped_objects: count("Objects that are not logs: side bodies, permission checks, other files."),
    damaged_objects: count("Log objects that could not be read to their end; what could be read is in."),
    records: count("Records read: invocations + duplicates + quarantined."),
    invocations: count("Calls; repeated deliveries counted once."),
    duplicates: count("Records of calls that were delivered before."),
    quarantined: count("Records that could not be read."),
    coerced: count("Records with a count written as text."),
    outside_range: count("Records outside --from and --to; in no other count."),
    unpriced: count("Invocations with tokens whose rate is unknown."),
    uncounted: count("Invocations with nothing to multiply."),
    not_token_priced: count("Invocations that are billed by hour or model copy."),
    price_estimated: count("Invocations priced with an assumption."),
    unattributed: count("Invocations of no known team."),
    errors: count("Invocations that failed."),
    unknown_fields: z.record(z.string(), z.int()).describe("Records by field that this version does not know."),
    tokens: z.strictObject({
      input: count("Prompt tokens outside the cache."),
      output: count("Completion tokens."),
      cache_read: count("Prompt tokens read from the cache."),
      cache_write_5m: count("Prompt tokens written to the 5-minute cache."),
      cache_write_1h: count("Prompt tokens written to the 1-hour cache."),
    }),
    list_usd: usd("At list prices,"),
    estimated_usd: usd("After discounts and overrides,"),
    estimated_high_usd: usd("If every cache write of unknown duration was a 1-hour write,"),
    guessed_usd: usd("Of estimated_usd, what rests on a guess (price_estimated),"),
    guessed_share: z.number().describe("guessed_usd / estimated_usd, 0 to 1; 0 when nothing was spent."),
    billed_usd: billed("On the bill; null without one;"),
    allocated_usd: billed("Allocated to logged usage,"),
    billed_not_logged_usd: billed("Billed by tokens but never logged,"),
    not_token_based_usd: billed("Hours, storage, images and other units,"),
    adjustments_usd: billed("Credits, discounts, tax and refunds,"),
    unclassified_usd: billed("Lines that nobody knows,"),
    residual_usd: billed("What is left,"),
    not_yet_billed_usd: billed("Estimated, of logged calls inside the delivery lag,"),
    logged_not_billed_usd: billed("Estimated, of logged calls that should be on the bill and are not,"),
    alerts: z
      .strictObject({ info: z.int(), warning: z.int(), critical: z.int(), budget: z.int(), data: z.int() })
      .describe("Incidents that somebody is told about, by tier."),
    learning: z
      .array(
        z.strictObject({ rule: z.string().describe("Rule."), until: z.iso.date().describe("First day on which it can judge.") }),
      )
      .describe("Alert rules that cannot judge yet."),
    months: z.array(z.string()).describe("Months with usage or charges, YYYY-MM."),
    first_event: instant("Earliest event;").nullable(),
    last_event: instant("Latest event;").nullable(),
    completeness,
    traced: z
      .array(tracedSchema)
      .describe("Calls with a session or with client telemetry, by how both sides met; empty where there is neither."),
    problems: z.array(problem),
    statements: z
      .array(z.strictObject({ month: z.string(), status: z.string(), notice: z.string().nullable() }))
      .describe("The statement of each month: its status, and what the info message of a deployed stack says when it closes."),
    reports: z.array(z.string()).describe("Files of the monthly statements, relative to the data folder."),
  })
  .describe("summary.json, version 1");

export type Summary = z.infer<typeof summarySchema>;
export type Completeness = z.infer<typeof completeness>;
export type Problem = z.infer<typeof problem>;
