import { counted } from "../figures.ts";
import { inDollars, parseUsd } from "../money.ts";

/** What of an alert or its message says what it costs. */
export interface Costing {
  readonly rule: string;
  /** Exact decimal US dollars. */
  readonly dollars: string;
  readonly facts: Readonly<Record<string, unknown>>;
}

/** Rules whose dollars nobody can know, and why. */
const UNKNOWN: Readonly<Record<string, string>> = {
  logs_stopped: "unknown: what was not logged has no price",
  unpriced: "unknown: the model has no price; add one to prices in strata.yml",
};

/** Why nobody knows what an alert is about costs; undefined where it is known. */
export function unknownCost({ rule, dollars, facts }: Costing): string | undefined {
  if (Object.hasOwn(UNKNOWN, rule)) return UNKNOWN[rule];
  const unpriced = unpricedOf(facts);
  if (unpriced === 0 || parseUsd(dollars) !== 0n) return undefined;
  return `unknown: ${counted(unpriced, "call has", "calls have")} no price; add one to prices in strata.yml`;
}

/** `$12.00`, or `at least $12.00` where some calls have no price. */
export const leastDollars = ({ dollars, facts }: Costing): string =>
  `${unpricedOf(facts) > 0 ? "at least " : ""}${inDollars(parseUsd(dollars))}`;

const unpricedOf = (facts: Costing["facts"]): number => Number(facts[FACT] ?? 0);

const FACT = "unpriced_calls";

/** The calls without a price as a fact of a message and of the alert's row. */
export const unpricedFacts = (unpriced = 0): [string, number][] => (unpriced === 0 ? [] : [[FACT, unpriced]]);
