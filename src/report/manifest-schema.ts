import { z } from "zod";

/** Raised when a field of the manifest changes its meaning; fields are only ever added otherwise. */
export const MANIFEST_VERSION = 1;

const usd = z
  .string()
  .regex(/^-?\d+\.\d{2,12}$/)
  .describe("Exact decimal US dollars.");
const count = z.int().nonnegative();
const day = z.iso.date();

/** manifest.json beside the files of a monthly statement. Published as schemas/report-manifest.schema.json. */
export const manifestSchema = z
  .strictObject({
    schema_version: z.literal(MANIFEST_VERSION),
    month: z.string().regex(/^\d{4}-\d{2}$/),
    organisation: z.string(),
    status: z.string().regex(/^(provisional|final|restated [1-9]\d*)$/),
    restates: z
      .strictObject({
        folder: z.string().describe("Where the version before is."),
        why: z.array(
          z.strictObject({
            cause: z.enum(["bill", "late_logs", "configuration", "attribution", "prices", "software", "layout"]),
            sentence: z.string(),
          }),
        ),
      })
      .nullable()
      .describe("Null unless this version corrects a closed month."),
    people: z.enum(["names", "pseudonyms", "none"]),
    config: z.record(z.string(), z.string()).describe("Fingerprints of the sections of strata.yml that decide figures."),
    attribution: z
      .record(z.string(), z.string())
      .describe("What named teams, each with a fingerprint of the dollars that it gave to which team."),
    persons: z
      .record(z.string(), z.string())
      .optional()
      .describe("What named people, likewise; not in manifests before it was kept."),
    logs: z.strictObject({
      first_day: day.nullable(),
      last_day: day.nullable(),
      records: count,
      invocations: count,
      duplicates: z.int(),
      records_as_of: day
        .optional()
        .describe(
          "Day on which records and duplicates were counted, where that may be before the rest; a closed month has none.",
        ),
      gap_hours: count,
      missing_days: z.array(day).describe("Days without a single call, though days of their kind have some."),
    }),
    bill: z
      .strictObject({
        versions: z.array(z.string()).describe("Deliveries of the export."),
        first_day: day,
        last_day: day,
        incomplete: z.boolean().describe("Whether parts of the bill could not be read; such a month is never final by itself."),
      })
      .nullable(),
    totals: z.record(z.string(), z.union([z.number(), z.string()])).describe("Counts as numbers, dollars as text."),
    tie_out: z
      .strictObject({
        billed_usd: usd,
        parts: z.record(z.string(), usd),
        difference_usd: usd,
        sentence: z.string(),
        invoices: z
          .array(
            z.strictObject({
              payer_account_id: z.string(),
              invoice_id: z.string(),
              bill_type: z.string(),
              seller: z.string(),
              legal_entity: z.string().optional().describe("Legal entity that sells; not in manifests before it was kept."),
              currency: z.string().optional().describe("Currency of the invoice, ISO 4217."),
              invoiced_amount: usd.optional().describe("Billed amount in that currency."),
              billed_usd: usd,
            }),
          )
          .describe("Payers, invoices, kinds of bill and sellers as the export names them; empty text where it does not."),
      })
      .nullable()
      .describe("The six parts of the bill and what is left when they are taken from it."),
    checks: z
      .array(z.strictObject({ file: z.string(), estimated_usd: usd, billed_usd: usd.nullable(), agrees: z.boolean() }))
      .describe("Sums of each file by dimension, and whether both equal the totals."),
    files: z.array(
      z.strictObject({
        name: z.string(),
        rows: count.nullable().describe("Lines without the header; null for documents."),
        bytes: count,
        sha256: z.string().regex(/^[0-9a-f]{64}$/),
      }),
    ),
  })
  .describe("Manifest of one version of a monthly statement.");

export type Manifest = z.infer<typeof manifestSchema>;
