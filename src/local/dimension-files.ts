import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { DimensionWriter } from "../billing/dimensions.ts";
import type { DuckDbWarehouse } from "./duckdb.ts";

/** Dimension tables as one JSON-lines file each in the warehouse's data folder. */
export function dimensionFiles(warehouse: DuckDbWarehouse): DimensionWriter {
  return {
    async write(table, rows) {
      const folder = join(warehouse.folder, table);
      const file = join(folder, `${table}.jsonl`);
      const text = rows.map((row) => `${JSON.stringify(row)}\n`).join("");
      // What the engine has read of it, and of views over it, is still so.
      if (existsSync(file) && readFileSync(file, "utf8") === text) return;
      mkdirSync(folder, { recursive: true });
      writeFileSync(`${file}.tmp`, text);
      renameSync(`${file}.tmp`, file);
      await warehouse.refresh([table]);
    },
  };
}
