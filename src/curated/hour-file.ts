import type { SchemaElement } from "hyparquet";
import { ByteWriter } from "hyparquet-writer";
import { writeMetadata } from "hyparquet-writer/src/metadata.js";
import { invocationRecords } from "../tables/invocation-records.ts";
import { hourOf } from "../time.ts";
import type { CallColumns } from "./calls.ts";
import {
  allNull,
  type Chunk,
  dictionaryChunk,
  longChunk,
  longDictionaryChunk,
  plainChunk,
  stringChunk,
  writeChunk,
} from "./column-chunks.ts";
import type { GrowingDoubles, GrowingLongs } from "./growing.ts";
import type { HourColumns, Numbered } from "./hour-columns.ts";
import type { InvocationRow } from "./invocation-row.ts";
import { mapChunks } from "./map-chunks.ts";
import { parquetSchema } from "./parquet.ts";

type ColumnName = keyof InvocationRow;
type Maker = (columns: HourColumns, element: SchemaElement) => readonly Chunk[];

const COLUMNS = invocationRecords.columns;
const SCHEMA = parquetSchema(COLUMNS);
const HOUR = invocationRecords.partitions.filter(({ name }) => name === "hour");
const DAY_SCHEMA = parquetSchema([...COLUMNS, ...HOUR]);
const MAGIC = 0x31524150;
const HEADERS = 512;

/**
 * Parquet bytes of an hour's rows, in the layout of parquet.ts: the same columns, one row group, one page a column. Columns are not
 * compressed: numbers in dictionaries are small already, and zlib or zstd would take longer than reading the records did (docs/performance.md).
 */
export const hourFile = (columns: HourColumns): Uint8Array => fileOf(SCHEMA, chunksOf(columns), columns.rows);

/** The same of a day's rows: the hour, which no folder tells there, is the last column. */
export function dayFile(columns: HourColumns): Uint8Array {
  const { eventTime, rows } = columns;
  const hours = Int32Array.from({ length: rows }, (_, row) => hourOf(Number(eventTime.values[row])));
  const element = DAY_SCHEMA.at(-1);
  if (element === undefined) throw new TypeError("curated: invocation_records has no hour");
  return fileOf(DAY_SCHEMA, [...chunksOf(columns), plainChunk(element, hours)], rows);
}

const chunksOf = (columns: HourColumns): Chunk[] => COLUMNS.flatMap(({ name }) => [...MAKERS[name](columns, elementOf(name))]);

function fileOf(schema: SchemaElement[], chunks: readonly Chunk[], count: number): Uint8Array {
  const writer = new ByteWriter(chunks.reduce((sum, chunk) => sum + sizeOf(chunk), 0));
  writer.appendUint32(MAGIC);
  const start = writer.offset;
  const metadata = chunks.map((chunk) => writeChunk(writer, chunk));
  const size = BigInt(writer.offset - start);
  const rows = BigInt(count);
  writeMetadata(writer, {
    version: 2,
    created_by: "strata",
    schema,
    num_rows: rows,
    row_groups: [
      {
        columns: metadata.map((meta_data) => ({
          file_offset: meta_data.dictionary_page_offset ?? meta_data.data_page_offset,
          meta_data,
        })),
        total_byte_size: size,
        total_compressed_size: size,
        num_rows: rows,
      },
    ],
    metadata_length: 0,
  });
  writer.appendUint32(MAGIC);
  writer.finish();
  return writer.getBytes();
}

/** Of a chunk's pages, their headers and what the footer says of them; memory that is taken at once is neither copied nor thrown away. */
const sizeOf = ({ dictionary, repetition, definition, data }: Chunk): number =>
  (dictionary?.values.length ?? 0) + repetition.length + definition.length + data.length + HEADERS;

function elementOf(name: string): SchemaElement {
  const element = SCHEMA.find((each) => each.name === name);
  if (element === undefined) throw new TypeError(`curated: invocation_records has no column ${name}`);
  return element;
}

const child = (name: string): SchemaElement => elementOf(name);

const call =
  (read: (columns: CallColumns) => string | null): Maker =>
  ({ calls, rows }, element) => [
    dictionaryChunk(
      element,
      calls.distinct.map((each) => read(each.columns)),
      calls.rows.values,
      rows,
    ),
  ];
const word =
  (of: (columns: HourColumns) => Numbered<string | null> | Numbered<string>): Maker =>
  (columns, element) => {
    const { distinct, rows } = of(columns);
    return [dictionaryChunk(element, distinct, rows.values, columns.rows)];
  };
const long =
  (of: (columns: HourColumns) => GrowingLongs): Maker =>
  (columns, element) => [longChunk(element, of(columns), columns.rows)];
const double =
  (of: (columns: HourColumns) => GrowingDoubles): Maker =>
  (columns, element) => [plainChunk(element, of(columns).values.subarray(0, columns.rows))];

const callMaker = (name: Exclude<keyof CallColumns, "request_metadata">): Maker => call((columns) => columns[name]);

