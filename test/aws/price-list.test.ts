import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it, vi } from "vitest";
import { priceListProducts } from "../../src/aws/price-list.ts";
import { readPriceList } from "../../src/billing/read-price-list.ts";
import { listedText, updateListed } from "../../src/billing/update-listed.ts";
import { type ListedPrices, NOTHING_LISTED, readListedPrices } from "../../src/config/listed-prices.ts";
import { loadConfig } from "../../src/config/load.ts";
import { createPricer } from "../../src/pricing/create-pricer.ts";
import { addListed } from "../../src/pricing/listed-prices.ts";
import { StubService } from "./stub-service.ts";

const TODAY = "2026-11-29";
const NOW = Date.parse(`${TODAY}T12:00:00Z`);

interface Product {
  readonly usageType: string;
  readonly usd: string;
  readonly unit?: string;
  readonly service?: string;
  readonly name?: string;
  readonly region?: string;
  readonly from?: string;
}

/** A product in the documented form of GetProducts (AWS Price List API Reference; AWS Billing User Guide, "Reading the service price list file"). */
function product({
  usageType,
  usd,
  unit = "1K tokens",
  service = "AmazonBedrock",
  name = "Amazon Bedrock",
  ...more
}: Product): string {
  const { region = "us-east-1", from = "2026-11-01" } = more;
  const sku = `SKU${[...usageType].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 1_000_003, 7)}`;
  return JSON.stringify({
    product: {
      productFamily: "Amazon Bedrock",
      attributes: {
        usagetype: usageType,
        regionCode: region,
        servicecode: service,
        servicename: name,
        locationType: "AWS Region",
      },
      sku,
    },
    serviceCode: service,
    terms: {
      OnDemand: {
        [`${sku}.JRTCKXETXF`]: {
          priceDimensions: {
            [`${sku}.JRTCKXETXF.6YS6EN2CT7`]: {
              unit,
              endRange: "Inf",
              description: `$${usd} per ${unit}`,
              appliesTo: [],
              rateCode: `${sku}.JRTCKXETXF.6YS6EN2CT7`,
              beginRange: "0",
              pricePerUnit: { USD: usd },
            },
          },
          sku,
          effectiveDate: `${from}T00:00:00Z`,
          offerTermCode: "JRTCKXETXF",
          termAttributes: {},
        },
      },
    },
    version: "20261120000000",
    publicationDate: "2026-11-20T00:00:00Z",
  });
}

const KIMI = product({ usageType: "USW2-moonshotai.kimi-k3-mantle-input-tokens-standard", usd: "0.0033", region: "us-west-2" });

