import { canonicalName, familyOf, isVendor, vendorOfBareName } from "./catalog.ts";
import type { Routing } from "./identity.ts";

/** What a model id or system profile id says by itself. */
export interface ParsedModelId {
  readonly vendor: string;
  readonly family: string;
  readonly model: string;
  readonly version: string | null;
  /** Null for a bare name, which says nothing about routing. */
  readonly routing: Routing | null;
  /** The id itself when it is that of a system profile. */
  readonly profile: string | null;
}

const remembered = new Map<string, ParsedModelId | undefined>();
const REMEMBER = 10_000;

/**
 * Reads `anthropic.claude-3-haiku-20240307-v1:0`, `us.amazon.nova-lite-v1:0`, `global.anthropic.claude-opus-4-8`, or a bare
 * `claude-opus-4-8`. What stands before a known maker is a routing prefix: `global` or, whatever it says, a geography.
 * @returns undefined when no known maker is named.
 */
export function parseModelId(id: string): ParsedModelId | undefined {
  if (remembered.has(id)) return remembered.get(id);
  const parsed = parse(id);
  // Ids come from data: what is remembered has to have an end.
  if (remembered.size >= REMEMBER) remembered.clear();
  remembered.set(id, parsed);
  return parsed;
}

function parse(id: string): ParsedModelId | undefined {
  const [first = "", second = ""] = id.split(".", 2);
  if (id.startsWith(`${first}.`)) {
    if (isVendor(first)) return named(first, id.slice(first.length + 1), "in-region", null);
    if (isVendor(second) && /^[a-z][a-z0-9-]*$/.test(first) && id.startsWith(`${first}.${second}.`))
      return named(second, id.slice(first.length + second.length + 2), first === "global" ? "global" : "geo", id);
  }
  const vendor = vendorOfBareName(id);
  return vendor === undefined ? undefined : named(vendor, id, null, null);
}

function named(vendor: string, rest: string, routing: Routing | null, profile: string | null): ParsedModelId | undefined {
  if (!/^[a-z0-9]/.test(rest)) return undefined;
  const model = canonicalName(vendor, rest);
  return { vendor, model, ...familyOf(vendor, model), routing, profile };
}
