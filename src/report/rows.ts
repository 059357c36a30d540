import { type PicoUsd, parseUsd } from "../money.ts";
import type { Row } from "../ports.ts";

/** Text of a column; `otherwise` for null. */
export const text = (row: Row, column: string, otherwise = ""): string => {
  const value = row[column];
  return value === null || value === undefined ? otherwise : String(value);
};

/** A count; null, as a sum over no rows gives, is zero. */
export const count = (row: Row, column: string): number => Number(row[column] ?? 0);

/** Dollars; null is zero. */
export const usd = (row: Row, column: string): PicoUsd => {
  const value = row[column];
  return value === null || value === undefined ? 0n : parseUsd(String(value));
};

export const sumUsd = (amounts: Iterable<PicoUsd>): PicoUsd => {
  let sum: PicoUsd = 0n;
  for (const amount of amounts) sum += amount;
  return sum;
};

/** `part / whole` as a number for shares and bars, 0 when there is no whole. Never used for money itself. */
export const ratio = (part: bigint | number, whole: bigint | number): number => {
  const base = Number(whole);
  return base === 0 ? 0 : Number(part) / base;
};
