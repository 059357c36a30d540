import { formatUsd, type PicoUsd } from "../../money.ts";
import type { Row, Warehouse } from "../../ports.ts";
import type { PricesConfig } from "../../pricing/prices-config.ts";
import { type DayRange, perMonth } from "../per-month.ts";
import { createRepricer } from "../reprice.ts";
import { type UsageSlice, usageSlices } from "../usage-slice.ts";
import { compare, type WhatIf } from "../whatif/what-if.ts";
import { assumptions } from "./assumptions.ts";
import type { RuleContext, SavingsRule } from "./rule.ts";
import { savingsRules } from "./rules.ts";

/** What one rule found. */
export interface Finding extends Pick<SavingsRule, "id" | "lever" | "title" | "confidence" | "kind" | "next"> {
  readonly whatIf: WhatIf;
  /** Dollars per month that it saves; for an exposure, that it concerns. */
  readonly perMonth: PicoUsd;
  readonly people: readonly string[];
  readonly services: readonly string[];
  /** At most 20 rows, the dearest first. */
  readonly evidence: readonly Row[];
}

export interface SavingsReport {
  readonly range: DayRange;
  /** Estimated dollars of the range, as stored. */
  readonly estimated: PicoUsd;
  readonly estimatedPerMonth: PicoUsd;
  /** Savings first, the largest first; exposures after them. Rules that found nothing are left out. */
  readonly findings: readonly Finding[];
  /** The best single finding of each caller and model, added up per month: what can be had without counting anything twice. */
  readonly withoutOverlap: PicoUsd;
}

const EVIDENCE_ROWS = 20;

/** Runs every rule over the usage of a range. @throws ConfigError when overrides or discounts contradict each other. */
export async function findSavings(
  warehouse: Warehouse,
  range: DayRange,
  config: PricesConfig,
  rules: readonly SavingsRule[] = savingsRules,
): Promise<SavingsReport> {
  const context = contextOf(warehouse, range, config);
  const findings: Finding[] = [];
  for (const rule of rules) {
    const { whatIf, evidence } = await rule.compute(context);
    if (whatIf.callers.length === 0 && whatIf.notComputed.length === 0) continue;
    findings.push(finding(rule, whatIf, evidence));
  }
  const slices = await context.slices();
  const estimated = slices.reduce((sum, { estimatedCost }) => sum + (estimatedCost ?? 0n), 0n);
  const order = (one: Finding): number => (one.kind === "saving" ? 0 : 1);
  return {
    range,
    estimated,
    estimatedPerMonth: perMonth(estimated, range),
    findings: findings.sort((a, b) => order(a) - order(b) || compare(b.perMonth, a.perMonth) || a.id.localeCompare(b.id)),
    withoutOverlap: perMonth(bestOfEach(findings), range),
  };
}

function contextOf(warehouse: Warehouse, range: DayRange, config: PricesConfig): RuleContext {
  let slices: Promise<readonly UsageSlice[]> | undefined;
  const rows = new Map<string, Promise<readonly Row[]>>();
  return {
    warehouse,
    range,
    prices: createRepricer(config),
    slices: () => {
      slices ??= usageSlices(warehouse, { ...range, small: assumptions.routine, trimTo: assumptions.trimTo });
      return slices;
    },
    rows: (query, params = {}) =>
      once(rows, JSON.stringify([query, params]), async () => (await warehouse.query(query, { ...range, ...params })).rows),
  };
}

function once<T>(known: Map<string, Promise<T>>, key: string, ask: () => Promise<T>): Promise<T> {
  const answer = known.get(key) ?? ask();
  known.set(key, answer);
  return answer;
}

function finding(rule: SavingsRule, whatIf: WhatIf, evidence: readonly Row[] | undefined): Finding {
  const { id, lever, title, confidence, kind, next } = rule;
  const names = (wanted: "person" | "service"): string[] => [
    ...new Set(whatIf.callers.filter((caller) => caller.kind === wanted).map(({ who }) => who)),
  ];
  return {
    id,
    lever,
    title,
    confidence,
    kind,
    next,
    whatIf,
    perMonth: kind === "saving" ? whatIf.savingPerMonth : perMonth(whatIf.before, whatIf.range),
    people: names("person"),
    services: names("service"),
    evidence: (evidence ?? callerRows(whatIf)).slice(0, EVIDENCE_ROWS),
  };
}

const callerRows = ({ callers }: WhatIf): Row[] =>
  callers.map(({ who, kind, team, model, calls, before, after, saving }) => ({
    who,
    kind,
    team,
    model,
    calls,
    before: formatUsd(before),
    after: formatUsd(after),
    saving: formatUsd(saving),
  }));

function bestOfEach(findings: readonly Finding[]): PicoUsd {
  const best = new Map<string, PicoUsd>();
  for (const { kind, whatIf } of findings) {
    if (kind !== "saving") continue;
    for (const { who, team, model, saving } of whatIf.callers) {
      const key = JSON.stringify([who, team, model]);
      if (saving > (best.get(key) ?? 0n)) best.set(key, saving);
    }
  }
  return [...best.values()].reduce((sum, saving) => sum + saving, 0n);
}
