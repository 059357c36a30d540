import { describe, expect, it } from "vitest";
import { listRates } from "../../src/pricing/list-rates.ts";
import { formatRate } from "../../src/pricing/rates.ts";

const KINDS = ["input", "output", "cache_read", "cache_write"] as const;

/** Prices that public tables and bills give, by hand from the table in the case notes: vendor, model, routing, region, prompt above, day, rates. */
const ROWS: readonly (readonly [string, string, "in-region" | "geo" | "global", string, number, string, string])[] = [
  ["openai", "gpt-5.5", "in-region", "us-east-1", 272_000, "2026-11-01", "11/49.5/1.1"],
  ["openai", "gpt-5.4", "in-region", "us-east-1", 272_000, "2026-11-01", "5.5/24.75/0.55"],
  ["amazon", "nova-2-lite", "geo", "eu-west-1", 0, "2026-11-01", "0.429/3.597/0.10725"],
  ["amazon", "nova-2-lite", "geo", "ap-northeast-1", 0, "2026-11-01", "0.396/3.311/0.099"],
  ["amazon", "nova-2-lite", "geo", "ap-southeast-2", 0, "2026-11-01", "0.396/3.311/0.099"],
  ["amazon", "nova-2-lite", "global", "ap-northeast-1", 0, "2026-11-01", "0.36/3.01"],
  ["amazon", "nova-2-pro-preview", "geo", "us-east-1", 0, "2026-11-01", "1.375/11/0.34375"],
  ["amazon", "nova-2-pro-preview", "global", "us-east-1", 0, "2026-11-01", "1.25/10/0.3125"],
  ["anthropic", "claude-sonnet-5-5", "global", "us-east-1", 0, "2026-09-30", "2/10/0.2"],
  ["anthropic", "claude-sonnet-5-5", "global", "us-east-1", 0, "2026-10-01", "2/10/0.1"],
  ["anthropic", "claude-fable-5-2", "global", "us-east-1", 0, "2026-11-01", "8/40/0.2/10"],
  ["anthropic", "claude-fable-5-2", "geo", "us-east-1", 0, "2026-11-01", "8.8/44/0.22/11"],
  ["anthropic", "claude-mythos-5-2", "global", "us-east-1", 0, "2026-11-01", "8/40/0.2/10"],
  ["anthropic", "claude-mythos-5-2", "geo", "us-east-1", 0, "2026-11-01", "8.8/44/0.22/11"],
  ["moonshotai", "kimi-k3", "global", "us-east-1", 0, "2026-11-01", "3/15/0.3/3.75"],
  ["moonshotai", "kimi-k3", "geo", "us-east-1", 0, "2026-11-01", "3.3/16.5/0.33/4.125"],
  ["moonshotai", "kimi-k3.1", "global", "us-east-1", 0, "2026-11-10", "4/20/0.2/5"],
  ["moonshotai", "kimi-k3.1", "geo", "us-east-1", 0, "2026-11-10", "4.4/22/0.22/5.5"],
  ["openai", "gpt-6-astra", "global", "us-east-1", 0, "2026-11-01", "10/50/1/12.5"],
  ["openai", "gpt-6-astra", "geo", "us-east-1", 0, "2026-11-01", "11/55/1.1/13.75"],
  ["openai", "gpt-6-astra", "global", "us-east-1", 272_000, "2026-11-01", "20/75/2/25"],
  ["openai", "gpt-6-astra", "geo", "us-east-1", 272_000, "2026-11-01", "22/82.5/2.2/27.5"],
  ["openai", "gpt-6-sol", "global", "us-east-1", 0, "2026-11-01", "2/10/0.2/2.5"],
  ["openai", "gpt-6-sol", "geo", "us-east-1", 0, "2026-11-01", "2.2/11/0.22/2.75"],
  ["openai", "gpt-6-luna", "global", "us-east-1", 0, "2026-11-01", "0.1/0.5/0.01/0.125"],
  ["openai", "gpt-6-luna", "geo", "us-east-1", 0, "2026-11-01", "0.11/0.55/0.011/0.1375"],
  ["openai", "gpt-6.1-sol", "global", "us-east-1", 0, "2026-11-20", "2/10/0.1/2.5"],
  ["openai", "gpt-6.1-sol", "geo", "us-east-1", 0, "2026-11-20", "2.2/11/0.11/2.75"],
  ["openai", "gpt-6.1-terra", "global", "us-east-1", 0, "2026-11-20", "1/5/0.05/1.25"],
  ["openai", "gpt-6.1-terra", "geo", "us-east-1", 0, "2026-11-20", "1.1/5.5/0.055/1.375"],
  ["zai", "glm-5.3", "global", "us-east-1", 0, "2026-11-01", "1.68/5.28/0.312/2.1"],
  ["zai", "glm-5.3", "geo", "us-east-1", 0, "2026-11-01", "1.848/5.808/0.3432/2.31"],
  ["xai", "grok-4.3", "in-region", "us-east-1", 0, "2026-11-01", "1.25/2.5"],
  ["xai", "grok-4.6", "geo", "us-east-1", 0, "2026-11-01", "2.2/6.6"],
  ["xai", "grok-4.6", "global", "us-east-1", 0, "2026-11-01", "2/6"],
  ["xai", "grok-4.7", "geo", "us-east-1", 0, "2026-11-01", "2.2/6.6"],
  ["xai", "grok-4.7", "global", "us-east-1", 0, "2026-11-01", "2/6"],
  ["meta", "llama3-1-405b-instruct", "geo", "us-east-1", 0, "2026-11-01", "2.4/2.4"],
  ["mistral", "mistral-large-2407", "in-region", "us-east-1", 0, "2026-11-01", "2/6"],
  // Speech models: nearly every token is speech.
  ["amazon", "nova-sonic", "in-region", "us-east-1", 0, "2026-11-01", "3.4/13.6"],
  ["amazon", "nova-2-sonic", "in-region", "us-east-1", 0, "2026-11-01", "3/12"],
  // Open-weight models abroad.
  ["minimax", "minimax-m2.5", "in-region", "eu-west-2", 0, "2026-11-01", "0.47/1.86"],
  ["qwen", "qwen3-coder-next", "in-region", "ap-northeast-1", 0, "2026-11-01", "0.6/1.44"],
  ["moonshotai", "kimi-k2.5", "in-region", "sa-east-1", 0, "2026-11-01", "0.72/3.6"],
  ["deepseek", "deepseek-v3.2", "in-region", "eu-north-1", 0, "2026-11-01", "0.74/2.22"],
];

