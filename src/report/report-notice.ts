import { z } from "zod";
import type { Manifest } from "./manifest-schema.ts";

const usd = z
  .string()
  .regex(/^-?\d+\.\d{2,12}$/)
  .describe("Exact decimal US dollars.");

/** What is told when a month closes or is restated. Published as schemas/statement-notice.schema.json; fields are only ever added. */
export const reportNoticeSchema = z
  .strictObject({
    schema_version: z.literal(1),
    kind: z.literal("statement").describe("Alert messages have other kinds."),
    severity: z.literal("info"),
    rule: z.enum(["month-final", "month-restated"]),
    organisation: z.string(),
    month: z.string().regex(/^\d{4}-\d{2}$/),
    status: z.string().describe("As in the manifest."),
    summary: z.string().describe("What happened, in one sentence."),
    details: z.array(z.string()).describe("Why it was restated, and the tie-out line to the invoice."),
    folder: z.string().describe("Where the files are."),
    estimated_usd: usd,
    billed_usd: usd.nullable(),
  })
  .describe("The statement of a month was closed or restated.");

export type ReportNotice = z.infer<typeof reportNoticeSchema>;

/** What to tell when a month closes or is restated; undefined for a provisional month, of which nobody needs to hear. */
export function reportNotice(manifest: Manifest, folder: string): ReportNotice | undefined {
  if (manifest.status === "provisional") return undefined;
  const { month, organisation, status, totals, restates, tie_out: tieOut } = manifest;
  return {
    schema_version: 1,
    kind: "statement",
    severity: "info",
    rule: restates ? "month-restated" : "month-final",
    organisation,
    month,
    status,
    summary: restates ? `The closed month ${month} was published anew (${status}).` : `The statement of ${month} is final.`,
    details: [
      ...(restates?.why ?? []).map(({ sentence }) => sentence),
      tieOut ? `${tieOut.sentence}.` : `Estimated: ${totals["estimated_usd"]} USD. No bill covers this month.`,
      restates ? `What moved: ${folder}/diff.csv. The version before: ${restates.folder}/.` : `Files: ${folder}/.`,
    ],
    folder,
    estimated_usd: String(totals["estimated_usd"]),
    billed_usd: tieOut?.billed_usd ?? null,
  };
}
