import { formatUsd, parseUsd } from "../money.ts";
import type { Row } from "../ports.ts";

/** Calls and dollars by one thing that names a team or a person. */
export interface Coverage {
  readonly name: string;
  readonly calls: number;
  readonly calls_share: number;
  /** Null where nobody knows it. */
  readonly estimated_usd: string | null;
  /** Of the dollars that are known; null where this one's are not. */
  readonly usd_share: number | null;
}

/** Rows of one name summed up, the dearest first; shares are of all. */
export function coverage(rows: readonly Row[], column: string): Coverage[] {
  const sums = [...Map.groupBy(rows, (row) => String(row[column]))].map(([name, own]) => ({
    name,
    calls: own.reduce((sum, row) => sum + Number(row["calls"]), 0),
    usd: knownUsd(own),
  }));
  const calls = sums.reduce((sum, one) => sum + one.calls, 0);
  const all = sums.reduce((sum, one) => sum + (one.usd ?? 0n), 0n);
  return sums
    .map((one) => ({ ...one, rank: one.usd ?? -1n }))
    .sort((a, b) => (a.rank === b.rank ? b.calls - a.calls : a.rank > b.rank ? -1 : 1))
    .map((one) => ({
      name: one.name,
      calls: one.calls,
      calls_share: calls === 0 ? 0 : one.calls / calls,
      estimated_usd: one.usd === undefined ? null : formatUsd(one.usd),
      usd_share: one.usd === undefined || all === 0n ? null : Number(one.usd) / Number(all),
    }));
}

/** Undefined where no row has known dollars. */
export function knownUsd(rows: readonly Row[]): bigint | undefined {
  const known = rows.flatMap((row) => (row["estimated_cost"] == null ? [] : [parseUsd(String(row["estimated_cost"]))]));
  return known.length === 0 ? undefined : known.reduce((sum, one) => sum + one, 0n);
}
