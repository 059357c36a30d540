import { describe, expect, it } from "vitest";
import { guessedShare, guessedText } from "../../src/pricing/guessed.ts";

const dollars = (text: string): bigint => BigInt(Math.round(Number(text) * 1e6)) * 1_000_000n;

describe("how much of an estimate is guessed", () => {
  it.each([
    ["0", "100", undefined],
    ["1", "0", undefined],
    ["44.1", "100", "44.1 % of it guessed"],
    ["100", "100", "all of it guessed"],
    ["0.01", "100", "under 0.1 % of it guessed"],
    ["0.1", "100", "0.1 % of it guessed"],
    ["99.9", "100", "99.9 % of it guessed"],
    ["99.99", "100", "over 99.9 % of it guessed"],
  ])("%s of %s: %s", (guessed, estimated, text) => expect(guessedText(dollars(guessed), dollars(estimated))).toBe(text));

  it("is a share to six digits, and none of nothing", () => {
    expect(guessedShare(1n, 3n)).toBe(0.333333);
    expect(guessedShare(0n, 0n)).toBe(0);
  });
});
