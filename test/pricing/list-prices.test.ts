import { describe, expect, test } from "vitest";
import { perMillion, pricer, request } from "./factories.ts";

/** Global list prices: in, out, cache read, 5m write, 1h write. */
const claude: [string, string, string, string | null, string | null, string | null][] = [
  ["claude-fable-5-1", "10", "50", "0.25", "12.5", "20"],
  ["claude-fable-5", "10", "50", "1", "12.5", "20"],
  ["claude-opus-5-5", "4", "20", "0.2", "5", "8"],
  ["claude-opus-5", "5", "25", "0.5", "6.25", "10"],
  ["claude-opus-4-8", "5", "25", "0.5", "6.25", "10"],
  ["claude-opus-4-7", "5", "25", "0.5", "6.25", "10"],
  ["claude-opus-4-6-v1", "5", "25", "0.5", "6.25", "10"],
  ["claude-opus-4-5-20251101-v1:0", "5", "25", "0.5", "6.25", "10"],
  ["claude-opus-4-1-20250805-v1:0", "15", "75", "1.5", "18.75", "30"],
  ["claude-opus-4-20250514-v1:0", "15", "75", "1.5", "18.75", "30"],
  ["claude-3-opus-20240229-v1:0", "15", "75", null, null, null],
  ["claude-sonnet-5-5", "2", "10", "0.1", "2.5", "4"],
  ["claude-sonnet-5", "2", "10", "0.2", "2.5", "4"],
  ["claude-sonnet-4-6", "3", "15", "0.3", "3.75", "6"],
  ["claude-sonnet-4-5-20250929-v1:0", "3", "15", "0.3", "3.75", "6"],
  ["claude-sonnet-4-20250514-v1:0", "3", "15", "0.3", "3.75", "6"],
  ["claude-3-7-sonnet-20250219-v1:0", "3", "15", "0.3", "3.75", "6"],
  ["claude-3-5-sonnet-20241022-v2:0", "3", "15", "0.3", "3.75", "6"],
  ["claude-haiku-5-5", "0.1", "0.5", "0.01", "0.125", "0.2"],
  ["claude-haiku-4-5-20251001-v1:0", "1", "5", "0.1", "1.25", "2"],
  ["claude-3-5-haiku-20241022-v1:0", "0.8", "4", "0.08", "1", "1.6"],
  ["claude-3-haiku-20240307-v1:0", "0.25", "1.25", null, null, null],
];

const samePriceEverywhere = /^claude-(3|opus-4-1|opus-4-2025|sonnet-4-2025)/;

describe("Claude", () => {
  test.each(claude)("%s", (id, input, output, read, write5m, write1h) => {
    expect(perMillion(`global.anthropic.${id}`)).toEqual({ input, output, read, write5m, write1h });
  });

  test.each(claude)("%s in its region and by geography: ×1.1 from 4.5 on, the same before", (id, ...global) => {
    const tenth = (text: string | null) =>
      text === null ? null : (Math.round(Number(text) * 11_000_000) / 10_000_000).toString();
    const [input, output, read, write5m, write1h] = samePriceEverywhere.test(id) ? global : global.map(tenth);
    const expected = { input, output, read, write5m, write1h };
    expect(perMillion(`anthropic.${id}`)).toEqual(expected);
    expect(perMillion(`us.anthropic.${id}`)).toEqual(expected);
    expect(perMillion(`eu.anthropic.${id}`, { region: "eu-west-1" })).toEqual(expected);
    expect(perMillion(`jp.anthropic.${id}`, { region: "ap-northeast-1" })).toEqual(expected);
  });
});

