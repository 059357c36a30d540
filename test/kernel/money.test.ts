import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { allocate, divideHalfEven, formatUsd, inDollars, multiply, parseDecimal, parseUsd, toPico } from "../../src/money.ts";

describe("money", () => {
  it.each([
    ["0", 0n],
    ["1", 1_000_000_000_000n],
    ["0.0033", 3_300_000_000n],
    ["-0.50", -500_000_000_000n],
    ["3.6E-8", 36_000n],
    ["1e3", 1_000_000_000_000_000n],
    ["0.0000000000005", 0n],
    ["0.0000000000015", 2n],
    ["-0.0000000000015", -2n],
  ])("reads %s dollars as %s pico-dollars, half to even", (text, pico) => {
    expect(parseUsd(text)).toBe(pico);
  });

  it.each(["", "1,5", "abc", "0x10", "NaN", "Infinity", "1e9999", "--1"])("refuses %j by name", (text) => {
    expect(() => parseDecimal(text)).toThrow(`money: "${text}" is not a decimal number`);
  });

  it.each([
    [0n, "0.00"],
    [5_000_000_000_000n, "5.00"],
    [3_300_000_000n, "0.0033"],
    [-1n, "-0.000000000001"],
  ])("writes %s exactly as %s", (pico, text) => {
    expect(formatUsd(pico)).toBe(text);
  });

  it.each([
    ["1234.505", "$1,234.50"],
    ["1234.515", "$1,234.52"],
    ["-1234567.891", "-$1,234,567.89"],
    ["0.0033", "$0.0033"],
    ["0", "$0.00"],
  ])("shows %s as %s", (usd, text) => {
    expect(inDollars(parseUsd(usd))).toBe(text);
  });

  it("gives back every amount that it wrote", () => {
    fc.assert(fc.property(fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n }), (pico) => parseUsd(formatUsd(pico)) === pico));
  });

  it("rounds a division to the nearest integer and ties to the even one", () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(10n ** 20n), max: 10n ** 20n }), fc.bigInt({ min: 1n, max: 10n ** 9n }), (a, b) => {
        const twice = (a - divideHalfEven(a, b) * b) * 2n;
        const distance = twice < 0n ? -twice : twice;
        expect(distance < b || (distance === b && divideHalfEven(a, b) % 2n === 0n)).toBe(true);
      }),
    );
  });

  it("multiplies exactly", () => {
    expect(toPico(multiply(parseDecimal("1234567"), parseDecimal("0.0000033")))).toBe(4_074_071_100_000n);
  });

  it("allocates so that the parts sum to the whole, none further than one unit from its share", () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: -(10n ** 18n), max: 10n ** 18n }),
        fc.array(fc.bigInt({ min: 0n, max: 10n ** 9n }), { minLength: 1, maxLength: 20 }),
        (total, weights) => {
          const parts = allocate(total, weights);
          const sum = weights.reduce((a, b) => a + b, 0n);
          expect(parts.reduce((a, b) => a + b, 0n)).toBe(total);
          if (sum === 0n) return;
          for (const [index, part] of parts.entries()) {
            const error = part * sum - total * (weights[index] ?? 0n);
            expect(error < sum && error > -sum).toBe(true);
          }
        },
      ),
    );
  });
});
