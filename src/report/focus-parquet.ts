import { ByteWriter, parquetWrite } from "hyparquet-writer";
import { parquetSchema } from "../curated/parquet.ts";
import { parseUsd } from "../money.ts";
import type { SqlType } from "../tables/column.ts";
import type { ReportTable } from "./csv.ts";
import { FOCUS_COLUMNS } from "./focus.ts";

/** The rows of `focusTable` as Parquet: exact decimals, UTC timestamps, null for what is empty in CSV. The same rows give the same bytes. */
export function focusParquet(table: ReportTable): Uint8Array {
  const writer = new ByteWriter();
  parquetWrite({
    writer,
    schema: parquetSchema(FOCUS_COLUMNS.map((column) => ({ ...column, meaning: "" }))),
    columnData: FOCUS_COLUMNS.map(({ name, type }, index) => ({
      name,
      data: table.rows.map((row) => cellOf(type, row[index] ?? "")),
    })),
    createdBy: "strata",
  });
  return writer.getBytes();
}

function cellOf(type: SqlType, text: string): unknown {
  if (text === "") return null;
  if (type === "timestamp") return new Date(text);
  return type === "decimal(38,12)" ? parseUsd(text) : text;
}
