import { InputError } from "../errors.ts";
import type { Routing } from "../model/identity.ts";
import { type PicoUsd, parseUsd } from "../money.ts";
import type { QueryParams, Row, SqlValue, Warehouse } from "../ports.ts";
import { baseRates, ownRates } from "../pricing/rate-entry.ts";

/** Token counts by type; whole numbers. */
export interface Tokens {
  readonly input: number;
  readonly output: number;
  readonly cacheRead: number;
  readonly cacheWrite5m: number;
  readonly cacheWrite1h: number;
}

/** Calls that share everything a price depends on; made by sql/planning/usage_slices. */
export interface UsageSlice {
  readonly day: string;
  readonly accountId: string;
  readonly region: string;
  readonly routing: Routing | null;
  readonly vendor: string | null;
  readonly model: string;
  readonly tier: string | null;
  readonly serviceTier: string;
  readonly team: string;
  /** Person, or name of the service. */
  readonly who: string;
  readonly kind: "person" | "service";
  readonly streaming: boolean;
  /** Prompt and answer are at most as large as the filter's `small`. */
  readonly small: boolean;
  /** The same calls with prompts cut to the filter's `trimTo`; null where none was longer. */
  readonly trimmed: Tokens | null;
  /** Largest price edge below the prompts of these calls; 0 for the standard context. */
  readonly above: number;
  readonly calls: number;
  /** Calls that a per-request price is charged for. */
  readonly chargedCalls: number;
  readonly tokens: Tokens;
  readonly images: number;
  readonly videoSeconds: number;
  readonly audioSeconds: number;
  /** As stored with the calls; null when they had no price. */
  readonly estimatedCost: PicoUsd | null;
}

export interface SliceFilter {
  readonly from: string;
  readonly to: string;
  readonly team?: string | undefined;
  readonly who?: string | undefined;
  readonly model?: string | undefined;
  /** Which calls count as small. */
  readonly small?: { readonly promptTokens: number; readonly outputTokens: number } | undefined;
  /** Longer prompts are also counted cut to this size. */
  readonly trimTo?: number | undefined;
}

const EDGES = 4;

/** Prompt sizes above which some model in the price table changes its price, rising. */
export const priceEdges: readonly number[] = [...new Set([...ownRates, ...baseRates].map(({ above }) => above))]
  .filter((above) => above > 0)
  .sort((a, b) => a - b);

/** The largest edge that a prompt exceeds; 0 for the standard context. */
export const edgeBelow = (promptTokens: number): number => priceEdges.findLast((edge) => promptTokens > edge) ?? 0;

/** @throws RangeError when the price table has more context classes than the query has room for. */
export async function usageSlices(warehouse: Warehouse, filter: SliceFilter): Promise<UsageSlice[]> {
  if (priceEdges.length > EDGES)
    throw new RangeError(`planning: ${priceEdges.length} context edges, planning/usage_slices has room for ${EDGES}`);
  const params: QueryParams = {
    from: filter.from,
    to: filter.to,
    team: filter.team ?? null,
    who: filter.who ?? null,
    model: filter.model ?? null,
    small_prompt: filter.small?.promptTokens ?? null,
    small_output: filter.small?.outputTokens ?? null,
    trim_to: filter.trimTo ?? null,
    ...Object.fromEntries(priceEdges.map((edge, index) => [`edge_${index + 1}`, edge])),
  };
  return (await warehouse.query("planning/usage_slices", params)).rows.map(readSlice);
}

function readSlice(row: Row): UsageSlice {
  return {
    day: text(row.dt),
    accountId: text(row.account_id),
    region: text(row.region),
    routing: routingOf(row.routing),
    vendor: row.vendor === null || row.vendor === undefined ? null : text(row.vendor),
    model: text(row.model),
    tier: row.model_tier === null || row.model_tier === undefined ? null : text(row.model_tier),
    serviceTier: text(row.service_tier),
    team: text(row.team),
    who: text(row.who),
    kind: row.kind === "person" ? "person" : "service",
    streaming: row.streaming === true,
    small: row.small === true,
    trimmed: row.long === true ? trimmedOf(row) : null,
    above: count(row.above),
    calls: count(row.calls),
    chargedCalls: count(row.charged_calls),
    tokens: tokensOf(row),
    images: count(row.image_count),
    videoSeconds: count(row.video_seconds),
    audioSeconds: count(row.audio_seconds),
    estimatedCost: row.estimated_cost === null || row.estimated_cost === undefined ? null : usd(row.estimated_cost),
  };
}

const trimmedOf = (row: Row): Tokens => ({
  input: count(row.trimmed_input_tokens),
  output: count(row.output_tokens),
  cacheRead: count(row.trimmed_cache_read_tokens),
  cacheWrite5m: count(row.trimmed_cache_write_5m_tokens),
  cacheWrite1h: count(row.trimmed_cache_write_1h_tokens),
});

/** The five token columns of a row. */
export const tokensOf = (row: Row): Tokens => ({
  input: count(row.input_tokens),
  output: count(row.output_tokens),
  cacheRead: count(row.cache_read_tokens),
  cacheWrite5m: count(row.cache_write_5m_tokens),
  cacheWrite1h: count(row.cache_write_1h_tokens),
});

export const promptOf = (tokens: Tokens): number => tokens.input + tokens.cacheRead + tokens.cacheWrite5m + tokens.cacheWrite1h;

export const text = (value: SqlValue | undefined): string => (value === null || value === undefined ? "" : String(value));
export const count = (value: SqlValue | undefined): number => (value === null || value === undefined ? 0 : Number(value));

/** @throws InputError for what is no amount. */
export function usd(value: SqlValue | undefined): PicoUsd {
  try {
    return parseUsd(text(value ?? "0"));
  } catch (cause) {
    throw new InputError("warehouse", `planning: "${text(value)}" is not an amount of dollars`, { cause });
  }
}

const routingOf = (value: SqlValue | undefined): Routing | null =>
  value === "in-region" || value === "geo" || value === "global" ? value : null;
