import type { ObjectStore } from "../ports.ts";

const KEY = "alerts-state/cursor.json";

/** Milliseconds up to which ticks were judged; undefined before the first run or when the object is damaged. */
export async function readCursor(state: ObjectStore): Promise<number | undefined> {
  const found = await state.readAll(KEY);
  if (!found) return undefined;
  try {
    const parsed: unknown = JSON.parse(Buffer.from(found.bytes).toString("utf8"));
    const to = typeof parsed === "object" && parsed !== null && "judged_to" in parsed ? parsed.judged_to : undefined;
    return typeof to === "number" && Number.isFinite(to) ? to : undefined;
  } catch {
    return undefined;
  }
}

/** Never moves back: of two runs the one that got further counts. */
export async function writeCursor(state: ObjectStore, to: number): Promise<void> {
  const before = await readCursor(state);
  if (before === undefined || before < to) await state.write(KEY, `${JSON.stringify({ judged_to: to })}\n`);
}
