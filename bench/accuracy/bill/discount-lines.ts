import { type Line, tenDecimals } from "./line.ts";
import { PAID } from "./line-rate.ts";
import { DAY } from "./make-calls.ts";
import type { MonthShape } from "./shape.ts";

/** Discounts as lines of their own: one for each usage type and day. */
export function discountLines(lines: readonly Line[], shape: MonthShape): Line[] {
  const types = { edp: "EdpDiscount", bundled: "BundledDiscount", "private-lines": "PrivateRateDiscount" } as const;
  const { discount } = shape;
  if (discount !== "edp" && discount !== "bundled" && discount !== "private-lines") return [];
  const sums = new Map<string, { line: Line; amount: bigint }>();
  for (const line of lines) {
    const day = Math.floor(line.start / DAY) * DAY;
    const key = `${day}|${line.account}|${line.words.productName}|${line.words.usageType}`;
    const sum = sums.get(key) ?? { line: { ...line, start: day, end: day + DAY }, amount: 0n };
    sum.amount += line.amount;
    sums.set(key, sum);
  }
  return [...sums.values()].map(({ line, amount }) => {
    const off = -tenDecimals((amount * (10_000n - PAID[discount])) / 10_000n);
    return {
      ...line,
      type: types[discount],
      principal: "",
      team: null,
      resource: "",
      quantity: "0",
      rate: 0n,
      amount: off,
      net: off,
      step: "discounts" as const,
    };
  });
}
