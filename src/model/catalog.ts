import { glob } from "../glob.ts";
import data from "./catalog.data.json" with { type: "json" };
import type { ModelTier } from "./identity.ts";

interface Family {
  readonly vendor: string;
  readonly pattern: RegExp;
  readonly family: string;
  readonly version: string | null;
}

const families: readonly Family[] = data.families.map((entry) => ({ ...entry, pattern: new RegExp(entry.pattern) }));
const renamed: ReadonlyMap<string, string> = new Map(Object.entries(data.renamed));
const vendorPrefix: ReadonlyMap<string, string> = new Map(data.vendors.map((vendor) => [vendor.segment, vendor.prefix]));
const bareNames: readonly (readonly [string, string])[] = data.vendors.flatMap((vendor) =>
  vendor.bare.map((start) => [start, vendor.segment] as const),
);
const tierOrder: readonly ModelTier[] = ["premium", "standard", "fast"];
const catalogTiers = tierOrder.map((tier) => ({ tier, matchers: data.tiers[tier].map(glob) }));

/** Whether `segment` is a model maker as written in model ids. */
export const isVendor = (segment: string): boolean => vendorPrefix.has(segment);

/** The maker of a name without a vendor segment, as telemetry writes it (`claude-sonnet-4-6`). */
export const vendorOfBareName = (name: string): string | undefined => bareNames.find(([start]) => name.startsWith(start))?.[1];

/** Tier that Strata knows for a model name; null when it knows none. */
export const catalogTier = (model: string): ModelTier | null =>
  catalogTiers.find(({ matchers }) => matchers.some((matches) => matches(model)))?.tier ?? null;

/**
 * The name of a model without date stamp and revision: `claude-sonnet-4-5-20250929-v1:0` → `claude-sonnet-4-5`.
 * A second or later major revision is another model with another price and stays: `titan-embed-text-v2`, `claude-3-5-sonnet-v2`.
 */
export function canonicalName(vendor: string, rest: string): string {
  // Provisioned variants name a context size after the revision (":0:200k"), clients a window in brackets ("[1m]").
  const known = rest.replace(/\[[^[\]]*\]$/, "").replace(/(?<=:\d+):[0-9a-z]+$/, "");
  const direct = renamed.get(known);
  if (direct !== undefined) return direct;
  const name = known
    .replace(/:\d+$/, "")
    .replace(/-\d{8}(?=-v\d+$|$)/, "")
    .replace(/-v[01]$/, "")
    .replace(/(?<=\d[bm])-1$/, "");
  const prefix = vendorPrefix.get(vendor) ?? "";
  const full = name.startsWith(prefix) ? name : `${prefix}${name}`;
  return renamed.get(full) ?? full;
}

/** Family and version of a canonical name: by the catalog's patterns, else the words before the first number. */
export function familyOf(vendor: string, model: string): { readonly family: string; readonly version: string | null } {
  for (const entry of families) {
    if (entry.vendor !== vendor) continue;
    const match = entry.pattern.exec(model);
    if (!match) continue;
    const fill = (text: string) => text.replace(/\{(\d)\}/g, (_, group: string) => match[Number(group)] ?? "");
    const version = entry.version === null ? "" : fill(entry.version).replace(/-$/, "").replaceAll("-", ".");
    return { family: fill(entry.family), version: version === "" ? null : version };
  }
  const words = /^[a-z]+(?:-[a-z]{3,})*/.exec(model)?.[0];
  const version = /(?<![0-9a-z])v?(\d+(?:[.-]\d+)*)(?![0-9]*[a-z])/.exec(model)?.[1]?.replaceAll("-", ".");
  return { family: words ?? model, version: version ?? null };
}
