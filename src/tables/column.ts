/** SQL types in Athena's spelling. Parquet, Glue and DuckDB derive theirs from these. */
export type SqlType =
  | "varchar"
  | "boolean"
  | "integer"
  | "bigint"
  | "double"
  | "date"
  | "timestamp"
  | "decimal(18,12)"
  | "decimal(38,12)"
  | "map(varchar,varchar)"
  | "array(varchar)";

export interface Column {
  readonly name: string;
  readonly type: SqlType;
  /** One sentence for the data dictionary. */
  readonly meaning: string;
}

export interface Table {
  readonly name: string;
  /** One sentence for the data dictionary. */
  readonly meaning: string;
  readonly columns: readonly Column[];
  /** Hive partition keys, in path order; not repeated in `columns`. */
  readonly partitions: readonly Column[];
  readonly format: "parquet" | "jsonl";
}

type ColumnRow = readonly [name: string, type: SqlType, meaning: string];

/** `["team", "varchar", "Team that pays."]` → Column, names and types kept as literals so that `RowOf` knows them. */
export const columns = <const Rows extends readonly ColumnRow[]>(rows: Rows) =>
  rows.map(([name, type, meaning]) => ({ name, type, meaning })) as unknown as {
    readonly [Index in keyof Rows]: { readonly name: Rows[Index][0]; readonly type: Rows[Index][1]; readonly meaning: string };
  };

interface TypeOf {
  varchar: string;
  boolean: boolean;
  integer: number;
  bigint: number;
  double: number;
  date: string;
  /** Milliseconds since 1970. */
  timestamp: number;
  /** Pico-dollars. */
  "decimal(18,12)": bigint;
  "decimal(38,12)": bigint;
  "map(varchar,varchar)": ReadonlyMap<string, string>;
  "array(varchar)": readonly string[];
}

/** A row as TypeScript writes it: every column of the table, null where there is nothing to say. */
export type RowOf<T extends Table> = {
  readonly [C in T["columns"][number] as C["name"]]: TypeOf[C["type"]] | null;
};
