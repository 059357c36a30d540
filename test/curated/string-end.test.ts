import fc from "fast-check";
import { expect, it } from "vitest";
import { stringScanner } from "../../src/fast/string-end.ts";

const [vector, plain] = [stringScanner(true), stringScanner(false)];

function end(scanner: typeof vector, text: string): number {
  const bytes = Buffer.from(`${text}\n`);
  scanner.reserve(bytes.length);
  scanner.bytes.set(bytes, scanner.base);
  const found = scanner.stringEnd(scanner.base);
  return found < 0 ? -1 : found - scanner.base;
}

it("finds the end of every string that JSON.stringify writes, wherever it lies in the sixteen bytes", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 200 }), (text) => {
      const behindQuote = JSON.stringify(text).slice(1);
      const expected = Buffer.byteLength(behindQuote) - 1;
      expect(end(vector, behindQuote)).toBe(expected);
      expect(end(plain, behindQuote)).toBe(expected);
    }),
    { seed: 1, numRuns: 200 },
  );
});

it("refuses what JSON.parse refuses", () => {
  fc.assert(
    fc.property(fc.stringMatching(/^[a\\"u0fx\n\t]{0,40}$/), (text) => {
      const quoted = `"${text}"`;
      const close = end(vector, quoted.slice(1));
      expect(end(plain, quoted.slice(1))).toBe(close);
      const valid = ((): boolean => {
        try {
          JSON.parse(close < 0 ? quoted : quoted.slice(0, close + 2));
          return true;
        } catch {
          return false;
        }
      })();
      expect(close >= 0).toBe(valid && close >= 0);
      if (close >= 0) expect(valid).toBe(true);
      else expect(valid).toBe(false);
    }),
    { seed: 1, numRuns: 2000 },
  );
});
