import { z } from "zod";
import { InputError } from "../errors.ts";
import { PROGRAM } from "../program.ts";

const day = z.string().regex(/^\d{4}-\d{2}-\d{2}$/);
const listedPrices = z.strictObject({
  about: z.string(),
  /** When the list was asked last. */
  read: z.string(),
  entries: z.array(
    z.strictObject({
      id: z.string(),
      vendor: z.string(),
      model: z.string(),
      routing: z.array(z.enum(["in-region", "geo", "global"])),
      regions: z.array(z.string()),
      service_tier: z.string(),
      above: z.int().nonnegative(),
      from: day,
      to: day.optional(),
      rates: z.record(z.string(), z.string()),
      source: z.string(),
      checked: day,
    }),
  ),
});

/** The AWS Price List as it was read, each price with the days on which it held and where it stands. */
export type ListedPrices = z.output<typeof listedPrices>;
export type ListedPrice = ListedPrices["entries"][number];

export const NOTHING_LISTED: ListedPrices = {
  about:
    "Prices of the AWS Price List, written by npx strata-bedrock prices update. USD per million tokens as exact decimals. A price holds from the day of its term (effectiveDate) until the next one.",
  read: "",
  entries: [],
};

/** @throws InputError naming the file and what is wrong with it */
export function readListedPrices(text: string, file: string): ListedPrices {
  const unreadable = (what: string): InputError =>
    new InputError(file, `prices: ${file} is no list of prices: ${what}`, {
      hint: `Write it anew with ${PROGRAM} prices update.`,
    });
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch {
    throw unreadable("it is not JSON");
  }
  const result = listedPrices.safeParse(data);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw unreadable(`${issue?.path.join(".")} ${issue?.message}`);
}
