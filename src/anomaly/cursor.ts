import { jsonOf } from "../json-of.ts";
import type { ObjectStore } from "../ports.ts";

const KEY = "alerts-state/cursor.json";

/** Milliseconds up to which ticks were judged; undefined before the first run or when the object is damaged. */
export async function readCursor(state: ObjectStore): Promise<number | undefined> {
  const { judged_to: to }: { readonly judged_to?: unknown } = Object(jsonOf((await state.readAll(KEY))?.bytes));
  return typeof to === "number" && Number.isFinite(to) ? to : undefined;
}

/** Never moves back: of two runs the one that got further counts. */
export async function writeCursor(state: ObjectStore, to: number): Promise<void> {
  const before = await readCursor(state);
  if (before === undefined || before < to) await state.write(KEY, `${JSON.stringify({ judged_to: to })}\n`);
}
