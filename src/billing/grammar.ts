import data from "./grammar.data.json" with { type: "json" };

const rule = <T extends { readonly pattern: string }>(entry: T): T & { readonly test: RegExp } => ({
  ...entry,
  test: new RegExp(entry.pattern, "i"),
});

/** How the bill words things: patterns in order of precedence, from grammar.data.json. */
export const grammar = {
  bedrock: data.bedrock,
  lineItemTypes: new Map<string, { readonly kind: string; readonly what?: string }>(Object.entries(data.lineItemTypes)),
  regionPrefix: new RegExp(data.regionPrefix),
  marketplacePrefix: new RegExp(data.marketplacePrefix),
  marketplaceSuffix: new RegExp(data.marketplaceSuffix),
  notToken: data.notToken.map((entry: { pattern: string; what: string; serviceTier?: string; unless?: string }) => ({
    ...rule(entry),
    except: entry.unless === undefined ? undefined : new RegExp(entry.unless, "i"),
  })),
  notTokenUnits: data.notTokenUnits.map(rule),
  tokenTypes: data.tokenTypes.map(rule),
  modelEnd: new RegExp(data.modelEnd, "i"),
  modality: new RegExp(data.modality, "i"),
  routing: data.routing.map(rule),
  serviceTier: data.serviceTier.map(rule),
  endpoint: data.endpoint.map(rule),
  longContext: new RegExp(data.longContext, "i"),
  latencyOptimized: new RegExp(data.latencyOptimized, "i"),
  units: data.units.map(rule),
  describedUnits: data.describedUnits.map(rule),
  opaqueUnit: new RegExp(data.opaqueUnit, "i"),
  marketplaceUnitTokens: data.marketplaceUnitTokens,
} as const;
