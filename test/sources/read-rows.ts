import { Readable } from "node:stream";
import type { DatedRow } from "../../src/curated/day-rows.ts";
import type { ItemProblem, ItemTally, SourceReader } from "../../src/sources/source-reader.ts";

export interface Reading {
  readonly rows: readonly DatedRow[];
  readonly problems: readonly ItemProblem[];
  readonly tally: ItemTally;
}

/** All rows of an object that comes in these pieces. */
export async function readPieces(reader: SourceReader, key: string, pieces: readonly Uint8Array[]): Promise<Reading> {
  const problems: ItemProblem[] = [];
  const rows: DatedRow[] = [];
  const reading = reader.read({ key, deliveredAt: Date.UTC(2026, 9, 6), body: Readable.from(pieces) }, (problem) =>
    problems.push(problem),
  );
  for (;;) {
    const { value, done } = await reading.next();
    if (done === true) return { rows, problems, tally: value };
    rows.push(value);
  }
}

/** The bytes cut at these places. */
export function cut(bytes: Buffer, places: readonly number[]): Buffer[] {
  const ends = [...new Set([...places.map((place) => place % (bytes.length + 1)), bytes.length])].sort((a, b) => a - b);
  return ends.map((end, index) => bytes.subarray(ends[index - 1] ?? 0, end)).filter(({ length }) => length > 0);
}
