import { z } from "zod";
import data from "./grammar.data.json" with { type: "json" };

const exact = z.string().transform((source) => new RegExp(source));
const anyCase = z.string().transform((source) => new RegExp(source, "i"));

/** What a phrase of a usage type says; each of these may be said once. */
const meaning = z.strictObject({
  direction: z.enum(["input", "output"]).optional(),
  noun: z.literal("tokens").optional(),
  cache: z.enum(["read", "write"]).optional(),
  ttl: z.enum(["5m", "30m", "1h"]).optional(),
  modality: z.enum(["text", "speech", "image", "video"]).optional(),
  tier: z.enum(["on-demand", "batch", "flex", "priority"]).optional(),
  latency: z.literal("optimized").optional(),
  routing: z.enum(["global", "geo"]).optional(),
  context: z.literal("long").optional(),
  endpoint: z.literal("mantle").optional(),
  scale: z.literal("million").optional(),
});

/** The shape of grammar.data.json. Patterns are in order of precedence: the first that is found decides. */
const grammarSchema = z.strictObject({
  about: z.string(),
  source: z.string(),
  checked: z.iso.date(),
  bedrock: z.strictObject({ productCodePrefix: z.string(), productNameContains: z.string(), resourceIdPattern: z.string() }),
  productCodes: z.record(z.string(), z.string()).transform((codes) => new Map(Object.entries(codes))),
  claudePlatform: z.strictObject({ about: z.string(), productName: z.string(), unit: z.string(), what: z.string() }),
  lineItemTypes: z
    .record(z.string(), z.strictObject({ kind: z.enum(["usage", "fee", "adjustment"]), what: z.string().optional() }))
    .transform((types) => new Map(Object.entries(types))),
  regionPrefix: exact,
  marketplacePrefix: exact,
  marketplaceSuffix: exact,
  notToken: z.array(
    z.strictObject({ pattern: exact, what: z.string(), serviceTier: z.string().optional(), unless: exact.optional() }),
  ),
  notTokenUnits: z.array(z.strictObject({ pattern: anyCase, what: z.string() })),
  tokenWords: z
    .array(meaning.extend({ words: z.string() }))
    .transform((phrases) => new Map(phrases.map(({ words, ...said }) => [words, said]))),
  describedRouting: z.array(z.strictObject({ pattern: anyCase, routing: z.enum(["global", "geo"]) })),
  units: z.array(z.strictObject({ pattern: anyCase, tokens: z.int().positive() })),
  describedUnits: z.array(z.strictObject({ pattern: anyCase, tokens: z.int().positive() })),
  opaqueUnit: anyCase,
  marketplaceUnitTokens: z.int().positive(),
});

/** What the token words of a usage type say together. */
export type Said = z.output<typeof meaning>;

/** How the bill words things. */
export const grammar = grammarSchema.parse(data);
