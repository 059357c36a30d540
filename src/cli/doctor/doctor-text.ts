import type { Check, Status } from "../../doctor/check.ts";
import type { Diagnosis } from "../../doctor/run-checks.ts";
import { printable } from "../../errors.ts";
import { counted } from "../../figures.ts";
import { ink } from "../shared/ink.ts";

/** What a person reads: first what is to do, step by step, then what could not be asked, then what is in order. */
export const doctorText = ({ checks, account, region, stage }: Diagnosis): string =>
  checksText(`Account ${account ?? "unknown"}, ${region}, stage ${stage}`, checks);

/** Checks in that order under a heading. */
export function checksText(heading: string, checks: readonly Check[]): string {
  const of = (...statuses: Status[]): Check[] => checks.filter(({ status }) => statuses.includes(status));
  const todo = of("fail", "warn");
  const unasked = of("unknown");
  const good = of("ok");
  return [
    ink.bold(heading),
    "",
    ...section("To do, in this order", todo.map(step)),
    ...section("Could not be asked", unasked.map(question)),
    ...section("In order", good.map(fine)),
    summary(of("fail").length, of("warn").length, unasked.length),
  ].join("\n");
}

const section = (title: string, blocks: readonly string[]): string[] =>
  blocks.length === 0 ? [] : [ink.bold(title), ...blocks, ""];

const step = ({ status, title, found, fix }: Check, index: number): string =>
  [
    `  ${String(index + 1).padStart(2)}. ${status === "fail" ? ink.red("fail") : ink.yellow("warn")}  ${printable(title)}: ${printable(found)}`,
    ...fix.map((line) => `            ${isCommand(line) ? `$ ${printable(line)}` : ink.dim(printable(line))}`),
  ].join("\n");

const question = ({ title, found, fix }: Check): string =>
  [`  ${ink.cyan("?")}  ${printable(title)}: ${printable(found)}`, ...fix.map((line) => `     ${ink.dim(printable(line))}`)].join(
    "\n",
  );

const fine = ({ title, found }: Check): string => `  ${ink.green("ok")}  ${printable(title)}: ${printable(found)}`;

const isCommand = (line: string): boolean => /^(aws|npx|npm|strata) /.test(line);

function summary(failures: number, warnings: number, unasked: number): string {
  if (failures + warnings + unasked === 0) return "Everything is in order.";
  const count = (number: number, one: string, many: string): string[] => (number === 0 ? [] : [counted(number, one, many)]);
  return `${[
    ...count(failures, "failure", "failures"),
    ...count(warnings, "warning", "warnings"),
    ...count(unasked, "question without an answer", "questions without an answer"),
  ].join(", ")}. Doctor changes nothing; run it again after each step.`;
}
