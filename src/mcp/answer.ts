import type { QueryResult, Row, Warehouse } from "../ports.ts";
import { coveredDays } from "../query/default-dates.ts";

/** Rows of one answer: as many as a model reads well, and as many as it may ask for. */
export const ROWS = 100;
export const MOST_ROWS = 1000;
/** Bytes of the rows of one answer. */
const MOST_BYTES = 60_000;

/** What every answer carries beside its figures. */
export interface Answer {
  readonly result: unknown;
  /** What the figures are. */
  readonly units: string;
  /** How far the data reaches. */
  readonly data: DataState;
  /** What made it: a command that gives the same again. */
  readonly query: string;
  /** Rows that were left out; what to do about it. */
  readonly left_out?: string;
}

export interface DataState {
  readonly first_day: string | null;
  readonly last_day: string | null;
  /** Hours in which calls were expected, and those of them without any. */
  readonly expected_hours: number;
  readonly missing_hours: number;
}

export const USD =
  "US dollars as exact decimal text; estimated: list price after discounts, times logged tokens; billed: CUR 2.0, unblended. Days and hours are UTC. Shares are parts of one.";

/** Asked once: a session looks at data that stands still. */
export function dataState(warehouse: Warehouse): () => Promise<DataState> {
  let known: Promise<DataState> | undefined;
  const read = async (): Promise<DataState> => {
    const { from, to } = await coveredDays(warehouse);
    const [hours] = (await warehouse.query("rollups/expected_hours")).rows;
    return {
      first_day: from,
      last_day: to,
      expected_hours: Number(hours?.["expected_hours"] ?? 0),
      missing_hours: Number(hours?.["missing_hours"] ?? 0),
    };
  };
  return () => {
    known ??= read().catch((error: unknown) => {
      known = undefined;
      throw error;
    });
    return known;
  };
}

/** As many rows as were asked for, and as fit. */
export function bounded({ columns, rows }: QueryResult, limit: number): Pick<Answer, "result" | "left_out"> {
  const kept: Row[] = [];
  let bytes = 0;
  for (const row of rows.slice(0, limit)) {
    bytes += Buffer.byteLength(JSON.stringify(row));
    if (bytes > MOST_BYTES) break;
    kept.push(row);
  }
  const left = rows.length - kept.length;
  return {
    result: { columns, rows: kept },
    ...(left > 0
      ? {
          left_out: `${left} more rows: narrow the question, sum in SQL, or raise the limit (at most ${MOST_ROWS} rows and ${MOST_BYTES} bytes)`,
        }
      : {}),
  };
}
