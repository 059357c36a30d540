import { expect, test } from "vitest";
import { modelsConfig } from "../../src/config/models.ts";

test("an empty section works", () => {
  expect(modelsConfig.parse({})).toEqual({ tiers: { premium: [], standard: [], fast: [] }, inference_profiles: {} });
});

test("unknown keys are rejected by path", () => {
  const result = modelsConfig.safeParse({ tiers: { cheap: ["x"] } });
  expect(result.error?.issues[0]).toMatchObject({ code: "unrecognized_keys", keys: ["cheap"], path: ["tiers"] });
});

test("a model in two tiers names both", () => {
  const result = modelsConfig.safeParse({ tiers: { premium: ["nova-*"], fast: ["llama*", "nova-*"] } });
  expect(result.error?.issues[0]).toMatchObject({
    path: ["tiers", "fast", 1],
    message: '"nova-*" is in tier premium and in tier fast; keep one',
  });
});
