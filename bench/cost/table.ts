import type { MonthOf } from "./month.ts";
import type { Simulation } from "./simulate.ts";
import { dollars } from "./usage.ts";

const usd = (amount: number): string => `$${amount.toFixed(2)}`;
const millions = (calls: number): string => `${(calls / 1e6).toLocaleString("en-US")} million`;
const row = (name: string, cells: readonly string[]): string => `| ${[name, ...cells].join(" | ")} |`;

/** Dollars by part and volume, in the first month and with all days kept, as a Markdown table; the last lines compare with the goals. */
export function asTable({ first, later }: Simulation): string {
  const pairs = later.map((month, index) => [first[index] ?? month, month] as const);
  const each = (cell: (month: MonthOf) => string): string[] => pairs.flatMap((months) => months.map(cell));
  const once = (cell: (month: MonthOf) => string): string[] => pairs.flatMap(([, month]) => [cell(month), ""]);
  const parts = later[0]?.parts.map(({ name }) => name) ?? [];
  return `${[
    row(
      "calls a month",
      once(({ volume }) => millions(volume.calls)),
    ),
    row(
      "---",
      each(() => "---:"),
    ),
    row(
      "records in a log object",
      once(({ volume }) => String(volume.records)),
    ),
    row(
      "",
      pairs.flatMap(() => ["first month", "400 days"]),
    ),
    ...parts.map((name, index) =>
      row(
        name,
        each(({ parts }) => usd(dollars(parts[index]?.usage ?? {}))),
      ),
    ),
    row(
      "**a month**",
      each((month) => `**${usd(month.dollars)}**`),
    ),
    row(
      "goal",
      each(({ volume }) => usd(volume.goal)),
    ),
    row(
      "files that a question over a month opens",
      once((month) => Math.round(month.monthFiles).toLocaleString("en-US")),
    ),
  ].join("\n")}\n`;
}
