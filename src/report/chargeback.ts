import type { ReportConfig } from "../config/report.ts";
import { allocate, type PicoUsd, parseDecimal, toPico } from "../money.ts";
import type { Bill, DimensionRow } from "./month-data.ts";
import { sumUsd } from "./rows.ts";

export interface ChargebackLine {
  readonly team: string;
  readonly costCenter: string;
  /** Dollars that belong to the team itself. */
  readonly direct: PicoUsd;
  /** The team's part of dollars that belong to nobody. */
  readonly shared: PicoUsd;
  readonly total: PicoUsd;
}

export interface Chargeback {
  /** `billed` when a bill is there, else `estimated`. */
  readonly basis: "billed" | "estimated";
  readonly split: ReportConfig["shared_costs"]["split"];
  readonly lines: readonly ChargebackLine[];
  /** Dollars that were split. */
  readonly pool: PicoUsd;
  readonly total: PicoUsd;
}

/** What of a month decides who is charged. */
export interface ChargedMonth {
  readonly bill: Bill | undefined;
  readonly by: { readonly team: readonly DimensionRow[] };
}

const NOBODY = "unattributed";

/**
 * What each team is charged. The lines sum to the bill (or to the estimate, without one) to the last digit: the pool of unattributed dollars is
 * split by largest remainder. A pool that cannot be split, because no team has usage or `split` is `none`, stays as its own line.
 */
export function chargeback(data: ChargedMonth, config: ReportConfig["shared_costs"]): Chargeback {
  const basis = data.bill ? "billed" : "estimated";
  const direct = new Map<string, PicoUsd>();
  const costCenters = new Map<string, string>();
  let pool: PicoUsd = 0n;
  for (const row of data.by.team) {
    const amount = data.bill ? row.billed : row.usage.estimated;
    if (row.name === NOBODY) pool += amount;
    else {
      direct.set(row.name, amount);
      costCenters.set(row.name, row.labels["cost_center"] ?? "");
    }
  }
  if (config.split === "fixed") for (const team of Object.keys(config.shares)) if (!direct.has(team)) direct.set(team, 0n);
  const teams = [...direct.keys()];
  const weights = teams.map((team) => weight(team, direct.get(team) ?? 0n, config));
  const splittable = config.split !== "none" && weights.some((one) => one > 0n);
  const parts = splittable ? allocate(pool, weights) : teams.map(() => 0n);
  const lines: ChargebackLine[] = teams.map((team, index) => {
    const own = direct.get(team) ?? 0n;
    const shared = parts[index] ?? 0n;
    return { team, costCenter: costCenters.get(team) ?? "", direct: own, shared, total: own + shared };
  });
  if (!splittable && pool !== 0n) lines.push({ team: NOBODY, costCenter: "", direct: pool, shared: 0n, total: pool });
  lines.sort((a, b) => (a.total === b.total ? (a.team < b.team ? -1 : 1) : a.total > b.total ? -1 : 1));
  return { basis, split: config.split, lines, pool, total: sumUsd(lines.map((line) => line.total)) };
}

function weight(team: string, direct: PicoUsd, config: ReportConfig["shared_costs"]): bigint {
  switch (config.split) {
    case "even":
      return 1n;
    case "fixed": {
      const share = Object.hasOwn(config.shares, team) ? config.shares[team] : undefined;
      return share === undefined ? 0n : toPico(parseDecimal(share));
    }
    default:
      return direct > 0n ? direct : 0n;
  }
}
