import { z } from "zod";

/** Dollars that belong to no team, by what they are. */
const SHARED_KINDS = [
  "unattributed",
  "not_logged",
  "not_token_based",
  "discount",
  "credit",
  "refund",
  "tax",
  "unclassified",
  "residual",
] as const;

const share = z
  .union([z.string(), z.number()])
  .transform(String)
  .refine(
    (text) => /^(0|[1-9]\d{0,8})(\.\d{1,6})?$/.test(text),
    "write a share as 0.25 or 25; shares are taken relative to their sum",
  );

/** A union says only that nothing fitted; this says what does. */
const FORMS =
  "write none, by_usage, even, { split: fixed, shares: { team: 1 } } or { team: name }; split: fixed needs shares with at least one above zero";

const split = z.union(
  [
    z.enum(["none", "by_usage", "even"]).transform((way) => ({ split: way })),
    z.strictObject({ split: z.enum(["none", "by_usage", "even"]) }),
    z
      .strictObject({ split: z.literal("fixed"), shares: z.record(z.string().min(1), share) })
      .refine(({ shares }) => Object.values(shares).some((text) => Number(text) > 0), {
        message: "split: fixed needs shares with at least one above zero",
      }),
    z.strictObject({ team: z.string().min(1) }).transform(({ team }) => ({ split: "team" as const, team })),
  ],
  { error: FORMS },
);

/** What becomes of dollars that belong to no team. */
export const sharedCosts = z
  .union([split.transform((rule) => ({ default: rule })), z.partialRecord(z.enum([...SHARED_KINDS, "default"]), split)], {
    error: `${FORMS}; for all, or one by kind: ${SHARED_KINDS.join(", ")}, default`,
  })
  .describe(
    "What becomes of dollars that belong to no team: none (a visible line, the default), by_usage (in proportion to direct dollars), even, { split: fixed, shares: { team: share } } or { team: name }. One of these for all, or one by kind: unattributed, not_logged, not_token_based, discount, credit, refund, tax, unclassified, residual, and default for the others.",
  );

export type SharedCosts = z.infer<typeof sharedCosts>;
export type SharedSplit = NonNullable<SharedCosts["default"]>;
