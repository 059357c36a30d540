import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { encodeParquet } from "../../src/curated/parquet.ts";
import { DuckDbWarehouse } from "../../src/local/duckdb.ts";
import type { Routing } from "../../src/model/identity.ts";
import { parseModelId } from "../../src/model/model-id.ts";
import { createPricer } from "../../src/pricing/create-pricer.ts";
import type { PricesConfig } from "../../src/pricing/prices-config.ts";
import type { RowOf } from "../../src/tables/column.ts";
import { invocationRecords } from "../../src/tables/invocation-records.ts";
import { dayOf, hourOf, parseInstant } from "../../src/time.ts";

type RecordRow = RowOf<typeof invocationRecords>;

/** What a test says about a call; the rest is usual. */
export interface CallSpec {
  readonly at: string;
  readonly model?: string;
  readonly routing?: Routing;
  readonly region?: string;
  readonly person?: string | null;
  readonly principal?: string;
  readonly team?: string;
  readonly tier?: string;
  readonly serviceTier?: string;
  readonly operation?: string;
  readonly status?: string;
  readonly errorClass?: string;
  readonly input?: number;
  readonly output?: number;
  readonly cacheRead?: number;
  readonly cacheWrite5m?: number;
  readonly cacheWrite1h?: number;
  readonly session?: string;
}

export const NO_PRICES: PricesConfig = { overrides: [], discounts: [] };

/** A record as ingest would write it, priced by the product's own prices. */
export function record(spec: CallSpec, index: number, config: PricesConfig = NO_PRICES): RecordRow {
  const model = spec.model ?? "claude-sonnet-4-6";
  const parsed = parseModelId(model);
  const eventTime = parseInstant(spec.at) ?? Number.NaN;
  const routing = spec.routing ?? "global";
  const priced = createPricer(config).price({
    model: {
      vendor: parsed?.vendor ?? null,
      family: parsed?.family ?? null,
      model,
      version: parsed?.version ?? null,
      tier: null,
      routing,
      profile: null,
      serving: "on-demand",
      resolved: parsed !== undefined,
    },
    region: spec.region ?? "us-east-1",
    accountId: "111122223333",
    serviceTier: spec.serviceTier ?? "on-demand",
    eventTime,
    usage: {
      inputTokens: spec.input ?? 0,
      outputTokens: spec.output ?? 0,
      cacheReadTokens: spec.cacheRead ?? 0,
      cacheWrite5mTokens: spec.cacheWrite5m ?? 0,
      cacheWrite1hTokens: spec.cacheWrite1h ?? 0,
      cacheWriteUnsplitTokens: 0,
      images: 0,
      videoSeconds: 0,
      audioSeconds: 0,
      counted: true,
    },
    operation: "Converse",
    failed: spec.status === "error",
  });
  return {
    inference_region: null,
    inference_profile: null,
    cost_center: null,
    environment: null,
    feature: null,
    request_metadata: null,
    image_count: null,
    audio_seconds: null,
    video_seconds: null,
    error_code: null,
    latency_ms: null,
    time_to_first_token_ms: null,
    stop_reason: null,
    tool_names: null,
    session_id: null,
    device_id: null,
    client_version: null,
    entrypoint: null,
    message_id: null,
    thinking_tokens: null,
    guardrail_action: null,
    usage_check: null,
    event_time: eventTime,
    account_id: "111122223333",
    region: spec.region ?? "us-east-1",
    routing,
    request_id: `request-${index}`,
    operation: spec.operation ?? "Converse",
    model_id: model,
    vendor: parsed?.vendor ?? null,
    model_family: parsed?.family ?? null,
    model,
    model_tier: spec.tier ?? "standard",
    service_tier: spec.serviceTier ?? "on-demand",
    principal_arn: `arn:aws:sts::111122223333:assumed-role/${spec.principal ?? "dev"}/${spec.session ?? "s"}`,
    principal_type: "role",
    principal_name: spec.principal ?? "dev",
    session_name: spec.session ?? "s",
    person: spec.person === undefined ? "alice" : spec.person,
    team: spec.team ?? "platform",
    attribution_source: "members",
    input_tokens: spec.input ?? 0,
    output_tokens: spec.output ?? 0,
    cache_read_tokens: spec.cacheRead ?? 0,
    cache_write_5m_tokens: spec.cacheWrite5m ?? 0,
    cache_write_1h_tokens: spec.cacheWrite1h ?? 0,
    status: spec.status ?? "ok",
    error_class: spec.errorClass ?? null,
    input_cost: priced.inputCost,
    output_cost: priced.outputCost,
    cache_read_cost: priced.cacheReadCost,
    cache_write_cost: priced.cacheWriteCost,
    list_cost: priced.listCost,
    estimated_cost: priced.estimatedCost,
    estimated_cost_high: priced.estimatedCostHigh,
    uncached_cost: priced.uncachedCost,
    price_id: priced.priceId,
    price_status: priced.status,
    price_assumptions: priced.assumptions,
    copy_rank: null,
    coerced: false,
    source_object: "logs/a.json.gz",
    source_line: index + 1,
    source_part: 1,
    delivered_at: eventTime,
  };
}

export interface DataFolder extends Disposable {
  readonly folder: string;
  readonly warehouse: DuckDbWarehouse;
}

/** A data folder that holds these calls, rolled up. */
export async function dataFolder(calls: readonly CallSpec[], config?: PricesConfig): Promise<DataFolder> {
  const folder = mkdtempSync(join(tmpdir(), "strata-planning-"));
  const byHour = new Map<string, RecordRow[]>();
  for (const [index, call] of calls.entries()) {
    const row = record(call, index, config);
    const at = row.event_time ?? 0;
    const place = `dt=${dayOf(at)}/hour=${hourOf(at)}`;
    byHour.set(place, [...(byHour.get(place) ?? []), row]);
  }
  for (const [place, rows] of byHour) {
    const path = join(folder, "invocation_records", place);
    mkdirSync(path, { recursive: true });
    writeFileSync(join(path, "batch-0.parquet"), encodeParquet(invocationRecords, rows));
  }
  writeFileSync(join(folder, "summary.json"), "{}");
  const warehouse = await DuckDbWarehouse.open(folder, { threads: 1 });
  const days = calls.map(({ at }) => at.slice(0, 10)).sort();
  if (days.length > 0)
    await warehouse.replaceDays("hourly_usage", "rollups/hourly_usage", { from: days[0] ?? "", to: days.at(-1) ?? "" });
  return {
    folder,
    warehouse,
    [Symbol.dispose]() {
      warehouse.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
