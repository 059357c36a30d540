import type { StrataConfig } from "../config/strata-config.ts";
import { counted } from "../figures.ts";
import type { PicoUsd } from "../money.ts";
import { type Finding, findSavings } from "../planning/savings/find-savings.ts";
import type { Warehouse } from "../ports.ts";
import type { MonthSums } from "./month-data.ts";
import { type Alias, aliasOf } from "./people.ts";

/** One way to spend less, as the statement shows it. */
export interface SavingLine extends Pick<Finding, "id" | "lever" | "title" | "confidence" | "kind" | "next" | "perMonth"> {
  /** Who would save most, as the privacy mode names them; empty when people are left out. */
  readonly who: readonly string[];
  readonly people: number;
  readonly services: number;
  readonly assumptions: readonly string[];
}

export interface Savings {
  readonly lines: readonly SavingLine[];
  /** Dollars per month when of several findings about the same calls only the largest counts. */
  readonly withoutOverlap: PicoUsd;
}

const NAMED = 3;

/** The savings rules on the month's own traffic, up to the last day with a call; undefined for a month without calls. */
export async function loadSavings(
  warehouse: Warehouse,
  data: Pick<MonthSums, "totals" | "period">,
  config: Pick<StrataConfig, "prices" | "report">,
): Promise<Savings | undefined> {
  const { firstDay, lastDay } = data.totals;
  if (firstDay === undefined || lastDay === undefined) return undefined;
  const report = await findSavings(warehouse, { from: data.period.from, to: lastDay }, config.prices);
  const alias = config.report.people === "none" ? undefined : aliasOf(config.report);
  return { lines: report.findings.map((finding) => lineOf(finding, alias)), withoutOverlap: report.withoutOverlap };
}

function lineOf(finding: Finding, alias: Alias | undefined): SavingLine {
  const { id, lever, title, confidence, kind, next, perMonth, people, services, whatIf } = finding;
  const names = whatIf.callers.map((caller) => alias?.(caller.who, caller.kind === "person" ? "person" : "principal"));
  const who = [...new Set(names)].filter((name) => name !== undefined).slice(0, NAMED);
  return {
    id,
    lever,
    title,
    confidence,
    kind,
    next,
    perMonth,
    who,
    people: people.length,
    services: services.length,
    assumptions: whatIf.assumptions,
  };
}

/** `ana, ben and 3 more`, or counts where nobody is named. */
export function whoSentence({ who, people, services }: SavingLine): string {
  const all = people + services;
  if (all === 0) return "";
  if (who.length === 0)
    return [many(people, "person", "people"), many(services, "service", "services")].filter(Boolean).join(", ");
  return all > who.length ? `${who.join(", ")} and ${all - who.length} more` : who.join(", ");
}

const many = (count: number, one: string, more: string): string => (count === 0 ? "" : counted(count, one, more));
