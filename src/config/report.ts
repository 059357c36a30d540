import { z } from "zod";
import { isZone } from "../local-time.ts";
import { sharedCosts } from "./shared-costs.ts";

const labels = z
  .array(z.string().min(1).max(256))
  .max(10)
  .refine((keys) => new Set(keys).size === keys.length, "name each key once")
  .default([]);

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
        "Secret behind the aliases, needed for them: without one anybody could undo them by trying names. For example the output of openssl rand -hex 16.",
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
    showback_timezone: z
      .string()
      .refine(
        (zone) => zone !== "UTC" && isZone(zone),
        "write an IANA time zone such as Europe/Berlin; UTC is what the other files are cut in",
      )
      .optional()
      .describe(
        "Adds a file of the month cut in this time zone, by local day and team, in estimated dollars. The statement and what ties to an invoice stay in UTC, as the bill is.",
      ),
    by_metadata: labels.describe(
      "Keys of request metadata, for example tenant: a file of the month by the values of each, in estimated dollars. On Athena each scans the records of the month. Where people is not names, keys whose values name people do not belong here.",
    ),
    by_tag: labels.describe(
      "Keys of tags as the bill writes them, for example iamPrincipal/project: a file of the month by the values of each, in billed dollars. Where people is not names, tags that name people do not belong here.",
    ),
    shared: sharedCosts.prefault({}),
  })
  .refine(({ people, pseudonym_key }) => people !== "pseudonyms" || pseudonym_key !== undefined, {
    path: ["pseudonym_key"],
    message: "people: pseudonyms needs a secret, for example the output of openssl rand -hex 16",
  })
  .describe("Monthly statement.");

export type ReportConfig = z.infer<typeof reportConfig>;
