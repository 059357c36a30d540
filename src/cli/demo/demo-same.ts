import { thousands } from "../../figures.ts";
import { formatUsd, type PicoUsd } from "../../money.ts";

/** One line of what was planted beside what was found. */
export interface Check {
  readonly what: string;
  readonly planted: string;
  readonly found: string;
  readonly holds: boolean;
}

/** Every digit: this is the place that shows whether two sums are the same. */
const shownUsd = (amount: PicoUsd): string => (amount < 0n ? `-$${formatUsd(-amount)}` : `$${formatUsd(amount)}`);

const same =
  <Value>(shown: (value: Value) => string) =>
  (what: string, planted: Value, found: Value | undefined): Check => ({
    what,
    planted: shown(planted),
    found: found === undefined ? "-" : shown(found),
    holds: planted === found,
  });

export const sameUsd = same(shownUsd);
export const sameCount = same(thousands);
