import { z } from "zod";

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
    tool_names: z
      .boolean()
      .default(false)
      .describe(
        "Store the names of the tools that each answer calls. Bodies are then parsed whole and off-loaded answers fetched, which takes several times as long.",
      ),
    retention_days: z.int().min(35).default(400).describe("Days that curated data is kept."),
  })
  .describe("Log and bill locations, and retention.");
