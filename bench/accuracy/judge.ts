import { inDollars, parseUsd } from "../../src/money.ts";
import type { Row, Warehouse } from "../../src/ports.ts";
import { type LaterTruth, STEPS, type Truth } from "./bill/truth.ts";

/** One figure that was planted and one that was found; pico-dollars. */
export interface Finding {
  readonly name: string;
  readonly planted: bigint;
  readonly found: bigint;
  /** |found − planted| over the bill. */
  readonly share: number;
}

export interface Verdict {
  readonly findings: readonly Finding[];
  /** Largest share of any finding. */
  readonly worst: number;
  /** Billed equals the sum of the six statuses, and what the export holds, to the last digit. */
  readonly conserved: boolean;
  /** Every logged dollar is in exactly one of the three statuses. */
  readonly logConserved: boolean;
  /** What the price step leaves beyond the planted price differences, over the bill: the error of the prices themselves. */
  readonly priceError: number;
  /** Largest error of a team's charged dollars, over the bill; null where the bill names no team. */
  readonly teamError: number | null;
}

/** A hundredth of a percent. */
export const LIMIT = 0.0001;

/** Compares what reconciliation says of a month with what was planted. */
export async function judge(warehouse: Warehouse, month: string, truth: Truth, byPrincipal: boolean): Promise<Verdict> {
  const steps = new Map(
    (await warehouse.query("billing/variance", { month })).rows.map((row) => [String(row["step"]), pico(row, "amount")]),
  );
  const charges = (
    await warehouse.adhoc(
      `select status, principal_arn, sum(billed_cost) as usd from allocated_charges where ${inMonth(month)} group by 1, 2 order by 1, 2`,
    )
  ).rows;
  const [logged = {}] = (await warehouse.adhoc("select sum(estimated_cost) as usd from logged_charges")).rows;
  const [hours = {}] = (await warehouse.adhoc("select sum(estimated_cost) as usd from hourly_usage")).rows;
  const size = Number(truth.billed);
  const finding = (name: string, planted: bigint, found: bigint): Finding => ({
    name,
    planted,
    found,
    share: Math.abs(Number(found - planted)) / size,
  });
  const charged = await byTeam(warehouse, month, "status in ('allocated', 'billed_not_logged', 'residual')");
  const later = truth.later && (await laterFound(warehouse, truth.later.month));
  const teams = [
    ...[...truth.byTeam].map(([team, planted]) => finding(`charged to ${team}`, planted, charged.get(team) ?? 0n)),
    ...[...(truth.later?.refundsByTeam ?? [])].map(([team, planted]) =>
      finding(`refunded to ${team} on the next bill`, planted, later?.refundsByTeam.get(team) ?? 0n),
    ),
  ];
  const findings = [
    finding("estimated", truth.estimated, steps.get("estimated") ?? 0n),
    finding("billed", truth.billed, steps.get("billed") ?? 0n),
    ...STEPS.map((step) => finding(step, truth.steps[step], steps.get(step) ?? 0n)),
    ...(byPrincipal ? principalFindings(charges, truth, finding) : []),
    ...(truth.later
      ? [
          finding("the next bill", truth.later.billed, later?.billed ?? 0n),
          finding("refunds on the next bill", truth.later.refunds, later?.refunds ?? 0n),
        ]
      : []),
    ...teams,
  ];
  const statuses = charges.reduce((sum, row) => sum + pico(row, "usd"), 0n);
  return {
    findings,
    worst: Math.max(...findings.map(({ share }) => share)),
    conserved: statuses === truth.billed && steps.get("billed") === truth.billed,
    logConserved: pico(logged, "usd") === pico(hours, "usd"),
    teamError: teams.length === 0 ? null : Math.max(...teams.map(({ share }) => share)),
    priceError: finding("price", truth.steps.price, steps.get("price") ?? 0n).share,
  };
}

/** Lines of a month's statement. */
const inMonth = (month: string): string => `date_format(dt, '%Y-%m') = '${month}'`;

async function byTeam(warehouse: Warehouse, month: string, condition: string): Promise<Map<string, bigint>> {
  const { rows } = await warehouse.adhoc(
    `select team, sum(billed_cost) as usd from allocated_charges where ${inMonth(month)} and ${condition} group by 1`,
  );
  return new Map(rows.map((row) => [String(row["team"]), pico(row, "usd")]));
}

async function laterFound(warehouse: Warehouse, month: string): Promise<Omit<LaterTruth, "month">> {
  const steps = await warehouse.query("billing/variance", { month });
  const step = (name: string): bigint =>
    steps.rows.filter((row) => row["step"] === name).reduce((sum, row) => sum + pico(row, "amount"), 0n);
  const refundsByTeam = await byTeam(warehouse, month, "status = 'adjustment'");
  return { billed: step("billed"), refunds: step("taxes_and_credits"), refundsByTeam };
}

function principalFindings(
  charges: readonly Row[],
  truth: Truth,
  finding: (name: string, planted: bigint, found: bigint) => Finding,
): Finding[] {
  const found = new Map<string, bigint>();
  for (const row of charges) {
    if (row["status"] !== "allocated") continue;
    const arn = String(row["principal_arn"]);
    found.set(arn, (found.get(arn) ?? 0n) + pico(row, "usd"));
  }
  return [...new Set([...truth.byPrincipal.keys(), ...found.keys()])]
    .sort()
    .map((arn) => finding(`allocated to ${arn.split(":").at(-1)}`, truth.byPrincipal.get(arn) ?? 0n, found.get(arn) ?? 0n));
}

const pico = (row: Row, name: string): bigint => parseUsd(String(row[name] ?? "0"));

/** Findings over the limit, for a person. */
export const complaints = ({ findings, conserved, logConserved }: Verdict): string[] => [
  ...(conserved ? [] : ["billed is not the sum of its parts"]),
  ...(logConserved ? [] : ["logged is not the sum of its statuses"]),
  ...findings
    .filter(({ share }) => share > LIMIT)
    .map(({ name, planted, found }) => `${name}: planted ${inDollars(planted)}, found ${inDollars(found)}`),
];
