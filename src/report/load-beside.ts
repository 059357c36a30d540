import type { ReportConfig } from "../config/report.ts";
import { formatUsd, type PicoUsd, parseUsd } from "../money.ts";
import type { Row, Warehouse } from "../ports.ts";
import type { ReportTable } from "./csv.ts";
import { aliasOf } from "./people.ts";
import type { Period } from "./period.ts";
import { count, sumUsd, text, usd } from "./rows.ts";

/** A person of Kiro in a month. Credits are Kiro's own unit, in decimal text. */
export interface KiroPerson {
  readonly person: string;
  readonly plan: string;
  readonly credits: string;
  readonly overageCredits: string;
  readonly activeDays: number;
  readonly planCost: PicoUsd;
  readonly overage: PicoUsd;
  readonly billed: PicoUsd;
  readonly verdict: string;
  readonly bestPlan: string;
  readonly best: PicoUsd | undefined;
}

export interface KiroMonth {
  /** Empty when people are left out. */
  readonly people: readonly KiroPerson[];
  readonly persons: number;
  /** How many people of each verdict. */
  readonly verdicts: ReadonlyMap<string, number>;
  readonly billed: PicoUsd;
  readonly byKind: readonly {
    readonly product: string;
    readonly kind: string;
    readonly plan: string;
    readonly billed: PicoUsd;
  }[];
}

/** Part of `billed_not_logged` that something explains. */
export interface ExplainedPart {
  readonly explanation: string;
  readonly calls: number;
  readonly billed: PicoUsd;
}

/** What other sources say beside logs and bill: Kiro, and what explains dollars that no log does. Undefined parts: nothing was read. */
export interface Beside {
  readonly kiro: KiroMonth | undefined;
  readonly explained: readonly ExplainedPart[];
}

export async function loadBeside(
  warehouse: Warehouse,
  { from, to }: Period,
  config: Pick<ReportConfig, "people" | "pseudonym_key">,
  { hasBill, jobs }: { readonly hasBill: boolean; readonly jobs: boolean },
): Promise<Beside> {
  const range = { from, to };
  const people = (await warehouse.query("saved/kiro_people", range)).rows;
  const spend = (await warehouse.query("saved/kiro_spend", range)).rows;
  const explained = hasBill ? (await warehouse.query("saved/unlogged_explained", { ...range, jobs })).rows : [];
  return {
    kiro: people.length + spend.length === 0 ? undefined : kiroMonth(people, spend, config),
    explained: partsOf(explained),
  };
}

function kiroMonth(
  people: readonly Row[],
  spend: readonly Row[],
  config: Pick<ReportConfig, "people" | "pseudonym_key">,
): KiroMonth {
  const alias = aliasOf(config);
  const verdicts = new Map<string, number>();
  for (const row of people) verdicts.set(text(row, "verdict"), (verdicts.get(text(row, "verdict")) ?? 0) + 1);
  return {
    people:
      config.people === "none"
        ? []
        : people.map((row) => ({
            person: alias(text(row, "person"), "person"),
            plan: text(row, "plan"),
            credits: formatUsd(parseUsd(text(row, "credits", "0"))),
            overageCredits: formatUsd(parseUsd(text(row, "overage_credits", "0"))),
            activeDays: count(row, "active_days"),
            planCost: usd(row, "plan_cost"),
            overage: usd(row, "overage_cost"),
            billed: usd(row, "billed_cost"),
            verdict: text(row, "verdict"),
            bestPlan: text(row, "best_plan"),
            best: row["best_cost"] === null || row["best_cost"] === undefined ? undefined : usd(row, "best_cost"),
          })),
    persons: people.length,
    verdicts,
    billed: sumUsd(spend.map((row) => usd(row, "billed_cost"))),
    byKind: spend.map((row) => ({
      product: text(row, "product"),
      kind: text(row, "kind"),
      plan: text(row, "plan"),
      billed: usd(row, "billed_cost"),
    })),
  };
}

/** By explanation, the largest first. */
function partsOf(rows: readonly Row[]): ExplainedPart[] {
  const parts = new Map<string, ExplainedPart>();
  for (const row of rows) {
    const explanation = text(row, "explanation");
    const before = parts.get(explanation) ?? { explanation, calls: 0, billed: 0n };
    parts.set(explanation, {
      explanation,
      calls: before.calls + count(row, "calls"),
      billed: before.billed + usd(row, "billed_cost"),
    });
  }
  return [...parts.values()].sort((a, b) =>
    a.billed === b.billed ? (a.explanation < b.explanation ? -1 : 1) : a.billed > b.billed ? -1 : 1,
  );
}

/** Beside the statement's own files: credits and plans are no part of what ties to the Bedrock invoice. */
export const kiroTable = ({ people }: KiroMonth): ReportTable => ({
  name: "kiro",
  title: "Kiro",
  columns: [
    { name: "person", kind: "text" },
    { name: "plan", kind: "text" },
    { name: "credits", kind: "text" },
    { name: "overage_credits", kind: "text" },
    { name: "active_days", kind: "count" },
    { name: "plan_usd", kind: "usd" },
    { name: "overage_usd", kind: "usd" },
    { name: "billed_usd", kind: "usd" },
    { name: "verdict", kind: "text" },
    { name: "best_plan", kind: "text" },
    { name: "best_plan_usd", kind: "usd" },
  ],
  rows: people.map((row) => [
    row.person,
    row.plan,
    row.credits,
    row.overageCredits,
    String(row.activeDays),
    formatUsd(row.planCost),
    formatUsd(row.overage),
    formatUsd(row.billed),
    row.verdict,
    row.bestPlan,
    row.best === undefined ? "" : formatUsd(row.best),
  ]),
});
