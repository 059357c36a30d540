import { describe, expect, test } from "vitest";
import { dollars, perMillion, pricer, request } from "./factories.ts";

const sonnet45 = "global.anthropic.claude-sonnet-4-5-20250929-v1:0";

describe("long context", () => {
  test("the whole request moves up when its prompt exceeds the threshold, not at it", () => {
    expect(dollars(pricer().price(request(sonnet45, { inputTokens: 200_000, outputTokens: 10 }))).estimatedCost).toBe("0.60015");
    // 200,001 × 6 + 10 × 22.5
    expect(dollars(pricer().price(request(sonnet45, { inputTokens: 200_001, outputTokens: 10 }))).estimatedCost).toBe("1.200231");
  });

  test.each(["cacheReadTokens", "cacheWrite5mTokens", "cacheWrite1hTokens", "cacheWriteUnsplitTokens"] as const)(
    "%s count towards it",
    (kind) => {
      const priced = (count: number) => pricer().price(request(sonnet45, { inputTokens: 100_000, [kind]: count }));
      expect(priced(100_000).inputCost).toBe(300_000_000_000n);
      expect(priced(100_001).inputCost).toBe(600_000_000_000n);
    },
  );

  test.each([
    [sonnet45, { input: "6", output: "22.5", read: "0.6", write5m: "7.5", write1h: "12" }],
    ["us.anthropic.claude-sonnet-4-5-20250929-v1:0", { input: "6.6", read: "0.66", write5m: "8.25", write1h: "13.2" }],
    ["us.anthropic.claude-sonnet-4-20250514-v1:0", { input: "6", read: "0.6", write5m: "7.5", write1h: "12" }],
    ["global.anthropic.claude-sonnet-4-6", { input: "3", read: "0.3" }],
    ["global.anthropic.claude-opus-4-8", { input: "5", read: "0.5" }],
    ["us.openai.gpt-5.6-terra", { input: "4.4", read: "0.44" }],
  ])("%s in a prompt of a million tokens", (id, expected) => {
    const { output: _, ...prompts } = { output: null, ...expected };
    expect(perMillion(id, {}, 1_000_000)).toMatchObject(prompts);
  });

  test("output of a long regional request of Sonnet 4.5 is 24.75", () => {
    const priced = pricer().price(
      request("us.anthropic.claude-sonnet-4-5-20250929-v1:0", { inputTokens: 300_000, outputTokens: 1_000 }),
    );
    expect(dollars(priced).outputCost).toBe("0.02475");
  });

  test("GPT-5.6 moves up above 272,000 tokens: input doubles, output is half as much again", () => {
    const priced = (inputTokens: number) =>
      dollars(pricer().price(request("us.openai.gpt-5.6-terra", { inputTokens, outputTokens: 1_000 })));
    expect(priced(272_000)).toMatchObject({ inputCost: "0.5984", outputCost: "0.0132" });
    expect(priced(272_001)).toMatchObject({ inputCost: "1.1968044", outputCost: "0.0198" });
  });

  test("Haiku 5.5 has two classes from 2026-10-07", () => {
    expect(perMillion("global.anthropic.claude-haiku-5-5", { day: "2026-10-08" }, 1_000_000)).toMatchObject({
      input: "0.5",
      read: "0.05",
    });
    expect(perMillion("global.anthropic.claude-haiku-5-5", { day: "2026-10-08" }, 100_000)).toMatchObject({
      input: "0.1",
      read: "0.01",
    });
  });
});
