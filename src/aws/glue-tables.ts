import type { Column as GlueColumn, TableInput } from "@aws-sdk/client-glue";
import type { Column, SqlType, Table } from "../tables/column.ts";

const byDay = (location: string): Record<string, string> => ({
  "projection.enabled": "true",
  "projection.dt.type": "date",
  "projection.dt.format": "yyyy-MM-dd",
  // Bedrock invocation logging exists since September 2023. An event may bear a clock that runs ahead.
  "projection.dt.range": "2023-09-01,NOW+1DAYS",
  "storage.location.template": `${location}dt=$\{dt}/`,
});

/** Tables whose partitions Athena works out from the layout of keys, so that nobody has to register an hour (Athena: "Partition projection"). */
const PROJECTED: Readonly<Record<string, (location: string) => Record<string, string>>> = {
  invocation_records: (location) => ({
    ...byDay(location),
    "projection.hour.type": "integer",
    "projection.hour.range": "0,23",
    "projection.hour.digits": "2",
    "storage.location.template": `${location}dt=$\{dt}/hour=$\{hour}/`,
  }),
  ingested_objects: byDay,
  service_counts: byDay,
  client_call_records: byDay,
  client_tool_records: byDay,
  client_points: byDay,
  telemetry_objects: byDay,
  trail_events: byDay,
  batch_records: byDay,
  kiro_usage: byDay,
  source_objects: byDay,
};

const PARQUET = {
  InputFormat: "org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat",
  OutputFormat: "org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat",
  SerdeInfo: { SerializationLibrary: "org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe" },
} as const;

/** The Hive SerDe, because it alone takes the format of times (Athena: "Hive JSON SerDe", timestamp.formats). */
const JSONL = {
  InputFormat: "org.apache.hadoop.mapred.TextInputFormat",
  OutputFormat: "org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat",
  SerdeInfo: {
    SerializationLibrary: "org.apache.hive.hcatalog.data.JsonSerDe",
    Parameters: { "timestamp.formats": "yyyy-MM-dd'T'HH:mm:ss.SSS'Z',yyyy-MM-dd'T'HH:mm:ss'Z'" },
  },
} as const;

/** Version of what the catalog step writes; older stacks are brought up to it, newer ones refused. */
export const CATALOG_VERSION = 1;
export const VERSION_KEY = "strata.catalog_version";
/**
 * The oldest catalog version whose release works on the tables of this one: columns and tables are only added, so a release that is rolled back finds
 * all that it knows. Raised only when that ends.
 */
const USABLE_FROM = 1;
export const USABLE_KEY = "strata.catalog_usable_from";

/** A table of src/tables as Glue wants it. @param data `s3://bucket/prefix/` */
export function glueTable(table: Table, data: string): TableInput {
  const location = `${data}${table.name}/`;
  const storage = table.format === "parquet" ? PARQUET : JSONL;
  return {
    Name: table.name,
    Description: table.meaning.slice(0, 2048),
    TableType: "EXTERNAL_TABLE",
    Parameters: {
      EXTERNAL: "TRUE",
      classification: table.format === "parquet" ? "parquet" : "json",
      [VERSION_KEY]: String(CATALOG_VERSION),
      [USABLE_KEY]: String(USABLE_FROM),
      ...PROJECTED[table.name]?.(location),
    },
    PartitionKeys: table.partitions.map(glueColumn),
    StorageDescriptor: {
      ...storage,
      Columns: table.columns.map(glueColumn),
      Location: location,
      Compressed: table.format === "parquet",
    },
  };
}

const glueColumn = ({ name, type, meaning }: Column): GlueColumn => ({
  Name: name,
  Type: hiveType(type),
  Comment: meaning.slice(0, 255),
});

/** Glue keeps Hive's names of types. */
export function hiveType(type: SqlType): string {
  switch (type) {
    case "varchar":
      return "string";
    case "integer":
      return "int";
    case "map(varchar,varchar)":
      return "map<string,string>";
    case "array(varchar)":
      return "array<string>";
    default:
      return type;
  }
}
