import { Random } from "./random.ts";

/** Everything that makes one month's export and usage different from another's. */
export interface MonthShape {
  readonly index: number;
  readonly seed: number;
  /** YYYY-MM */
  readonly month: string;
  readonly granularity: "hourly" | "daily" | "monthly";
  readonly resources: boolean;
  /** none: no such column; session: the ARN as in the log; role: the role without its session. */
  readonly principals: "none" | "session" | "role";
  readonly format: "csv" | "csv.gz" | "parquet";
  readonly parts: number;
  /**
   * overwrite leaves stray files of an earlier, larger delivery; create-new keeps earlier executions; loose has no manifest; snapshots are copies of the
   * export in folders of their day, with new line ids each, the running lines still smaller in the earlier ones.
   */
  readonly delivery: "overwrite" | "create-new" | "loose" | "snapshots";
  /** How the discount comes: separate lines, a lower rate on the lines, a net column beside it, or an agreement that strata.yml knows. */
  readonly discount: "none" | "edp" | "bundled" | "private-lines" | "private-rate" | "net-column" | "agreed";
  /** Application inference profiles: known by strata.yml, learned from the bill's resource ids, or neither. */
  readonly profiles: "map" | "resource" | "blind";
  /** Claude as AWS itself words it, instead of Marketplace. */
  readonly claudeByAws: boolean;
  /** The bill carries tags of the callers: some move to another team in the middle of the month, one session has two tag sets. */
  readonly tags: boolean;
  readonly invoiced: boolean;
  /** The next month's bill is there, too, and refunds half of this month's dearest lines. */
  readonly laterRefund: boolean;
  readonly extras: readonly Extra[];
  readonly plants: readonly Plant[];
  readonly calls: number;
  /** Days from the first of the month on that have usage; all when left out. */
  readonly days?: number;
}

export const EXTRAS = [
  "credit",
  "refund",
  "tax",
  "fee",
  "batch",
  "mantle",
  "provisioned",
  "guardrail",
  "image",
  "storage",
] as const;
export type Extra = (typeof EXTRAS)[number];
export const PLANTS = [
  "dark",
  "lost",
  "late",
  "unbilled",
  "ttl",
  "tier",
  "flex",
  "quantity",
  "excess",
  "unknown",
  "midnight",
] as const;
export type Plant = (typeof PLANTS)[number];

/** Twenty months: the first dimensions go round so that every value occurs, the rest is drawn. */
export function monthShapes(count: number, seed = 1): MonthShape[] {
  return Array.from({ length: count }, (_, index) => monthShape(index, seed * 1000 + index));
}

const at = <T>(list: readonly [T, ...T[]], index: number): T => list[index % list.length] ?? list[0];

function monthShape(index: number, seed: number): MonthShape {
  const random = new Random(seed);
  const some = <T>(list: readonly T[], share: number): T[] => list.filter(() => random.next() < share);
  const resources = index % 3 !== 2;
  const granularity = [2, 5, 7].includes(index % 8) ? "monthly" : index % 4 === 3 ? "daily" : "hourly";
  const laterRefund = index % 3 === 1;
  const claudeByAws = index % 5 === 4 || index % 5 === 2;
  return {
    index,
    seed,
    month: at(["2026-07", "2026-08", "2026-09", "2026-10"], index),
    granularity,
    resources,
    principals: at(["session", "none", "session", "role", "session"], index),
    format: at(["csv.gz", "parquet", "csv"], index),
    parts: random.int(1, 4),
    delivery: [1, 4, 6].includes(index % 8) ? "snapshots" : at(["overwrite", "create-new", "loose", "overwrite"], index),
    discount: at(["none", "edp", "private-rate", "none", "bundled", "agreed", "private-lines", "net-column"], index),
    profiles: index % 2 === 0 ? "map" : resources ? "resource" : "blind",
    claudeByAws,
    tags: index % 5 === 0 || index % 5 === 2,
    invoiced: index % 2 === 1,
    laterRefund,
    // Every second plant and extra a month, and which ones moves on from month to month.
    extras: [...new Set([at(EXTRAS, index), at(EXTRAS, index + 3), ...some(EXTRAS, 0.4)])],
    plants: plantsOf([...new Set([at(PLANTS, index), at(PLANTS, index + 4), ...some(PLANTS, 0.3)])], granularity, laterRefund),
    calls: random.int(500, 900),
  };
}

/**
 * The plants that can be told apart: a bill by the month has no days that keep a lost call from an unbilled one of the same model, and a next month's bill
 * leaves nothing of this month to wait for.
 */
function plantsOf(drawn: readonly Plant[], granularity: MonthShape["granularity"], laterRefund: boolean): Plant[] {
  const byDay: readonly Plant[] = ["dark", "late", "unbilled", ...(drawn.includes("lost") ? (["quantity"] as const) : [])];
  return drawn
    .filter((plant) => granularity !== "monthly" || !byDay.includes(plant))
    .filter((plant) => plant !== "late" || !laterRefund);
}