describe("others from us-east-1", () => {
  test.each([
    ["amazon.nova-micro-v1:0", "0.035", "0.14", "0.00875"],
    ["amazon.nova-lite-v1:0", "0.06", "0.24", "0.015"],
    ["amazon.nova-pro-v1:0", "0.8", "3.2", "0.2"],
    ["us.amazon.nova-premier-v1:0", "2.5", "12.5", "0.625"],
    ["global.amazon.nova-2-lite-v1:0", "0.3", "2.5", "0.075"],
    ["us.amazon.nova-2-lite-v1:0", "0.33", "2.75", "0.0825"],
    ["amazon.nova-2-sonic-v1:0", "3", "12", null],
    ["meta.llama3-8b-instruct-v1:0", "0.3", "0.6", null],
    ["meta.llama3-70b-instruct-v1:0", "2.65", "3.5", null],
    ["meta.llama3-1-8b-instruct-v1:0", "0.22", "0.22", null],
    ["meta.llama3-1-70b-instruct-v1:0", "0.72", "0.72", null],
    ["us.meta.llama3-2-1b-instruct-v1:0", "0.1", "0.1", null],
    ["us.meta.llama3-2-3b-instruct-v1:0", "0.15", "0.15", null],
    ["us.meta.llama3-2-11b-instruct-v1:0", "0.16", "0.16", null],
    ["us.meta.llama3-2-90b-instruct-v1:0", "0.72", "0.72", null],
    ["us.meta.llama3-3-70b-instruct-v1:0", "0.72", "0.72", null],
    ["us.meta.llama4-scout-17b-instruct-v1:0", "0.17", "0.66", null],
    ["us.meta.llama4-maverick-17b-instruct-v1:0", "0.24", "0.97", null],
    ["mistral.mistral-7b-instruct-v0:2", "0.15", "0.2", null],
    ["mistral.mixtral-8x7b-instruct-v0:1", "0.45", "0.7", null],
    ["mistral.mistral-large-2402-v1:0", "4", "12", null],
    ["mistral.mistral-large-3-675b-instruct", "0.5", "1.5", null],
    ["mistral.mistral-small-2402-v1:0", "1", "3", null],
    ["us.mistral.pixtral-large-2502-v1:0", "2", "6", null],
    ["mistral.ministral-3-3b-instruct", "0.1", "0.1", null],
    ["mistral.ministral-3-8b-instruct", "0.15", "0.15", null],
    ["mistral.ministral-3-14b-instruct", "0.2", "0.2", null],
    ["mistral.magistral-small-2509", "0.5", "1.5", null],
    ["mistral.devstral-2-123b", "0.4", "2", null],
    ["us.deepseek.r1-v1:0", "1.35", "5.4", null],
    ["openai.gpt-oss-120b-1:0", "0.15", "0.6", null],
    ["openai.gpt-oss-20b-1:0", "0.07", "0.3", null],
    ["openai.gpt-5.4", "2.75", "16.5", "0.275"],
    ["us.openai.gpt-5.5", "5.5", "33", "0.55"],
    ["us.openai.gpt-5.6-terra", "2.2", "13.2", "0.22"],
    ["us.openai.gpt-5.6-luna", "0.22", "1.32", "0.022"],
    ["amazon.titan-embed-text-v1", "0.1", null, null],
    ["amazon.titan-embed-text-v2:0", "0.02", null, null],
    ["amazon.titan-text-express-v1", "0.2", "0.6", null],
    ["cohere.embed-english-v3", "0.1", null, null],
    ["cohere.embed-multilingual-v3", "0.1", null, null],
    ["cohere.command-r-v1:0", "0.5", "1.5", null],
    ["cohere.command-r-plus-v1:0", "3", "15", null],
  ])("%s", (id, input, output, read) => {
    expect(perMillion(id)).toMatchObject({ input, output, read });
    const inferred = id === "us.openai.gpt-5.5" || id === "amazon.nova-2-sonic-v1:0";
    expect(pricer().price(request(id, { inputTokens: 1 })).status).toBe(inferred ? "estimated" : "priced");
  });
});

describe("by region", () => {
  test.each([
    ["eu.amazon.nova-pro-v1:0", "eu-central-1", "1.05", "4.2", "0.2625"],
    ["apac.amazon.nova-pro-v1:0", "ap-southeast-2", "0.84", "3.36", "0.21"],
    ["eu.amazon.nova-lite-v1:0", "eu-west-3", "0.078", "0.312", "0.0195"],
    ["apac.amazon.nova-micro-v1:0", "ap-south-1", "0.037", "0.148", "0.00925"],
  ])("%s from %s", (id, region, input, output, read) =>
    expect(perMillion(id, { region })).toMatchObject({ input, output, read }),
  );

  test("Nova 1 where nobody knows its price is unpriced, not the US price", () => {
    expect(pricer().price(request("amazon.nova-pro-v1:0", { inputTokens: 1 }, { region: "me-central-1" })).status).toBe(
      "unpriced",
    );
  });

  test("a US price that is carried over to another region is an estimate", () => {
    expect(pricer().price(request("openai.gpt-oss-120b-1:0", { inputTokens: 1 }, { region: "eu-west-1" })).status).toBe(
      "estimated",
    );
    expect(pricer().price(request("openai.gpt-oss-120b-1:0", { inputTokens: 1 }, { region: "us-west-2" })).status).toBe("priced");
  });

  test("a region's own price comes before one that is carried over", () => {
    expect(perMillion("meta.llama3-8b-instruct-v1:0", { region: "eu-west-2" })).toMatchObject({ input: "0.39", output: "0.78" });
  });

  test("GovCloud has its own prices; what is not known there is unpriced", () => {
    expect(perMillion("anthropic.claude-3-haiku-20240307-v1:0", { region: "us-gov-west-1" })).toMatchObject({
      input: "0.3",
      output: "1.5",
    });
    expect(perMillion("us-gov.anthropic.claude-sonnet-4-5-20250929-v1:0", { region: "us-gov-east-1" })).toMatchObject({
      input: "3.6",
      write1h: "7.2",
    });
    for (const region of ["us-gov-west-1", "cn-north-1"])
      expect(pricer().price(request("anthropic.claude-opus-4-6-v1", { inputTokens: 1 }, { region })).status).toBe("unpriced");
  });
});