describe("the packaged table has what public sources say", () => {
  it.each(ROWS)("%s %s %s in %s above %i on %s: %s", (vendor, model, routing, region, above, day, wanted) => {
    const classes = listRates({ vendor, model, routing, region, serviceTier: "on-demand", day });
    const rates = classes.find((one) => one.above === above)?.rates;
    const count = wanted.split("/").length;
    const found = KINDS.slice(0, count).map((kind) => {
      const rate = rates?.get(kind) ?? (kind === "cache_write" ? rates?.get("cache_write_5m") : undefined);
      return rate === undefined ? "none" : formatRate(rate.rate);
    });
    expect(found.join("/")).toBe(wanted);
  });

  it.each([
    ["amazon", "nova-2-lite", "geo", "sa-east-1"],
    ["amazon", "nova-2-lite", "geo", "eu-west-1"],
    ["minimax", "minimax-m2.5", "in-region", "me-south-1"],
    ["amazon", "nova-sonic", "in-region", "us-east-1"],
  ] as const)("a figure carried over or of one source is an estimate: %s %s %s in %s", (vendor, model, routing, region) => {
    const [standard] = listRates({ vendor, model, routing, region, serviceTier: "on-demand", day: "2026-11-01" });
    expect(standard?.rates.get("input")?.estimate).toBe(true);
  });
});
