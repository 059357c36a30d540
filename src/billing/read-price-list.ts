import { z } from "zod";
import { jsonOf } from "../json-of.ts";
import { parseModelId } from "../model/model-id.ts";
import { multiply, parseDecimal } from "../money.ts";
import { entriesOf } from "../pricing/list-rates.ts";
import type { ListedNow } from "../pricing/listed-prices.ts";
import { formatRate } from "../pricing/rates.ts";
import { classifyUsage } from "./classify-usage.ts";
import type { UsageClass } from "./usage-class.ts";

/** Services of the Price List that carry Bedrock; CUR product codes are the same words. */
export const PRICE_LIST_SERVICES = ["AmazonBedrock", "AmazonBedrockFoundationModels", "AmazonBedrockService"] as const;

/** A product as GetProducts answers it, each a JSON text (AWS Billing User Guide, "Reading the service price list file"). */
const product = z.object({
  product: z.object({ sku: z.string(), attributes: z.record(z.string(), z.string()) }),
  serviceCode: z.string().optional(),
  terms: z.object({
    OnDemand: z
      .record(
        z.string(),
        z.object({
          effectiveDate: z.string(),
          priceDimensions: z.record(
            z.string(),
            z.object({
              unit: z.string(),
              description: z.string().default(""),
              beginRange: z.string().default("0"),
              pricePerUnit: z.record(z.string(), z.string()),
            }),
          ),
        }),
      )
      .optional(),
  }),
});

/** What became of the list. */
export interface ReadPriceList {
  readonly prices: readonly ListedNow[];
  /** Usage types of tokens that could not be made a price, with the reason. */
  readonly left: readonly { readonly usageType: string; readonly why: string }[];
}

/**
 * The token prices among products of the Price List.
 * @param texts products as JSON, in any order
 * @param today `YYYY-MM-DD`, the day on which they were read
 */
export function readPriceList(texts: Iterable<string>, today: string): ReadPriceList {
  const prices = new Map<string, { readonly price: ListedNow; readonly plain: boolean }>();
  const left: { usageType: string; why: string }[] = [];
  for (const text of texts) {
    const read = product.safeParse(jsonOf(text));
    if (!read.success) {
      left.push({ usageType: text.slice(0, 60), why: "not a product of the documented form" });
      continue;
    }
    for (const found of pricesOf(read.data, today)) {
      if ("why" in found) left.push(found);
      else {
        // Some models are listed under two names, of which the one without -mantle- is the endpoint's that is logged.
        const key = JSON.stringify([{ ...found.price, id: "", source: "", rates: Object.keys(found.price.rates) }]);
        const other = prices.get(key);
        if (other === undefined || (found.plain && !other.plain)) prices.set(key, found);
      }
    }
  }
  return { prices: [...prices.values()].map(({ price }) => price), left };
}

type Found = { readonly price: ListedNow; readonly plain: boolean } | { readonly usageType: string; readonly why: string };

function pricesOf({ product: { sku, attributes }, serviceCode, terms }: z.output<typeof product>, today: string): Found[] {
  const usageType = attributes["usagetype"] ?? "";
  const region = attributes["regionCode"] ?? "";
  const service = serviceCode ?? attributes["servicecode"] ?? "";
  return Object.values(terms.OnDemand ?? {}).flatMap(({ effectiveDate, priceDimensions }) =>
    Object.values(priceDimensions).flatMap(({ unit, description, beginRange, pricePerUnit }): Found[] => {
      const usd = pricePerUnit["USD"];
      if (usd === undefined || beginRange !== "0") return [];
      const line = classifyUsage({
        productCode: service,
        productName: attributes["servicename"] ?? "",
        usageType,
        operation: "",
        unit,
        description,
        billingEntity: "AWS",
        lineItemType: "Usage",
      });
      if (line.chargeKind === "not_token") return [];
      const why = (text: string): Found[] => [{ usageType, why: text }];
      if (line.chargeKind !== "token" || line.model === null) return why(`not understood: ${line.what}`);
      if (line.what === "latency-optimized") return why("latency-optimized inference has no price here");
      if (otherModality(line)) return [];
      const vendor = vendorOf(line.model, usageType);
      if (vendor === undefined) return why("the maker of the model is not known");
      const above = line.contextClass === "long" ? thresholdOf(line.model) : 0;
      if (above === undefined) return why("how long a long context is, is not known for this model");
      if (!/^\d{4}-\d{2}-\d{2}/.test(effectiveDate) || region === "") return why("no day or no region");
      const from = effectiveDate.slice(0, 10);
      const kind = kindOf(line, vendor);
      const tier = line.serviceTier ?? "on-demand";
      const routing: ListedNow["routing"] = line.routing === null ? ["in-region", "geo"] : [line.routing];
      return [
        {
          plain: line.endpoint !== "mantle",
          price: {
            id: `aws:${sku}:${from}`,
            vendor,
            model: line.model,
            routing,
            regions: [region],
            service_tier: tier,
            above,
            from,
            rates: { [kind]: perMillion(usd, line.tokensPerUnit ?? 1) },
            source: `AWS Price List, ${service}, ${usageType}`,
            checked: today,
          },
        },
      ];
    }),
  );
}

/** A speech model is priced by its speech, any other by its text: the log counts all tokens together. */
const otherModality = ({ model, modality }: UsageClass): boolean =>
  modality !== null && modality !== (model?.includes("sonic") === true ? "speech" : "text");

function vendorOf(model: string, usageType: string): string | undefined {
  const known = entriesOf(model)[0]?.vendor ?? parseModelId(model)?.vendor;
  return known ?? /-([a-z0-9]+)\.[a-z]/.exec(usageType)?.[1];
}

/** The packaged table knows the thresholds; the list names the class only. */
const thresholdOf = (model: string): number | undefined =>
  entriesOf(model).find(({ above }) => above > 0)?.above ?? (model.startsWith("claude-") ? 200_000 : undefined);

/** Makers other than Anthropic have one cache write, whatever the duration in its name. */
const kindOf = ({ tokenType }: UsageClass, vendor: string): string =>
  tokenType?.startsWith("cache_write") === true && vendor !== "anthropic" ? "cache_write" : (tokenType ?? "input");

function perMillion(usd: string, tokensPerUnit: number): string {
  const zeros = 6 - (String(tokensPerUnit).length - 1);
  return formatRate(multiply(parseDecimal(usd), { units: 10n ** BigInt(zeros), scale: 0 }));
}
