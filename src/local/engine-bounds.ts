import { totalmem } from "node:os";
import { join } from "node:path";
import type { DuckDBConnection } from "@duckdb/node-api";
import { quote } from "./duckdb-tables.ts";

/** Of the machine's memory, what an engine may take before it writes to the disk. */
const OF_MEMORY = 0.5;
export interface EngineBounds {
  /** Bytes. */
  readonly memory: number;
  /** A folder where it does, of this engine alone. */
  readonly spill: string;
}

/**
 * What an analysis allows an engine, in the machine or the container where it runs.
 * @param folder where its result is made, which leaves behind what is spilled there
 * @param engine tells apart those that are open at the same time
 */
export const engineBounds = (folder: string, engine: "bill" | "warehouse"): EngineBounds => ({
  memory: Math.floor(Math.min(totalmem(), process.constrainedMemory() || Number.POSITIVE_INFINITY) * OF_MEMORY),
  spill: join(folder, `.spill-${engine}`),
});

/** Sets what is given, for all connections of the engine. */
export async function bound(connection: DuckDBConnection, { memory, spill }: Partial<EngineBounds>): Promise<void> {
  if (memory !== undefined) await connection.run(`set memory_limit='${Math.floor(memory / 1024)}KiB'`);
  if (spill !== undefined) await connection.run(`set temp_directory=${quote(spill)}`);
}