const MAKERS: Readonly<Record<ColumnName, Maker>> = {
  account_id: callMaker("account_id"),
  region: callMaker("region"),
  inference_region: callMaker("inference_region"),
  routing: callMaker("routing"),
  operation: callMaker("operation"),
  model_id: callMaker("model_id"),
  inference_profile: callMaker("inference_profile"),
  vendor: callMaker("vendor"),
  model_family: callMaker("model_family"),
  model: callMaker("model"),
  model_tier: callMaker("model_tier"),
  service_tier: callMaker("service_tier"),
  principal_arn: callMaker("principal_arn"),
  principal_type: callMaker("principal_type"),
  principal_name: callMaker("principal_name"),
  session_name: callMaker("session_name"),
  person: callMaker("person"),
  team: callMaker("team"),
  cost_center: callMaker("cost_center"),
  environment: callMaker("environment"),
  feature: callMaker("feature"),
  attribution_source: callMaker("attribution_source"),
  event_time: long(({ eventTime }) => eventTime),
  request_id: ({ requestId, rows }, element) => [stringChunk(element, requestId.bytes.subarray(0, requestId.used), rows)],
  request_metadata: (columns, { name }) =>
    mapChunks(
      name,
      { key: child("key"), value: child("value") },
      columns.calls.distinct.map((each) => each.columns.request_metadata),
      columns.calls.rows.values,
      columns.rows,
    ),
  input_tokens: long(({ inputTokens }) => inputTokens),
  output_tokens: long(({ outputTokens }) => outputTokens),
  cache_read_tokens: long(({ cacheReadTokens }) => cacheReadTokens),
  cache_write_5m_tokens: long(({ cacheWrite5mTokens }) => cacheWrite5mTokens),
  cache_write_1h_tokens: long(({ cacheWrite1hTokens }) => cacheWrite1hTokens),
  image_count: long(({ images }) => images),
  audio_seconds: double(({ audioSeconds }) => audioSeconds),
  video_seconds: double(({ videoSeconds }) => videoSeconds),
  status: word(({ status }) => status),
  error_code: word(({ errorCode }) => errorCode),
  error_class: word(({ errorClass }) => errorClass),
  latency_ms: long(({ latency }) => latency),
  time_to_first_token_ms: long(({ firstToken }) => firstToken),
  stop_reason: word(({ stopReason }) => stopReason),
  tool_names: word(({ toolNames }) => toolNames),
  session_id: word(({ sessionId }) => sessionId),
  device_id: word(({ deviceId }) => deviceId),
  client_version: word(({ clientVersion }) => clientVersion),
  entrypoint: word(({ entrypoint }) => entrypoint),
  message_id: word(({ messageId }) => messageId),
  thinking_tokens: long(({ thinkingTokens }) => thinkingTokens),
  guardrail_action: word(({ guardrail }) => guardrail),
  input_cost: long(({ inputCost }) => inputCost),
  output_cost: long(({ outputCost }) => outputCost),
  cache_read_cost: long(({ cacheReadCost }) => cacheReadCost),
  cache_write_cost: long(({ cacheWriteCost }) => cacheWriteCost),
  list_cost: long(({ listCost }) => listCost),
  estimated_cost: long(({ estimatedCost }) => estimatedCost),
  estimated_cost_high: long(({ estimatedCostHigh }) => estimatedCostHigh),
  uncached_cost: long(({ uncachedCost }) => uncachedCost),
  price_id: word(({ priceId }) => priceId),
  price_status: word(({ priceStatus }) => priceStatus),
  price_assumptions: word(({ priceAssumptions }) => priceAssumptions),
  copy_rank: ({ rows }, element) => [allNull(element, rows)],
  usage_check: word(({ check }) => check),
  coerced: ({ coerced, rows }, element) => [booleanChunk(element, coerced, rows)],
  source_object: ({ objects, rows }, element) => [
    dictionaryChunk(
      element,
      objects.distinct.map(({ key }) => key),
      objects.rows.values,
      rows,
    ),
  ],
  source_line: long(({ line }) => line),
  source_part: ({ part, rows }, element) => [plainChunk(element, part.values.subarray(0, rows))],
  delivered_at: ({ objects, rows }, element) => [
    longDictionaryChunk(
      element,
      objects.distinct.map(({ deliveredAt }) => deliveredAt),
      objects.rows.values,
      rows,
    ),
  ],
};

/** Booleans are bits and have no dictionary. */
function booleanChunk(element: SchemaElement, { distinct, rows: numbers }: Numbered<boolean>, rows: number): Chunk {
  const data = new Uint8Array((rows + 7) >> 3);
  for (let row = 0; row < rows; row += 1)
    if (distinct[numbers.values[row] ?? 0] === true) data[row >> 3] = (data[row >> 3] ?? 0) | (1 << (row & 7));
  const least = distinct.includes(false) ? 0 : 1;
  const most = distinct.includes(true) ? 1 : 0;
  return {
    ...stringChunk(element, data, rows),
    statistics: { min_value: least === 1, max_value: most === 1, null_count: 0n },
  };
}
