import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { strataConfig } from "../../src/config/strata-config.ts";
import { encodeParquet } from "../../src/curated/parquet.ts";
import { DuckDbWarehouse } from "../../src/local/duckdb.ts";
import { replaceUsage } from "../../src/pipeline/usage-tables.ts";
import type { RowOf, Table } from "../../src/tables/column.ts";
import { invocationRecords } from "../../src/tables/invocation-records.ts";
import { dayOf, hourOf } from "../../src/time.ts";
import { alerts, HOUR, MINUTE, START, USD } from "./factories.ts";

/** One invented call; `at` is milliseconds. */
export interface FakeCall {
  readonly at: number;
  readonly person?: string;
  readonly team?: string;
  readonly account?: string;
  readonly region?: string;
  readonly model?: string;
  readonly tier?: "premium" | "standard" | "fast";
  readonly tokens?: number;
  readonly cacheRead?: number;
  /** Pico-dollars; null for unpriced. */
  readonly cost?: bigint | null;
  /** Priced with an assumption. */
  readonly guessed?: boolean;
  readonly error?: "throttling" | "client" | "server" | "model";
  readonly errorCode?: string;
  /** A role of its own instead of the one that all persons share, or with `user` an IAM user. */
  readonly role?: string;
  readonly user?: string;
  readonly environment?: string;
  readonly feature?: string;
  readonly costCenter?: string;
  /** What named the team. */
  readonly source?: string;
  readonly metadata?: Readonly<Record<string, string>>;
  readonly delivered?: number;
}

/** What is filled of a record. */
function given(call: FakeCall, index: number): Partial<RowOf<typeof invocationRecords>> {
  const {
    person = "ann@example.com",
    team = "core",
    account = "111122223333",
    region = "us-east-1",
    model = "claude-sonnet-4-6",
  } = call;
  const cost = call.cost === undefined ? USD / 100n : call.cost;
  return {
    event_time: call.at,
    account_id: account,
    region,
    request_id: `r-${index}`,
    operation: "Converse",
    model_id: model,
    vendor: "anthropic",
    model_family: "claude",
    model,
    model_tier: call.tier ?? "standard",
    service_tier: "on-demand",
    principal_arn:
      call.user === undefined
        ? `arn:aws:sts::${account}:assumed-role/${call.role ?? "Dev"}/${person}`
        : `arn:aws:iam::${account}:user/${call.user}`,
    // Identity Center vouches for whom a session is named after; a role's session may be named anything.
    principal_type: call.user !== undefined ? "user" : call.role !== undefined ? "role" : "sso",
    principal_name: call.user ?? call.role ?? "Dev",
    session_name: call.user === undefined ? person : null,
    person,
    team,
    cost_center: call.costCenter ?? null,
    environment: call.environment ?? null,
    feature: call.feature ?? null,
    request_metadata: call.metadata ? new Map(Object.entries(call.metadata)) : null,
    attribution_source: call.source ?? (team === "unattributed" ? "none" : "rule:test"),
    input_tokens: call.tokens ?? 1000,
    output_tokens: 100,
    cache_read_tokens: call.cacheRead ?? 0,
    cache_write_5m_tokens: 0,
    cache_write_1h_tokens: 0,
    status: call.error ? "error" : "ok",
    error_class: call.error ?? null,
    error_code: call.errorCode ?? null,
    input_cost: cost,
    output_cost: cost === null ? null : 0n,
    cache_read_cost: cost === null ? null : 0n,
    cache_write_cost: cost === null ? null : 0n,
    list_cost: cost,
    estimated_cost: cost,
    estimated_cost_high: cost,
    uncached_cost: cost,
    price_status: cost === null ? "unpriced" : call.guessed ? "estimated" : "priced",
    coerced: false,
    source_object: "test",
    source_line: index,
    delivered_at: call.delivered ?? call.at + MINUTE,
  };
}

/** What these calls fill; the other columns are null for the warehouse, as in a folder of an older version, and need no writing. */
const FILLED: Table = {
  ...invocationRecords,
  columns: invocationRecords.columns.filter(({ name }) => Object.hasOwn(given({ at: START }, 0), name)),
};

/** A file of invocation_records with these calls, each with the number that its request id bears. */
export const recordFile = (calls: readonly (readonly [FakeCall, number])[]): Uint8Array =>
  encodeParquet(
    FILLED,
    calls.map(([call, index]) => given(call, index)),
  );

export interface FakeData {
  readonly warehouse: DuckDbWarehouse;
  readonly folder: string;
  close(): void;
}

/** A data folder with these calls in it, rolled up, and DuckDB on top. */
export async function dataOf(calls: readonly FakeCall[]): Promise<FakeData> {
  const folder = mkdtempSync(join(tmpdir(), "strata-alerts-"));
  const days = new Map<string, [FakeCall, number][]>();
  for (const [index, call] of calls.entries()) {
    const key = `dt=${dayOf(call.at)}/hour=${hourOf(call.at)}`;
    const group = days.get(key);
    if (group) group.push([call, index]);
    else days.set(key, [[call, index]]);
  }
  for (const [key, group] of days) {
    mkdirSync(join(folder, "invocation_records", key), { recursive: true });
    writeFileSync(join(folder, "invocation_records", key, "part.parquet"), recordFile(group));
  }
  const warehouse = await DuckDbWarehouse.open(folder, { threads: 2 });
  const names = [...days.keys()].map((key) => key.slice(3, 13)).sort();
  const first = names[0];
  const last = names.at(-1);
  // A budget for each key that some call bears, so that the sums by request metadata are there.
  const keys = new Set(calls.flatMap(({ metadata = {} }) => Object.keys(metadata)));
  const { budgets } = strataConfig.parse({
    budgets: [...keys].map((key) => ({ scope: "metadata", key, period: "day", limit_usd: 1 })),
  });
  if (first !== undefined && last !== undefined)
    await replaceUsage(warehouse, { alerts: alerts(), budgets }, { from: first, to: last });
  return {
    warehouse,
    folder,
    close: () => {
      warehouse.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Even traffic: `perHour` calls in every hour of `days`, spread over persons; nights and weekends a fifth of it. */
export function traffic(days: number, perHour: number, shape: Partial<FakeCall> = {}, persons = 10, start = START): FakeCall[] {
  const calls: FakeCall[] = [];
  for (let hour = 0; hour < days * 24; hour++) {
    const at = start + hour * HOUR;
    const weekend = new Date(at).getUTCDay() % 6 === 0;
    const night = hourOf(at) < 8 || hourOf(at) >= 19;
    const count = Math.max(1, Math.round(perHour * (weekend || night ? 0.2 : 1)));
    for (let index = 0; index < count; index++)
      calls.push({
        person: `p${(hour + index) % persons}@example.com`,
        ...shape,
        at: at + Math.floor(((index + 0.5) * HOUR) / count),
      });
  }
  return calls;
}
