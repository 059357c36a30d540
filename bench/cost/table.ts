import type { MonthOf } from "./month.ts";
import type { Simulation } from "./simulate.ts";
import { dollars } from "./usage.ts";

const usd = (amount: number): string => `$${amount.toFixed(2)}`;
const millions = (calls: number): string => `${(calls / 1e6).toLocaleString("en-US")} million`;

/** Dollars by part and volume, as a Markdown table; the last lines compare with the goals. */
export function asTable({ first, later }: Simulation): string {
  const row = (name: string, cells: readonly string[]): string => `| ${[name, ...cells].join(" | ")} |`;
  const of = (months: readonly MonthOf[], cell: (month: MonthOf) => string): string[] => months.map(cell);
  const parts = later[0]?.parts.map(({ name }) => name) ?? [];
  return `${[
    row(
      "calls a month",
      of(later, ({ volume }) => millions(volume.calls)),
    ),
    row(
      "---",
      later.map(() => "---:"),
    ),
    row(
      "records in a log object",
      of(later, ({ volume }) => String(volume.records)),
    ),
    ...parts.map((name, index) =>
      row(
        name,
        of(later, ({ parts }) => usd(dollars(parts[index]?.usage ?? {}))),
      ),
    ),
    row(
      "**a month, with 400 days kept**",
      of(later, (month) => `**${usd(month.dollars)}**`),
    ),
    row(
      "the first month",
      of(first, (month) => usd(month.dollars)),
    ),
    row(
      "goal",
      of(later, ({ volume }) => usd(volume.goal)),
    ),
    row(
      "files that a question over a month opens",
      of(later, ({ monthFiles }) => Math.round(monthFiles).toLocaleString("en-US")),
    ),
  ].join("\n")}\n`;
}
