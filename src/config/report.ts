import { z } from "zod";

const share = z
  .union([z.string(), z.number()])
  .transform(String)
  .refine(
    (text) => /^(0|[1-9]\d{0,8})(\.\d{1,6})?$/.test(text),
    "write a share as 0.25 or 25; shares are taken relative to their sum",
  );

/** The monthly statement. */
export const reportConfig = z
  .strictObject({
    people: z
      .enum(["names", "pseudonyms", "none"])
      .default("names")
      .describe("How people appear in reports: by name, under stable aliases, or not at all."),
    pseudonym_key: z
      .string()
      .min(8)
      .optional()
      .describe(
        "Secret behind the aliases. Without it the organisation's name is used, which anyone who knows it can undo by trying names.",
      ),
    top_people: z.int().min(1).max(200).default(10).describe("People shown on the page; by_person.csv has all."),
    savings: z
      .boolean()
      .default(true)
      .describe("Look for savings in the month's calls; on Athena these queries scan the records of the month."),
    link_hours: z
      .int()
      .min(1)
      .max(168)
      .optional()
      .describe(
        "Put a link to the page into the info message, valid for so many hours (at most 168, and never longer than the role's own credentials).",
      ),
    shared_costs: z
      .strictObject({
        split: z
          .enum(["by_usage", "even", "fixed", "none"])
          .default("by_usage")
          .describe(
            "How dollars that belong to no team are charged back: in proportion to direct dollars, evenly, by fixed shares, or kept as a line.",
          ),
        shares: z.record(z.string().min(1), share).default({}).describe("Team to share, for split: fixed."),
      })
      .prefault({})
      .refine((value) => value.split !== "fixed" || Object.values(value.shares).some((text) => Number(text) > 0), {
        message: "split: fixed needs shares with at least one above zero",
      })
      .describe("Charging back of unattributed dollars."),
  })
  .describe("Monthly statement.");

export type ReportConfig = z.infer<typeof reportConfig>;
