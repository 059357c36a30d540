import type { SharedCosts, SharedSplit } from "../config/shared-costs.ts";
import { allocate, type PicoUsd, parseDecimal, toCents, toPico } from "../money.ts";
import { type Known, knownOf } from "./measures.ts";
import type { Bill, DimensionRow } from "./month-data.ts";
import { sumUsd } from "./rows.ts";

export const ADJUSTMENT_KINDS = ["discount", "credit", "refund", "tax"] as const;
export type AdjustmentKind = (typeof ADJUSTMENT_KINDS)[number];

export interface ChargebackLine {
  readonly team: string;
  readonly costCenter: string;
  /** Dollars that belong to the team itself. */
  readonly direct: PicoUsd;
  /** The team's part of dollars that belong to nobody. */
  readonly shared: PicoUsd;
  /** Of both: what lowers or raises the bill beside use, by kind. */
  readonly adjustments: Readonly<Record<AdjustmentKind, PicoUsd>>;
  readonly total: PicoUsd;
  /** In whole cents; all lines together are the total in whole cents. */
  readonly booked: PicoUsd;
  /** Of what is billed all is known. Of an estimate `at least`: some calls lack a price or are not priced by tokens; `unknown`, `not priced by tokens`: all do. */
  readonly known: Exclude<Known, "no calls">;
}

/** Dollars of one kind that belong to no team, and what became of them. */
export interface SharedPool {
  readonly kind: string;
  readonly amount: PicoUsd;
  /** How they were split; `none` when they stay a line of their own, also because no team could take them. */
  readonly split: SharedSplit["split"];
}

export interface Chargeback {
  /** `billed` when a bill is there, else `estimated`. */
  readonly basis: "billed" | "estimated";
  readonly lines: readonly ChargebackLine[];
  readonly pools: readonly SharedPool[];
  readonly total: PicoUsd;
}

/** What of a month decides who is charged. */
export interface ChargedMonth {
  readonly bill: Pick<Bill, "shared" | "adjustments"> | undefined;
  readonly by: { readonly team: readonly DimensionRow[] };
}

/** Lines that belong to no team: logged calls of nobody, and charges without calls that nothing names a team for. */
const NOBODY: ReadonlySet<string> = new Set(["unattributed", "shared"]);
const STAYS: SharedSplit = { split: "none" };

/**
 * What each team is charged. The lines sum to the bill (or to the estimate, without one) to the last digit. Dollars that belong to no team stay lines
 * of their own unless `report.shared` says what becomes of their kind; what is split is split by largest remainder.
 */