describe("products of the Price List become prices", () => {
  const one = (given: Product) => readPriceList([product(given)], TODAY).prices[0];

  it.each([
    [{ usageType: "USE1-NovaPro-input-tokens", usd: "0.0008000000" }, "amazon nova-pro in-region+geo on-demand 0 input 0.8"],
    [{ usageType: "USE1-NovaPro-input-tokens-flex", usd: "0.0004" }, "amazon nova-pro in-region+geo flex 0 input 0.4"],
    [
      { usageType: "USE1-Nova2.0Lite-output-tokens-cross-region-global", usd: "0.0025" },
      "amazon nova-2-lite global on-demand 0 output 2.5",
    ],
    [
      {
        usageType: "USE1-MP:USE1_CacheWrite1hInputTokenCount_Global-Units",
        usd: "6",
        unit: "Units",
        service: "AmazonBedrockFoundationModels",
        name: "Claude Sonnet 4.6 (Amazon Bedrock Edition)",
      },
      "anthropic claude-sonnet-4-6 global on-demand 0 cache_write_1h 6",
    ],
    [
      {
        usageType: "USE1-MP:USE1_cached_input_tokens_long_ctx_standard-Units",
        usd: "1.1",
        unit: "1M tokens",
        service: "AmazonBedrockFoundationModels",
        name: "OpenAI GPT-5.5 (Amazon Bedrock Edition)",
      },
      "openai gpt-5.5 in-region+geo on-demand 272000 cache_read 1.1",
    ],
    [
      { usageType: "USE1-openai.gpt-5.6-luna-mantle-cache-write-tokens-30m-standard", usd: "0.000275" },
      "openai gpt-5.6-luna in-region+geo on-demand 0 cache_write 0.275",
    ],
    [{ usageType: "USE1-NovaSonic-speech-input-tokens", usd: "0.0034" }, "amazon nova-sonic in-region+geo on-demand 0 input 3.4"],
    [
      { usageType: "USE1-newlab.atlas-2-mantle-input-tokens-standard", usd: "0.0012" },
      "newlab newlab.atlas-2 in-region+geo on-demand 0 input 1.2",
    ],
  ] as const)("%o", (given, wanted) => {
    const price = one(given);
    const [rate] = Object.entries(price?.rates ?? {});
    expect(
      [price?.vendor, price?.model, price?.routing.join("+"), price?.service_tier, price?.above, ...(rate ?? [])].join(" "),
    ).toBe(wanted);
  });

  it("what is no price of tokens is left, and what is not understood is named", () => {
    const read = readPriceList(
      [
        product({ usageType: "USE1-Guardrail-ContentPolicyUnitsConsumed", usd: "0.15", unit: "1K text units" }),
        product({ usageType: "USE1-NovaSonic-text-input-tokens", usd: "0.00006" }),
        product({ usageType: "USE1-NovaPro-input-tokens-turbo", usd: "0.0009" }),
        product({ usageType: "USE1-NovaPro-input-tokens-latency-optimized", usd: "0.001" }),
        "not json",
        JSON.stringify({ product: { sku: "X" } }),
      ],
      TODAY,
    );
    expect(read.prices).toEqual([]);
    expect(read.left.map(({ why }) => why)).toEqual([
      "not understood: usage type",
      "latency-optimized inference has no price here",
      "not a product of the documented form",
      "not a product of the documented form",
    ]);
  });

  it("of two names for the same price the one without -mantle- counts", () => {
    const both = [
      product({ usageType: "USE1-openai.gpt-oss-120b-mantle-input-tokens-standard", usd: "0.00016" }),
      product({ usageType: "USE1-gpt-oss-120b-input-tokens", usd: "0.00015" }),
    ];
    for (const texts of [both, both.toReversed()])
      expect(readPriceList(texts, TODAY).prices.map(({ rates }) => rates)).toEqual([{ input: "0.15" }]);
  });
});

const read = (texts: readonly string[]) => readPriceList(texts, TODAY).prices;
const at = (listed: ListedPrices, day: string): string | undefined =>
  createPricer({ overrides: [], discounts: [], listed: listed.entries })
    .explain("nova-pro", "us-east-1", Date.parse(day))
    .rows.find(({ routing, serviceTier, kind }) => routing === "in-region" && serviceTier === "on-demand" && kind === "input")
    ?.rate;

describe("prices are kept with their days", () => {
  const nova = (usd: string, from: string): string => product({ usageType: "USE1-NovaPro-input-tokens", usd, from });
  const first = addListed(NOTHING_LISTED, read([nova("0.0009", "2026-10-01")]), "2026-10-05T00:00:00.000Z");

  it("a price holds from the day that AWS gives it; before that the packaged table does", () => {
    expect([at(first, "2026-09-30"), at(first, "2026-10-01"), at(first, "2026-12-01")]).toEqual(["0.8", "0.9", "0.9"]);
  });

  it("the same price at a later term goes on, and another one leaves past days as they were", () => {
    const again = addListed(first, read([nova("0.0009", "2026-11-01")]), "2026-11-05T00:00:00.000Z");
    expect(again.entries).toEqual(first.entries);
    const changed = addListed(again, read([nova("0.0007", "2026-11-15")]), "2026-11-20T00:00:00.000Z");
    expect([at(changed, "2026-11-14"), at(changed, "2026-11-15")]).toEqual(["0.9", "0.7"]);
    expect(changed.entries.map(({ from, to }) => [from, to])).toEqual([
      ["2026-10-01", "2026-11-14"],
      ["2026-11-15", undefined],
    ]);
  });

  it("a price that AWS dates back counts from its day", () => {
    const back = addListed(first, read([nova("0.0007", "2026-09-15")]), "2026-11-20T00:00:00.000Z");
    expect([at(back, "2026-09-14"), at(back, "2026-09-15"), at(back, "2026-10-02")]).toEqual(["0.8", "0.7", "0.7"]);
  });

  it("what is no longer listed keeps its price", () => {
    expect(addListed(first, [], "2026-11-20T00:00:00.000Z").entries).toEqual(first.entries);
  });

  it("an agreed rate comes before the list", () => {
    const agreed = createPricer({
      overrides: [{ model: "nova-pro", rates: { input: "0.5" } }],
      discounts: [],
      listed: first.entries,
    }).explain("nova-pro", "us-east-1", Date.parse("2026-10-02"));
    expect(agreed.rows.find(({ kind, serviceTier }) => kind === "input" && serviceTier === "on-demand")).toMatchObject({
      rate: "0.5",
      listRate: "0.9",
    });
  });
});

