import { expect, test } from "vitest";
import { pricesConfig } from "../../src/config/prices.ts";
import { createPricer } from "../../src/pricing/create-pricer.ts";

test("an empty section works and changes nothing", () => {
  const config = pricesConfig.parse({});
  expect(config).toEqual({ overrides: [], discounts: [], learned: "offer" });
  expect(() => createPricer(config)).not.toThrow();
});

test("numbers and text are read as the decimal that was written", () => {
  const config = pricesConfig.parse({
    overrides: [{ model: "nova-lite", rates: { input: 0.1, output: "0.240" } }],
    discounts: [{ name: "EDP", percent: 7.25 }],
  });
  expect(config.overrides[0]?.rates).toEqual({ input: "0.1", output: "0.240" });
  expect(config.discounts[0]?.percent).toBe("7.25");
});

test.each([
  [{ overides: [] }, [], "Unrecognized key"],
  [{ overrides: [{ model: "x", rates: { inputs: 1 } }] }, ["overrides", 0, "rates"], "Unrecognized key"],
  [{ overrides: [{ model: "x", rates: {} }] }, ["overrides", 0, "rates"], "at least one rate"],
  [{ overrides: [{ model: "x", rates: { input: -1 } }] }, ["overrides", 0, "rates", "input"], "decimal number"],
  [{ overrides: [{ model: "x", rates: { input: "cheap" } }] }, ["overrides", 0, "rates", "input"], "decimal number"],
  [{ overrides: [{ model: "x", rates: { input: 1 }, account: 12345 }] }, ["overrides", 0, "account"], "expected string"],
  [{ overrides: [{ model: "x", rates: { input: 1 }, account: "12345" }] }, ["overrides", 0, "account"], "12 digits"],
  [{ overrides: [{ model: "x", rates: { input: 1 }, from: "2026-02-30" }] }, ["overrides", 0, "from"], "YYYY-MM-DD"],
  [{ overrides: [{ model: "x", rates: { input: 1 }, routing: "regional" }] }, ["overrides", 0, "routing"], "Invalid option"],
  [{ discounts: [{ name: "EDP", percent: 120 }] }, ["discounts", 0, "percent"], "from 0 to 100"],
  [{ discounts: [{ percent: 5 }] }, ["discounts", 0, "name"], "expected string"],
])("%j is refused at its path", (config, path, message) => {
  const issue = pricesConfig.safeParse(config).error?.issues[0];
  expect(issue?.path).toEqual(path);
  expect(issue?.message).toContain(message);
});
