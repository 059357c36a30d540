import { z } from "zod";
import { parseDay } from "../time.ts";

const day = z.string().refine((text) => parseDay(text) !== undefined, "write a day as 2026-10-01");

const places = (meaning: string) => z.array(z.string().min(1)).default([]).describe(meaning);

/** Where logs and bills lie, and how long what is made from them is kept. */
export const sourcesConfig = z
  .strictObject({
    logs: z
      .array(z.string().min(1))
      .default([])
      .describe("Invocation log locations: s3://bucket/prefix or folders. The command line wins."),
    cur: z
      .array(z.string().min(1))
      .default([])
      .describe("CUR 2.0 export locations: s3://bucket/prefix or folders. The command line wins."),
    telemetry: z
      .array(z.string().min(1))
      .default([])
      .describe(
        "What OpenTelemetry collectors write (awss3 or file exporter): s3://bucket/prefix or folders. The command line wins. It says which session, commit or tool a call was for, and changes no dollar.",
      ),
    cloudtrail: places(
      "CloudTrail objects: s3://bucket/prefix or folders. The command line wins. They show calls that no invocation log has, and change no dollar.",
    ),
    batch: places(
      "Output of batch inference jobs, with their manifests, and descriptions of the jobs as aws bedrock get-model-invocation-job prints them: s3://bucket/prefix or folders. Inputs and answers are read for their token counts only.",
    ),
    kiro: places("Daily user reports of Kiro: s3://bucket/prefix or folders. Prompt logs beside them are never opened."),
    identity_users: z
      .array(z.string().min(1))
      .default([])
      .describe(
        "Files that say who a user id of IAM Identity Center is: what aws identitystore list-users prints, or a JSON map of user id to e-mail address. A map may have device ids of Claude Code, too.",
      ),
    telemetry_labels: z
      .array(z.string().min(1).max(128))
      .max(50)
      .default([])
      .describe(
        "Resource attributes of telemetry to keep as labels beside department, team.id, cost_center, feature and tag.*: exact names, or a prefix as org.*.",
      ),
    tool_names: z
      .boolean()
      .default(false)
      .describe(
        "Store the names of the tools that each answer calls. Bodies are then parsed whole and off-loaded answers fetched, which takes several times as long.",
      ),
    offloaded_sessions: z
      .boolean()
      .default(false)
      .describe(
        "Fetch the off-loaded requests of Claude models (above 100 KB) for Claude Code's session, device, version and entrypoint; nothing else of them is kept. One request to S3 a call, and bodies are then parsed whole, which takes several times as long.",
      ),
    event_times: z
      .strictObject({
        from: day.default("2023-01-01").describe("First day. Amazon Bedrock opened in 2023."),
        to: day
          .optional()
          .describe("Last day. Without it: a year after the log object was written, and never before the end of 2029."),
      })
      .prefault({})
      .refine(({ from, to }) => to === undefined || from <= to, { message: "from is later than to" })
      .describe("Days that an event can be of. A record of any other time is quarantined as implausible_time."),
    retention_days: z.int().min(35).default(400).describe("Days that curated data is kept."),
  })
  .describe("Log and bill locations, and retention.");
