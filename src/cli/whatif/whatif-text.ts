import { atFolder } from "../../aim-commands.ts";
import { percent, thousands } from "../../figures.ts";
import { formatUsd, inDollars } from "../../money.ts";
import { perMonth } from "../../planning/per-month.ts";
import { plain } from "../../planning/plain.ts";
import type { SavingsReport } from "../../planning/savings/find-savings.ts";
import type { Achieved } from "../../planning/whatif/achieved.ts";
import type { WhatIf } from "../../planning/whatif/what-if.ts";
import type { Row } from "../../ports.ts";
import { PROGRAM } from "../../program.ts";
import { type Format, renderRows } from "../shared/rows.ts";

const TOP = 20;
const typed = (names: readonly string[], type: string) => names.map((name) => ({ name, type }));

/** The answer to one question: sums, assumptions, callers. */
export function printWhatIf(answer: WhatIf, format: Format): void {
  if (format === "json") {
    console.log(JSON.stringify(plain(answer), null, 2));
    return;
  }
  const rows = answer.callers.map(
    (one): Row => ({ ...one, before: formatUsd(one.before), after: formatUsd(one.after), saving: formatUsd(one.saving) }),
  );
  const columns = [
    ...typed(["who", "kind", "team", "model"], "varchar"),
    ...typed(["calls"], "bigint"),
    ...typed(["before", "after", "saving"], "decimal"),
  ];
  if (format === "csv") {
    console.log(renderRows({ columns, rows }, format));
    return;
  }
  const share = answer.before === 0n ? "" : ` (${percent(Number(answer.saving) / Number(answer.before), 1)})`;
  console.log(`${answer.title}, ${answer.range.from} to ${answer.range.to}`);
  console.log(`${thousands(answer.calls)} calls: ${inDollars(answer.before)} now, ${inDollars(answer.after)} then`);
  console.log(`saving ${inDollars(answer.saving)}${share}, ${inDollars(answer.savingPerMonth)} a month\n\nAssumptions:`);
  for (const assumption of answer.assumptions) console.log(`  - ${assumption}`);
  if (answer.stored !== answer.before)
    console.log(
      `  - As analysed these calls cost ${inDollars(answer.stored)}; with the prices given here ${inDollars(answer.before)}. Give --config the strata.yml of the analysis.`,
    );
  console.log(`\n${renderRows({ columns, rows: rows.slice(0, TOP) }, format)}${rows.length > TOP ? ` of ${rows.length}` : ""}`);
  for (const { reason, model, calls } of answer.notComputed)
    console.log(`not computed: ${thousands(calls)} calls of ${model}: ${reason}`);
}

/** All findings, then what to do about each. */
export function printSavings(report: SavingsReport, format: Format, data: string): void {
  if (format === "json") {
    console.log(JSON.stringify(plain(report), null, 2));
    return;
  }
  const rows = report.findings.map(
    ({ id, lever, title, confidence, kind, perMonth: amount, people, services, whatIf }): Row => ({
      rule: id,
      lever,
      what: kind === "exposure" && format === "table" ? `${title} (saves nothing by itself)` : title,
      kind,
      confidence,
      usd_per_month: formatUsd(amount),
      people: people.length,
      services: services.length,
      most_from: [...new Set(whatIf.callers.map(({ who }) => who))].slice(0, 3).join(", "),
    }),
  );
  const columns = [
    ...typed(["rule", "lever", "what", "kind", "confidence"], "varchar"),
    ...typed(["usd_per_month"], "decimal"),
    ...typed(["people", "services"], "bigint"),
    ...typed(["most_from"], "varchar"),
  ];
  // Lever and kind are for programs; a person reads them in the words beside.
  const shown = columns.filter(({ name }) => format === "csv" || (name !== "lever" && name !== "kind"));
  console.log(renderRows({ columns: shown, rows }, format));
  if (format === "csv") return;
  console.log(
    `\nEstimated ${inDollars(report.estimated)} from ${report.range.from} to ${report.range.to}, ${inDollars(report.estimatedPerMonth)} a month.`,
  );
  console.log(
    `Findings overlap: do not add them up. The best one for each caller and model comes to ${inDollars(report.withoutOverlap)} a month.\n`,
  );
  for (const { id, next, whatIf } of report.findings) {
    console.log(`${id}: ${next}`);
    for (const assumption of whatIf.assumptions) console.log(`  - ${assumption}`);
    for (const { reason, model, calls } of whatIf.notComputed)
      console.log(`  - not computed: ${thousands(calls)} calls of ${model}: ${reason}`);
  }
  console.log(`\nAfter a change: ${atFolder(`${PROGRAM} whatif achieved DAY`, data)} tells what it really saved.`);
}

/** Before and after, by three units of work. */
export function printAchieved(result: Achieved, format: Format): void {
  if (format === "json") {
    console.log(JSON.stringify(plain(result), null, 2));
    return;
  }
  const { before, after } = result;
  const rows = result.by.map(
    ({ unit, before: then, after: now, saving, savingPerMonth }): Row => ({
      by: unit,
      units_before: then,
      units_after: now,
      cost_before: formatUsd(before.cost),
      cost_after: formatUsd(after.cost),
      saving: saving === null ? null : formatUsd(saving),
      saving_per_month: savingPerMonth === null ? null : formatUsd(savingPerMonth),
    }),
  );
  const columns = [
    ...typed(["by"], "varchar"),
    ...typed(["units_before", "units_after"], "bigint"),
    ...typed(["cost_before", "cost_after", "saving", "saving_per_month"], "decimal"),
  ];
  console.log(renderRows({ columns, rows }, format));
  if (format === "csv") return;
  console.log(`\n${before.range.from} to ${before.range.to} against ${after.range.from} to ${after.range.to}`);
  console.log(
    `total cost a month: ${inDollars(perMonth(before.cost, before.range))} before, ${inDollars(perMonth(after.cost, after.range))} after`,
  );
  for (const note of result.notes) console.log(`  - ${note}`);
}