export function chargeback(data: ChargedMonth, config: SharedCosts): Chargeback {
  const billed = data.bill !== undefined;
  const teams = new Map<string, DimensionRow | undefined>(
    data.by.team.flatMap((row) => (NOBODY.has(row.name) ? [] : [[row.name, row]])),
  );
  const amountOf = (row: DimensionRow | undefined): PicoUsd =>
    row === undefined ? 0n : billed ? row.billed : row.usage.estimated;
  const nobody = data.bill
    ? data.bill.shared
    : data.by.team.flatMap((row) =>
        NOBODY.has(row.name) ? [{ team: row.name, kind: "unattributed", billed: amountOf(row) }] : [],
      );

  const ruleOf = (kind: string): SharedSplit => ruleFor(config, kind);
  for (const { kind } of nobody) for (const name of named(ruleOf(kind))) if (!teams.has(name)) teams.set(name, undefined);
  const names = [...teams.keys()];
  const adjustments = new Adjustments();
  for (const { team, kind, billed: amount } of data.bill?.adjustments ?? [])
    if (!NOBODY.has(team)) adjustments.add(team, kind, amount);
  const shared = new Map<string, PicoUsd>();
  const kept = new Map<string, PicoUsd>();
  const pools = nobody.map(({ team, kind, billed: amount }): SharedPool => {
    const rule = ruleOf(kind);
    const weights = names.map((name) => weight(name, amountOf(teams.get(name)), rule));
    if (amount === 0n || !weights.some((one) => one > 0n)) {
      kept.set(team, (kept.get(team) ?? 0n) + amount);
      adjustments.add(team, kind, amount);
      return { kind, amount, split: "none" };
    }
    for (const [index, part] of allocate(amount, weights).entries()) {
      const name = names[index] ?? "";
      shared.set(name, (shared.get(name) ?? 0n) + part);
      adjustments.add(name, kind, part);
    }
    return { kind, amount, split: rule.split };
  });
  const lines: Omit<ChargebackLine, "booked">[] = names.map((team) => {
    const row = teams.get(team);
    const direct = amountOf(row);
    const part = shared.get(team) ?? 0n;
    return {
      team,
      costCenter: row?.labels["cost_center"] ?? "",
      direct,
      shared: part,
      adjustments: adjustments.of(team),
      total: direct + part,
      known: chargedKnown(row, billed),
    };
  });
  for (const row of data.by.team) if (NOBODY.has(row.name) && !kept.has(row.name)) kept.set(row.name, 0n);
  for (const [team, amount] of kept) {
    const known = chargedKnown(
      data.by.team.find((row) => row.name === team),
      billed,
    );
    if (amount !== 0n || known !== "complete")
      lines.push({ team, costCenter: "", direct: amount, shared: 0n, adjustments: adjustments.of(team), total: amount, known });
  }
  lines.sort((a, b) => (a.total === b.total ? (a.team < b.team ? -1 : 1) : a.total > b.total ? -1 : 1));
  const booked = toCents(lines.map((line) => line.total));
  return {
    basis: billed ? "billed" : "estimated",
    lines: lines.map((line, index) => ({ ...line, booked: booked[index] ?? 0n })),
    pools: pools.filter(({ amount }) => amount !== 0n),
    total: sumUsd(lines.map((line) => line.total)),
  };
}

/** Sums by line and kind. */
class Adjustments {
  readonly #sums = new Map<string, PicoUsd>();

  /** Kinds that are no adjustment are left alone. */
  add(line: string, kind: string, amount: PicoUsd): void {
    const key = `${kind} ${line}`;
    this.#sums.set(key, (this.#sums.get(key) ?? 0n) + amount);
  }

  of(line: string): Record<AdjustmentKind, PicoUsd> {
    const sum = (kind: AdjustmentKind): PicoUsd => this.#sums.get(`${kind} ${line}`) ?? 0n;
    return { discount: sum("discount"), credit: sum("credit"), refund: sum("refund"), tax: sum("tax") };
  }
}

/** The bill knows what it charges; an estimate lacks what has no price, and what is paid by the hour. */
function chargedKnown(row: DimensionRow | undefined, billed: boolean): ChargebackLine["known"] {
  const known = billed || row === undefined ? "complete" : knownOf(row.usage);
  if (known === "no calls") return "complete";
  return known === "complete" && (row?.usage.notTokenPriced ?? 0) > 0 && !billed ? "at least" : known;
}

function ruleFor(config: SharedCosts, kind: string): SharedSplit {
  const found = Object.entries(config).find(([name]) => name === kind)?.[1];
  return found ?? config.default ?? STAYS;
}

/** Teams that a rule names: they are charged although they have no dollars of their own. */
function named(rule: SharedSplit): string[] {
  if (rule.split === "team") return [rule.team];
  return rule.split === "fixed" ? Object.keys(rule.shares) : [];
}

function weight(team: string, direct: PicoUsd, rule: SharedSplit): bigint {
  switch (rule.split) {
    case "none":
      return 0n;
    case "even":
      return 1n;
    case "by_usage":
      return direct > 0n ? direct : 0n;
    case "team":
      return team === rule.team ? 1n : 0n;
    case "fixed": {
      const share = Object.hasOwn(rule.shares, team) ? rule.shares[team] : undefined;
      return share === undefined ? 0n : toPico(parseDecimal(share));
    }
    default:
      return rule satisfies never;
  }
}
