import { constantOffsets, startOfLocalDay } from "../local-time.ts";
import { formatUsd } from "../money.ts";
import type { Row, Warehouse } from "../ports.ts";
import { addDays } from "../time.ts";
import type { ReportTable } from "./csv.ts";
import { isKnown, knownOf, type Priced, pricedOf } from "./measures.ts";
import { periodOf } from "./period.ts";

interface Line {
  readonly day: string;
  readonly team: string;
  readonly costCenter: string;
  readonly tokens: number;
  readonly usage: Priced;
}

/**
 * The month as people at home in a time zone know it, by local day and team, for showback: estimated dollars only. What ties to an invoice is cut in UTC, as the bill
 * is, and stands in the other files; the two differ by the hours at both ends of the month.
 * @param month `YYYY-MM`
 * @param zone IANA zone
 */
export async function showback(warehouse: Warehouse, month: string, zone: string): Promise<ReportTable> {
  const from = startOfLocalDay(`${month}-01`, zone);
  const to = startOfLocalDay(addDays(periodOf(month).to, 1), zone);
  const lines = new Map<string, Line>();
  for (const { from: begins, to: ends, minutes } of constantOffsets(from, to, zone)) {
    const { rows } = await warehouse.query("reports/showback", {
      from: new Date(begins).toISOString(),
      to: new Date(ends).toISOString(),
      offset_minutes: minutes,
    });
    for (const row of rows) add(lines, lineOf(row));
  }
  return {
    name: `showback_${zone.replaceAll("/", "-")}`,
    title: `Showback, days of ${zone}`,
    columns: [
      { name: "local_day", kind: "text" },
      { name: "team", kind: "text" },
      { name: "cost_center", kind: "text" },
      { name: "invocations", kind: "count" },
      { name: "tokens", kind: "count" },
      { name: "unpriced", kind: "count" },
      { name: "estimated_usd", kind: "usd" },
      { name: "known", kind: "text" },
    ],
    rows: [...lines.values()].map((line) => [
      line.day,
      line.team,
      line.costCenter,
      String(line.usage.invocations),
      String(line.tokens),
      String(line.usage.unpriced),
      // Unknown is not zero.
      isKnown(knownOf(line.usage)) ? formatUsd(line.usage.estimated) : "",
      knownOf(line.usage),
    ]),
  };
}

const lineOf = (row: Row): Line => ({
  day: String(row["local_day"]),
  team: String(row["team"]),
  costCenter: row["cost_center"] === null ? "" : String(row["cost_center"]),
  tokens: Number(row["tokens"]),
  usage: pricedOf(row),
});

/** A day on which the clocks change has a part before and a part after. */
function add(lines: Map<string, Line>, line: Line): void {
  const key = JSON.stringify([line.day, line.team, line.costCenter]);
  const before = lines.get(key);
  lines.set(
    key,
    before === undefined
      ? line
      : {
          ...line,
          tokens: before.tokens + line.tokens,
          usage: together(before.usage, line.usage),
        },
  );
}

const together = (a: Priced, b: Priced): Priced => ({
  invocations: a.invocations + b.invocations,
  unpriced: a.unpriced + b.unpriced,
  uncounted: a.uncounted + b.uncounted,
  notTokenPriced: a.notTokenPriced + b.notTokenPriced,
  estimated: a.estimated + b.estimated,
});
