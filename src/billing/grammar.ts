import { z } from "zod";
import data from "./grammar.data.json" with { type: "json" };

const exact = z.string().transform((source) => new RegExp(source));
const anyCase = z.string().transform((source) => new RegExp(source, "i"));
const tokenType = z.enum(["input", "output", "cache_read", "cache_write_5m", "cache_write_1h"]);

/** The shape of grammar.data.json. Lists are in order of precedence: the first pattern that is found in the text decides. */
const grammarSchema = z.strictObject({
  source: z.string(),
  checked: z.iso.date(),
  bedrock: z.strictObject({ productCodePrefix: z.string(), productNameContains: z.string(), resourceIdPattern: z.string() }),
  lineItemTypes: z
    .record(z.string(), z.strictObject({ kind: z.enum(["usage", "fee", "adjustment"]), what: z.string().optional() }))
    .transform((types) => new Map(Object.entries(types))),
  regionPrefix: exact,
  marketplacePrefix: exact,
  marketplaceSuffix: exact,
  notToken: z.array(
    z.strictObject({ pattern: anyCase, what: z.string(), serviceTier: z.string().optional(), unless: anyCase.optional() }),
  ),
  notTokenUnits: z.array(z.strictObject({ pattern: anyCase, what: z.string() })),
  tokenTypes: z.array(z.strictObject({ pattern: anyCase, tokenType })),
  modelEnd: anyCase,
  modality: anyCase,
  routing: z.array(z.strictObject({ pattern: anyCase, routing: z.enum(["global", "geo"]) })),
  serviceTier: z.array(z.strictObject({ pattern: anyCase, serviceTier: z.string() })),
  endpoint: z.array(z.strictObject({ pattern: anyCase, endpoint: z.enum(["mantle", "batch"]) })),
  longContext: anyCase,
  latencyOptimized: anyCase,
  units: z.array(z.strictObject({ pattern: anyCase, tokens: z.int().positive() })),
  describedUnits: z.array(z.strictObject({ pattern: anyCase, tokens: z.int().positive() })),
  opaqueUnit: anyCase,
  marketplaceUnitTokens: z.int().positive(),
});

/** How the bill words things. */
export const grammar = grammarSchema.parse(data);
