import { spawnSync } from "node:child_process";
import { readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { DuckDBInstance } from "@duckdb/node-api";
import { parquetWriteBuffer } from "hyparquet-writer";
import { defaultConfig } from "../../src/config/load.ts";
import { curator } from "../../src/curated/curator.ts";
import { ingestObjects } from "../../src/curated/ingest-objects.ts";
import { FolderStore } from "../../src/local/folder-store.ts";

/** What every rival must agree on. */
export interface Totals {
  readonly records: number;
  readonly input: number;
  readonly output: number;
  readonly cacheRead: number;
  readonly cacheWrite: number;
}

export interface Work {
  readonly folder: string;
  /** File names in it. */
  readonly files: readonly string[];
  /** A folder to write to, emptied before each run. */
  readonly out: string;
}

export interface Ran {
  /** What came out, where the rival adds it up itself. */
  readonly totals?: Totals;
  /** Processor time that another process took for it. */
  readonly otherSeconds?: number;
}

export interface Rival {
  readonly name: string;
  readonly what: string;
  /** The work that is timed. */
  run(work: Work): Promise<Ran>;
  /** The Parquet files that it makes, a pattern below `out`. */
  readonly makes?: string;
}

const curated = curator(defaultConfig());

const strata: Rival = {
  name: "strata",
  what: "gzip objects to Parquet, all columns: who, what, price, team",
  async run({ folder, files, out }) {
    const source = new FolderStore(folder);
    const objects = files.map((key) => ({ key, size: statSync(join(folder, key)).size, lastModified: 0 }));
    const { counts } = await ingestObjects(
      { name: "bench", objects },
      { source, target: new FolderStore(out), curator: curated },
    );
    if (counts.quarantined > 0) throw new Error(`bench: ${counts.quarantined} records were quarantined`);
    return {};
  },
  makes: "invocation_records/**/*.parquet",
};

const gunzip: Rival = {
  name: "gunzip",
  what: "node:zlib gunzipSync of the same objects, nothing else",
  async run({ folder, files }) {
    for (const file of files) gunzipSync(readFileSync(join(folder, file)));
    return {};
  },
};

/** The fields that the log has, as read_json is told them, and 58 columns of the same kinds as ours. */
const duckdb: Rival = {
  name: "duckdb",
  what: "read_json to COPY … TO parquet, as many columns, one thread",
  async run({ folder, out }) {
    const file = join(out, "duckdb.parquet");
    await (await duck()).run(
      `copy (${DUCK_SELECT.replaceAll("$FILES", join(folder, "*.json.gz"))}) to '${file}' (format parquet)`,
    );
    return {};
  },
  makes: "duckdb.parquet",
};

const DUCK_SELECT = `
select
  cast(r.timestamp as timestamp) as event_time, r.accountId as account_id, r.region, r.inferenceRegion as inference_region,
  case when r.modelId like 'global.%' then 'global' when r.modelId like 'us.%' then 'geo' else 'in-region' end as routing,
  r.requestId as request_id, r.operation, r.modelId as model_id,
  case when r.modelId like '%.%.%' then r.modelId end as inference_profile,
  split_part(r.modelId, '.', -2) as vendor, split_part(r.modelId, '-', 1) as model_family, split_part(r.modelId, '.', -1) as model,
  'standard' as model_tier, 'on-demand' as service_tier,
  r.identity.arn as principal_arn, 'role' as principal_type, split_part(r.identity.arn, '/', 2) as principal_name,
  split_part(r.identity.arn, '/', 3) as session_name,
  case when r.identity.arn like '%@%' then split_part(r.identity.arn, '/', 3) end as person,
  coalesce(r.requestMetadata['team'], 'unattributed') as team, cast(null as varchar) as cost_center,
  cast(null as varchar) as environment, r.requestMetadata['feature'] as feature, 'metadata' as attribution_source,
  r.requestMetadata as request_metadata,
  r.input.inputTokenCount as input_tokens, r.output.outputTokenCount as output_tokens,
  r.input.cacheReadInputTokenCount as cache_read_tokens, r.input.cacheWriteInputTokenCount as cache_write_5m_tokens,
  cast(0 as bigint) as cache_write_1h_tokens, cast(0 as bigint) as image_count, cast(0 as double) as audio_seconds, cast(0 as double) as video_seconds,
  case when r.errorCode is null then 'ok' else 'error' end as status, r.errorCode as error_code,
  case when r.errorCode like 'Throttl%' then 'throttling' end as error_class,
  cast(null as bigint) as latency_ms, cast(null as bigint) as time_to_first_token_ms, cast(null as varchar) as stop_reason, cast(null as varchar) as guardrail_action,
  cast(r.input.inputTokenCount * 0.000003 as decimal(18,12)) as input_cost, cast(r.output.outputTokenCount * 0.000015 as decimal(18,12)) as output_cost,
  cast(r.input.cacheReadInputTokenCount * 0.0000003 as decimal(18,12)) as cache_read_cost,
  cast(r.input.cacheWriteInputTokenCount * 0.00000375 as decimal(18,12)) as cache_write_cost,
  cast(r.input.inputTokenCount * 0.000003 + r.output.outputTokenCount * 0.000015 as decimal(18,12)) as list_cost,
  cast(r.input.inputTokenCount * 0.000003 + r.output.outputTokenCount * 0.000015 as decimal(18,12)) as estimated_cost,
  cast(r.input.inputTokenCount * 0.000003 + r.output.outputTokenCount * 0.000015 as decimal(18,12)) as estimated_cost_high,
  cast(r.input.inputTokenCount * 0.000003 as decimal(18,12)) as uncached_cost,
  'p' as price_id, 'priced' as price_status, cast(null as varchar) as usage_check, false as coerced,
  r.filename as source_object, row_number() over () as source_line, cast(1 as integer) as source_part, cast(r.timestamp as timestamp) as delivered_at
from read_json('$FILES', format = 'newline_delimited', filename = true, maximum_object_size = 67108864, columns = {
  timestamp: 'VARCHAR', accountId: 'VARCHAR', region: 'VARCHAR', inferenceRegion: 'VARCHAR', requestId: 'VARCHAR', operation: 'VARCHAR',
  modelId: 'VARCHAR', identity: 'STRUCT(arn VARCHAR)', requestMetadata: 'MAP(VARCHAR, VARCHAR)', errorCode: 'VARCHAR',
  input: 'STRUCT(inputTokenCount BIGINT, cacheReadInputTokenCount BIGINT, cacheWriteInputTokenCount BIGINT)',
  output: 'STRUCT(outputTokenCount BIGINT)'
}) r`;

/** What one writes on the first day: parse everything, keep rows, hand them to a Parquet library. */
const jsonParse: Rival = {
  name: "JSON.parse",
  what: "gunzip, split, JSON.parse, 14 columns with hyparquet-writer",
  async run({ folder, files, out }) {
    const rows: Record<(typeof PLAIN_COLUMNS)[number], (string | number)[]> = {
      time: [],
      account: [],
      region: [],
      id: [],
      operation: [],
      model: [],
      arn: [],
      team: [],
      feature: [],
      error: [],
      input: [],
      output: [],
      cacheRead: [],
      cacheWrite: [],
    };
    for (const file of files) {
      for (const line of gunzipSync(readFileSync(join(folder, file)))
        .toString("utf8")
        .split("\n")) {
        if (line === "") continue;
        const record = JSON.parse(line);
        rows.time.push(record.timestamp);
        rows.account.push(record.accountId);
        rows.region.push(record.region);
        rows.id.push(record.requestId);
        rows.operation.push(record.operation);
        rows.model.push(record.modelId);
        rows.arn.push(record.identity?.arn ?? "");
        rows.team.push(record.requestMetadata?.team ?? "");
        rows.feature.push(record.requestMetadata?.feature ?? "");
        rows.error.push(record.errorCode ?? "");
        rows.input.push(record.input.inputTokenCount ?? 0);
        rows.output.push(record.output.outputTokenCount ?? 0);
        rows.cacheRead.push(record.input.cacheReadInputTokenCount ?? 0);
        rows.cacheWrite.push(record.input.cacheWriteInputTokenCount ?? 0);
      }
    }
    const columnData = PLAIN_COLUMNS.map((name) => ({ name, data: rows[name] }));
    writeFileSync(join(out, "plain.parquet"), Buffer.from(parquetWriteBuffer({ columnData })));
    const sum = (name: (typeof PLAIN_COLUMNS)[number]): number =>
      rows[name].reduce((total: number, value) => total + Number(value), 0);
    const totals = {
      records: rows.id.length,
      input: sum("input"),
      output: sum("output"),
      cacheRead: sum("cacheRead"),
      cacheWrite: sum("cacheWrite"),
    };
    return { totals };
  },
};

const PLAIN_COLUMNS = [
  "time",
  "account",
  "region",
  "id",
  "operation",
  "model",
  "arn",
  "team",
  "feature",
  "error",
  "input",
  "output",
  "cacheRead",
  "cacheWrite",
] as const;

/** The same in Python's standard library, with CSV instead of Parquet. */
const python: Rival = {
  name: "python",
  what: "gzip, json.loads and csv of the standard library, 14 columns",
  async run({ folder, out }) {
    const script = join(import.meta.dirname, "handler.py");
    const { status, stdout, stderr } = spawnSync("python3", [script, folder, join(out, "rows.csv")], { encoding: "utf8" });
    if (status !== 0) throw new Error(`bench: python3 failed: ${stderr}`);
    const { seconds, ...totals }: Totals & { seconds: number } = JSON.parse(stdout);
    return { totals, otherSeconds: seconds };
  },
};

const hasPython = (): boolean => spawnSync("python3", ["--version"]).status === 0;

type Connection = Awaited<ReturnType<DuckDBInstance["connect"]>>;
let connection: Connection | undefined;

async function duck(): Promise<Connection> {
  if (connection === undefined) {
    const instance = await DuckDBInstance.create(":memory:", { threads: "1" });
    connection = await instance.connect();
  }
  return connection;
}

/** What the files of a rival hold. */
export async function parquetTotals(pattern: string): Promise<Totals> {
  const reader = await (await duck()).runAndReadAll(
    `select count(*)::double, sum(input_tokens)::double, sum(output_tokens)::double, sum(cache_read_tokens)::double, sum(cache_write_5m_tokens + cache_write_1h_tokens)::double from read_parquet('${pattern}', hive_partitioning = false)`,
  );
  const [row = []] = reader.getRows();
  const [records = 0, input = 0, output = 0, cacheRead = 0, cacheWrite = 0] = row.map(Number);
  return { records, input, output, cacheRead, cacheWrite };
}

export const RIVALS: readonly Rival[] = [strata, gunzip, duckdb, jsonParse, ...(hasPython() ? [python] : [])];
