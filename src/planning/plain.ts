import { formatUsd } from "../money.ts";

/** What can be written as JSON: integers of money (bigint) become exact decimal dollars as text; what is undefined is left out. */
export function plain(value: unknown): unknown {
  if (typeof value === "bigint") return formatUsd(value);
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, one]) => one !== undefined)
      .map(([key, one]) => [key, plain(one)]),
  );
}
