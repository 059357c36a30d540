import { expect, test } from "vitest";
import { glob } from "../../src/glob.ts";

test.each([
  ["claude-*", "claude-opus-5", true],
  ["*opus*", "claude-opus-5", true],
  ["claude-*-4-5", "claude-sonnet-4-5", true],
  ["claude-*-4-5", "claude-sonnet-4-5-x", false],
  ["a*a", "a", false],
  ["*", "", true],
  ["a**b", "ab", true],
  ["a*bc*c", "abc", false],
  ["nova.lite", "nova-lite", false],
  ["Nova", "nova", false],
])("%s on %s: %s", (pattern, text, expected) => expect(glob(pattern)(text)).toBe(expected));
