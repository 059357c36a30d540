import { z } from "zod";

export const reportConfig = z
  .strictObject({
    people: z.enum(["names", "pseudonyms", "none"]).default("names").describe("How people appear in reports."),
  })
  .describe("Monthly statement.");

export type ReportConfig = z.infer<typeof reportConfig>;