/** Rows of the Price List API, per million tokens, as several public repositories copied them; see own-rates.data.json. */
describe("service tiers", () => {
  test.each([
    ["amazon.nova-pro-v1:0", "us-east-1", "flex", "0.4", "1.6", "priced"],
    ["amazon.nova-pro-v1:0", "us-east-1", "priority", "1.4", "5.6", "priced"],
    ["us.amazon.nova-2-lite-v1:0", "us-east-1", "flex", "0.165", "1.375", "priced"],
    ["us.amazon.nova-2-lite-v1:0", "us-east-1", "priority", "0.5775", "4.8125", "priced"],
    ["global.amazon.nova-2-lite-v1:0", "us-west-2", "priority", "0.525", "4.375", "priced"],
    ["qwen.qwen3-32b-v1:0", "us-east-1", "flex", "0.075", "0.3", "priced"],
    ["qwen.qwen3-32b-v1:0", "us-east-1", "priority", "0.2625", "1.05", "priced"],
    ["openai.gpt-oss-20b-1:0", "us-east-1", "priority", "0.1225", "0.525", "priced"],
    ["openai.gpt-oss-120b-1:0", "us-east-1", "priority", "0.2625", "1.05", "estimated"],
    ["amazon.nova-premier-v1:0", "us-east-1", "flex", "1.25", "6.25", "estimated"],
  ])("%s in %s, %s: %s and %s, %s", (id, region, serviceTier, input, output, status) => {
    expect(perMillion(id, { region, serviceTier })).toMatchObject({ input, output, read: null });
    expect(pricer().price(request(id, { inputTokens: 10 }, { region, serviceTier })).status).toBe(status);
  });
});

describe("by date", () => {
  test("Sonnet 5 did not become dearer on 2026-09-01", () => {
    for (const day of ["2026-08-31", "2026-09-01", "2026-11-20"])
      expect(perMillion("global.anthropic.claude-sonnet-5", { day })).toMatchObject({ input: "2", output: "10", read: "0.2" });
  });

  test("cache reads of Sonnet 5.5 became cheaper on 2026-10-01", () => {
    expect(perMillion("global.anthropic.claude-sonnet-5-5", { day: "2026-09-30" }).read).toBe("0.2");
    expect(perMillion("global.anthropic.claude-sonnet-5-5", { day: "2026-10-01" }).read).toBe("0.1");
    expect(perMillion("eu.anthropic.claude-sonnet-5-5", { day: "2026-09-30", region: "eu-west-1" }).read).toBe("0.22");
    expect(perMillion("eu.anthropic.claude-sonnet-5-5", { day: "2026-10-01", region: "eu-west-1" }).read).toBe("0.11");
  });

  test("the price cut of GPT-5.6 Luna holds from its day, and before it the older price", () => {
    expect(perMillion("us.openai.gpt-5.6-luna", { day: "2026-07-29" })).toMatchObject({ input: "1.1", output: "6.6" });
    expect(perMillion("us.openai.gpt-5.6-luna", { day: "2026-07-30" })).toMatchObject({ input: "0.22", output: "1.32" });
  });

  test("the day changes at midnight UTC", () => {
    const at = (time: string) =>
      pricer().price(request("us.openai.gpt-5.6-luna", { inputTokens: 1_000_000 }, { eventTime: Date.parse(time) })).priceId;
    expect(at("2026-07-29T23:59:59.999Z")).toBe("base:gpt-5.6-luna:regional");
    expect(at("2026-07-30T00:00:00.000Z")).toBe("base:gpt-5.6-luna:regional:long:2026-07-30");
  });
});
