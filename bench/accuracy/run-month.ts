import { rmSync } from "node:fs";
import { join } from "node:path";
import type { MonthShape } from "./bill/shape.ts";
import { type WrittenMonth, writeMonth } from "./bill/write-month.ts";
import { judge, type Verdict } from "./judge.ts";
import { settleMonth } from "./settle-month.ts";

export interface MonthResult {
  readonly written: WrittenMonth;
  readonly verdict: Verdict;
}

/** Writes a month, settles it as anybody's, and judges the result. */
export async function runMonth(folder: string, shape: MonthShape): Promise<MonthResult> {
  rmSync(folder, { recursive: true, force: true });
  const written = await writeMonth(join(folder, "input"), shape);
  const warehouse = await settleMonth(join(folder, "data"), written);
  try {
    return { written, verdict: await judge(warehouse, shape.month, written.truth, shape.principals === "session") };
  } finally {
    warehouse.close();
  }
}
