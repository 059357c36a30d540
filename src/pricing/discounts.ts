import { ConfigError } from "../errors.ts";
import { glob } from "../glob.ts";
import { type Decimal, multiply, parseDecimal } from "../money.ts";
import type { RateQuery } from "./list-rates.ts";
import type { PriceDiscount } from "./prices-config.ts";

/** A discount ready to be matched. */
export interface CompiledDiscount {
  readonly name: string;
  readonly percent: string;
  /** What is left of a dollar: 0.95 for 5 percent. */
  readonly factor: Decimal;
  matches(query: RateQuery, account: string): boolean;
}

const ONE: Decimal = { units: 1n, scale: 0 };

/**
 * Reads `prices.discounts`.
 * @throws ConfigError when a percentage is outside 0 to 100, a period is empty, or two of one name overlap.
 */
export function compileDiscounts(discounts: readonly PriceDiscount[]): CompiledDiscount[] {
  for (const [index, discount] of discounts.entries()) {
    const path = `prices.discounts.${index}`;
    if (discount.from !== undefined && discount.to !== undefined && discount.to < discount.from)
      throw new ConfigError(
        `${path}.to`,
        `pricing: ${path} (${discount.name}) ends on ${discount.to}, before it begins on ${discount.from}`,
        {
          hint: "Both days are included: to may be the same day as from, not an earlier one.",
        },
      );
    const earlier = discounts.slice(0, index).findIndex((other) => other.name === discount.name && overlap(other, discount));
    if (earlier >= 0)
      throw new ConfigError(
        path,
        `pricing: ${path} and prices.discounts.${earlier} are both called "${discount.name}" and their periods overlap`,
        {
          hint: "Give them periods that do not overlap, or different names if both are meant to apply.",
        },
      );
  }
  return discounts.map(compile);
}

const overlap = (one: PriceDiscount, other: PriceDiscount): boolean =>
  (one.from ?? "") <= (other.to ?? "9999") && (other.from ?? "") <= (one.to ?? "9999");

function compile(discount: PriceDiscount, index: number): CompiledDiscount {
  const percent = parseDecimal(discount.percent);
  const hundred = 100n * 10n ** BigInt(percent.scale);
  if (percent.units < 0n || percent.units > hundred)
    throw new ConfigError(
      `prices.discounts.${index}.percent`,
      `pricing: prices.discounts.${index} (${discount.name}) takes ${discount.percent} percent off`,
      {
        hint: "Give a percentage from 0 to 100.",
      },
    );
  const models = discount.models?.map(glob);
  return {
    name: discount.name,
    percent: discount.percent,
    factor: { units: hundred - percent.units, scale: percent.scale + 2 },
    matches: (query, account) =>
      (models === undefined || models.some((matches) => matches(query.model))) &&
      (discount.vendors === undefined || (query.vendor !== null && discount.vendors.includes(query.vendor))) &&
      (discount.accounts === undefined || discount.accounts.includes(account)) &&
      (discount.from === undefined || discount.from <= query.day) &&
      (discount.to === undefined || query.day <= discount.to),
  };
}

/** Product of the factors, exact. */
export const combined = (discounts: readonly CompiledDiscount[]): Decimal =>
  discounts.reduce((product, discount) => multiply(product, discount.factor), ONE);