describe("the Price List is asked", () => {
  let stub: StubService | undefined;
  afterEach(async () => {
    vi.unstubAllEnvs();
    stub?.stop();
  });

  it("page by page, for each service, and the file prices calls through strata.yml", async () => {
    vi.stubEnv("AWS_ACCESS_KEY_ID", "test");
    vi.stubEnv("AWS_SECRET_ACCESS_KEY", "test");
    stub = await StubService.start();
    stub.on(({ body, operation }) => {
      const { ServiceCode, NextToken } = JSON.parse(body);
      expect(operation).toBe("GetProducts");
      const pages: Record<string, string[][]> = {
        AmazonBedrock: [[KIMI], [product({ usageType: "USE1-NovaPro-input-tokens", usd: "0.0009" })]],
      };
      const page = Number(NextToken ?? 0);
      const list = pages[ServiceCode] ?? [[]];
      const next = page + 1 < list.length ? { NextToken: String(page + 1) } : {};
      return {
        headers: { "content-type": "application/x-amz-json-1.1" },
        body: JSON.stringify({ FormatVersion: "aws_v1", PriceList: list[page], ...next }),
      };
    });
    const { endpoint } = stub;
    const updated = await updateListed(NOTHING_LISTED, (service) => priceListProducts(service, { endpoint }), NOW);
    expect(Object.fromEntries(updated.products)).toEqual({
      AmazonBedrock: 2,
      AmazonBedrockFoundationModels: 0,
      AmazonBedrockService: 0,
    });
    const folder = mkdtempSync(join(tmpdir(), "strata-prices-"));
    writeFileSync(join(folder, "prices.json"), listedText(updated.after));
    writeFileSync(join(folder, "strata.yml"), "prices:\n  list: prices.json\n");
    const pricer = createPricer(loadConfig(join(folder, "strata.yml")).prices);
    const kimi = pricer
      .explain("moonshotai.kimi-k3", "us-west-2", NOW)
      .rows.find(({ kind, serviceTier }) => kind === "input" && serviceTier === "on-demand");
    expect(kimi).toMatchObject({
      rate: "3.3",
      origin: "aws",
      source: "AWS Price List, AmazonBedrock, USW2-moonshotai.kimi-k3-mantle-input-tokens-standard",
    });
    expect(readListedPrices(readFileSync(join(folder, "prices.json"), "utf8"), "prices.json")).toEqual(updated.after);
  });

  it("a refusal says what was asked and what to do", async () => {
    vi.stubEnv("AWS_ACCESS_KEY_ID", "test");
    vi.stubEnv("AWS_SECRET_ACCESS_KEY", "test");
    stub = await StubService.start();
    stub.on(() => ({
      status: 400,
      headers: { "content-type": "application/x-amz-json-1.1", "x-amzn-errortype": "AccessDeniedException" },
      body: JSON.stringify({ message: "not authorized to perform: pricing:GetProducts" }),
    }));
    const { endpoint } = stub;
    await expect(Array.fromAsync(priceListProducts("AmazonBedrock", { endpoint, maxAttempts: 1 }))).rejects.toThrow(
      /prices: .*AmazonBedrock/,
    );
  });

  it("a file that is no list of prices is refused with its name", () => {
    expect(() => readListedPrices("{}", "prices.json")).toThrow("prices.json is no list of prices");
  });
});
