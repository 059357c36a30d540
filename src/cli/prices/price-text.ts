import { printable } from "../../errors.ts";
import { thousands } from "../../figures.ts";
import type { PriceExplanation } from "../../pricing/explain-price.ts";
import { fitTable } from "../shared/fit-table.ts";
import { ink } from "../shared/ink.ts";

type Row = PriceExplanation["rows"][number];

/** The rates of a model for a person: a line for each routing and service tier, a column for each kind, and below what makes them and where they come from. */
export function priceText(explanation: PriceExplanation): string {
  const units = [...new Set(explanation.rows.map((row) => row.unit))];
  const notes = new Map<string, number>();
  const tables = units.map((unit) => unitTable(unit, explanation.rows, notes));
  const asked = `${explanation.model}, called from ${explanation.region} on ${explanation.day}`;
  return [
    ink.bold(printable(asked)),
    ...tables,
    ...unpricedLines(explanation),
    ...[...notes].map(([text, number]) => `${String(number).padStart(3)}  ${ink.dim(printable(text))}`),
  ].join("\n");
}

/** What has no rate, by name and with the reason. */
function unpricedLines({ unpriced }: PriceExplanation): string[] {
  if (unpriced.length === 0) return [];
  return [
    ink.bold("Not priced"),
    ...unpriced.map(
      ({ what, why, source, checked }) =>
        `     ${printable(what)}: ${printable(why)} ${ink.dim(printable(`(${source}; checked ${checked})`))}`,
    ),
  ];
}

function unitTable(unit: string, all: readonly Row[], notes: Map<string, number>): string {
  const rows = all.filter((row) => row.unit === unit);
  const kinds = [...new Set(rows.map((row) => row.kind))];
  const lines = sameRates(rows).flatMap(([routings, group]) => {
    const first = group[0];
    if (first === undefined) return [];
    const tier = first.above === 0 ? first.serviceTier : `${first.serviceTier}, over ${thousands(first.above)} tokens`;
    const cells = kinds.map((kind) => rateCell(group.find((row) => row.kind === kind)));
    return [[routings, tier, ...cells, noted(group, notes)].map(printable)];
  });
  const head = ["routing", "service tier", ...kinds.map((kind) => kind.replaceAll("_", " ")), "notes"];
  return `USD per ${unit}\n${fitTable({ head, rows: lines, numeric: [false, false, ...kinds.map(() => true), false] })}`;
}

/** Routings whose rates are the same become one line. */
function sameRates(rows: readonly Row[]): [string, Row[]][] {
  const lines = Map.groupBy(rows, (row) => `${row.serviceTier} ${row.above} ${row.routing}`);
  const merged = Map.groupBy(lines.values(), (line) =>
    JSON.stringify(
      line.map(({ serviceTier, above, kind, rate, listRate, why, source }) => [
        serviceTier,
        above,
        kind,
        rate,
        listRate,
        why,
        source,
      ]),
    ),
  );
  return [...merged.values()].map((same) => [same.map((line) => line[0]?.routing).join(", "), same[0] ?? []]);
}

const rateCell = (row: Row | undefined): string =>
  row === undefined ? "" : row.listRate === null || row.listRate === row.rate ? row.rate : `${row.rate} (list ${row.listRate})`;

/** The numbers of the notes that made these rates; a note that is new gets the next number. */
function noted(rows: readonly Row[], notes: Map<string, number>): string {
  const numbers = rows
    .flatMap((row) => [row.why, `Source: ${row.source}${seen(row)}`])
    .map((text) => {
      const number = notes.get(text) ?? notes.size + 1;
      notes.set(text, number);
      return number;
    });
  return [...new Set(numbers)].sort((a, b) => a - b).join(", ");
}

const seen = (row: Row): string => (row.checked === null ? "" : `; checked ${row.checked}`);
