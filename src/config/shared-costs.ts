import { z } from "zod";

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
  .union([
    split.options[0].transform((rule) => ({ default: rule })),
    z
      .strictObject({
        unattributed: split.optional(),
        not_logged: split.optional(),
        not_token_based: split.optional(),
        discount: split.optional(),
        credit: split.optional(),
        refund: split.optional(),
        tax: split.optional(),
        unclassified: split.optional(),
        residual: split.optional(),
        default: split.optional(),
        // One way for all kinds, written without a kind.
        split: z.string().optional(),
        shares: z.record(z.string().min(1), share).optional(),
        team: z.string().min(1).optional(),
      })
      .transform(({ split: way, shares, team, ...kinds }, context) => {
        const forAll = Object.fromEntries(
          Object.entries({ split: way, shares, team }).filter(([, value]) => value !== undefined),
        );
        if (Object.keys(forAll).length === 0) return kinds;
        const rule = split.safeParse(forAll);
        if (rule.success && Object.keys(kinds).length === 0) return { default: rule.data };
        context.addIssue({
          code: "custom",
          message: rule.success ? "give one way for all kinds, or ways by kind, not both" : FORMS,
        });
        return z.NEVER;
      }),
  ])
  .describe(
    "What becomes of dollars that belong to no team: none (a visible line, the default), by_usage (in proportion to direct dollars), even, { split: fixed, shares: { team: share } } or { team: name }. One of these for all, or one by kind; default is for the others.",
  );

export type SharedCosts = z.infer<typeof sharedCosts>;
export type SharedSplit = NonNullable<SharedCosts["default"]>;
