import { ConfigError } from "../errors.ts";
import type { Routing } from "../model/identity.ts";
import { parseModelId } from "../model/model-id.ts";
import type { Decimal } from "../money.ts";
import type { RateQuery } from "./list-rates.ts";
import type { PriceOverride } from "./prices-config.ts";
import { type RateKind, type Rates, readRates } from "./rates.ts";

/** An override ready to be matched. */
export interface CompiledOverride {
  readonly id: string;
  readonly path: string;
  readonly model: string;
  /** What it is limited to; what is not there is not a limit. */
  readonly scope: ReadonlyMap<"routing" | "region" | "account" | "service_tier", string>;
  readonly from: string;
  readonly to: string;
  readonly net: boolean;
  readonly rates: Rates;
}

const FIRST_DAY = "0000-00-00";
const LAST_DAY = "9999-12-31";

/**
 * Reads `prices.overrides`.
 * @throws ConfigError naming both when two of the same precedence give a rate for the same call, and naming one whose period is empty.
 */
export function compileOverrides(overrides: readonly PriceOverride[]): CompiledOverride[] {
  const compiled = overrides.map(compile);
  for (const [index, one] of compiled.entries()) {
    for (const other of compiled.slice(index + 1)) {
      const kind = contradiction(one, other);
      if (kind === undefined) continue;
      throw new ConfigError(
        other.path,
        `pricing: ${other.path} (${other.id}) and ${one.path} (${one.id}) both set ${kind} of ${one.model} for the same calls`,
        { hint: "Give them periods that do not overlap, or limit one of them further (routing, region, account, service_tier)." },
      );
    }
  }
  return compiled;
}

function compile(override: PriceOverride, index: number): CompiledOverride {
  const path = `prices.overrides.${index}`;
  const parsed = parseModelId(override.model);
  const routing = override.routing ?? profileRouting(override.model);
  const scope = new Map<"routing" | "region" | "account" | "service_tier", string>();
  if (routing !== undefined) scope.set("routing", routing);
  if (override.region !== undefined) scope.set("region", override.region);
  if (override.account !== undefined) scope.set("account", override.account);
  if (override.service_tier !== undefined) scope.set("service_tier", override.service_tier);
  const from = override.from ?? FIRST_DAY;
  const to = override.to ?? LAST_DAY;
  if (to < from)
    throw new ConfigError(`${path}.to`, `pricing: ${path} of ${override.model} ends on ${to}, before it begins on ${from}`, {
      hint: "Both days are included: to may be the same day as from, not an earlier one.",
    });
  const rates = readRates(override.rates);
  if (rates.size === 0)
    throw new ConfigError(`${path}.rates`, `pricing: ${path} of ${override.model} gives no rate`, {
      hint: "Give at least one, for example input.",
    });
  return {
    id: override.name ?? `override-${index + 1}`,
    path,
    model: parsed?.model ?? override.model,
    scope,
    from,
    to,
    net: override.net ?? false,
    rates,
  };
}

/** `global.anthropic.…` limits to global; a plain id or name holds for every routing. */
function profileRouting(model: string): Routing | undefined {
  const parsed = parseModelId(model);
  return parsed?.profile === null ? undefined : (parsed?.routing ?? undefined);
}

/** The kind of rate for which neither comes before the other, if any. */
function contradiction(one: CompiledOverride, other: CompiledOverride): RateKind | undefined {
  if (one.model !== other.model || one.scope.size !== other.scope.size || one.to < other.from || other.to < one.from)
    return undefined;
  for (const [key, value] of one.scope) {
    const also = other.scope.get(key);
    if (also !== undefined && also !== value) return undefined;
  }
  return [...one.rates.keys()].find((kind) => other.rates.has(kind));
}

/** What an override says about one call, by kind; of several the most limited one counts. */
export function overrideRates(
  overrides: readonly CompiledOverride[],
  query: RateQuery,
  account: string,
): Map<RateKind, { readonly rate: Decimal; readonly override: CompiledOverride }> {
  const values = { routing: query.routing, region: query.region, account, service_tier: query.serviceTier };
  const matching = overrides
    .filter((override) => override.model === query.model && override.from <= query.day && query.day <= override.to)
    // A rate agreed for on-demand says nothing about batch: without service_tier an override is for on-demand.
    .filter((override) => override.scope.has("service_tier") || query.serviceTier === "on-demand")
    .filter((override) => [...override.scope].every(([key, value]) => values[key] === value))
    .sort((a, b) => b.scope.size - a.scope.size);
  const rates = new Map<RateKind, { rate: Decimal; override: CompiledOverride }>();
  for (const override of matching) {
    for (const [kind, rate] of override.rates) if (!rates.has(kind)) rates.set(kind, { rate, override });
  }
  return rates;
}
