import { counted } from "../../figures.ts";
import { formatUsd, type PicoUsd } from "../../money.ts";
import { billSteps } from "../bill-steps.ts";
import { foreignOf, invoicedSums, rateOf } from "../currencies.ts";
import { asOf } from "../html/figures.ts";
import type { PageInput } from "../html/page-input.ts";
import { whoSentence } from "../load-savings.ts";
import { cacheHitRate, cacheSaving, errorRate, isKnown, knownOf, type Measures } from "../measures.ts";
import { allocatedShare } from "../month-data.ts";
import { ratio } from "../rows.ts";
import { type Cell, countCell, type Sheet, shareCell, sheetOf, textCell } from "./sheet.ts";

const NOTHING = textCell("");
const usdCell = (amount: PicoUsd): Cell => ({ kind: "usd", text: formatUsd(amount) });
/** Empty where nobody knows it. */
const estimateCell = (m: Measures, amount = m.estimated): Cell => (isKnown(knownOf(m)) ? usdCell(amount) : NOTHING);

/** The statement as sheets: what people read first, then the tables of the CSV files. FOCUS rows are for systems and stay out. */
export function statementSheets(input: PageInput): Sheet[] {
  const of = (name: string, title?: string): Sheet[] =>
    input.tables.filter((table) => table.name === name).map((table) => sheetOf(table, title));
  return [
    summary(input),
    ...of("chargeback"),
    ...of("shared"),
    ...of("invoices"),
    waterfall(input),
    ...of("reconciliation", "Bill by reason"),
    movers(input),
    budgets(input),
    savings(input),
    quality(input),
    ...input.tables.filter((table) => table.name.startsWith("by_")).map((table) => sheetOf(table)),
  ];
}

function summary({ data, status, projection, charged, savings }: PageInput): Sheet {
  const { totals, previous, bill } = data;
  const compared = previous.invocations > 0;
  const line = (name: string, value: Cell, before: Cell = NOTHING, note = ""): Cell[] => [
    textCell(name),
    value,
    compared ? before : NOTHING,
    textCell(note),
  ];
  return {
    name: "Summary",
    header: ["Figure", "Value", "Compared with", "Note"],
    rows: [
      line("Organisation", textCell(data.organisation)),
      line("Month", textCell(data.period.month), NOTHING, "UTC, US dollars"),
      line("Status", textCell(status)),
      line(
        "Estimated",
        estimateCell(totals),
        estimateCell(previous),
        [
          estimateNote(totals),
          compared ? `${data.previousRange.from} to ${data.previousRange.to}` : "No earlier month in the data",
        ]
          .filter(Boolean)
          .join("; "),
      ),
      line("List price", estimateCell(totals, totals.list), estimateCell(previous, previous.list)),
      ...(bill
        ? [
            line("Billed", usdCell(bill.total), NOTHING, `Charges from ${bill.firstDay} to ${bill.lastDay}`),
            ...invoicedSums(bill)
              .filter(() => foreignOf(bill).length > 0)
              .map((sum) =>
                line(
                  `Invoiced in ${sum.currency}`,
                  { kind: "amount", text: formatUsd(sum.invoiced) },
                  NOTHING,
                  sum.currency === "USD" ? "" : `1 ${sum.currency} = ${rateOf(sum) ?? "?"} USD (billing.exchange_rates)`,
                ),
              ),
            line("Allocated to logged calls", shareCell(allocatedShare(bill)), NOTHING, "Of charges before adjustments"),
            line("Residual", usdCell(bill.byStatus.get("residual") ?? 0n)),
          ]
        : [line("Billed", NOTHING, NOTHING, "No bill covers this month yet")]),
      ...data.unconverted.map(({ currency, lines, amount }) =>
        line(
          `In no figure: ${currency}`,
          { kind: "amount", text: formatUsd(amount) },
          NOTHING,
          `${counted(lines, "line")} of the bill; billing.exchange_rates has no rate for that month`,
        ),
      ),
      ...(projection
        ? [
            line("Expected at month end", usdCell(projection.expected), NOTHING, `Complete days up to ${projection.asOf}`),
            line(
              "At least",
              usdCell(projection.low),
              NOTHING,
              `The interval holds about ${Math.round(projection.level * 100)} of 100 months`,
            ),
            line("At most", usdCell(projection.high)),
          ]
        : []),
      line(`Charged back (${charged.basis})`, usdCell(charged.total), NOTHING, `${charged.lines.length} lines`),
      line("Calls", countCell(totals.invocations), countCell(previous.invocations)),
      line("Failed calls", countCell(totals.errors), countCell(previous.errors)),
      line("Error rate", shareCell(errorRate(totals)), shareCell(errorRate(previous))),
      line("People", countCell(totals.people), countCell(previous.people)),
      line("Cache hit rate", shareCell(cacheHitRate(totals)), shareCell(cacheHitRate(previous))),
      line("Saved by caching", estimateCell(totals, cacheSaving(totals)), estimateCell(previous, cacheSaving(previous))),
      ...(savings
        ? [
            line(
              "Could be saved per month",
              usdCell(savings.withoutOverlap),
              NOTHING,
              `Nothing counted twice${asOf(data.callsAsOf)}; see Savings`,
            ),
          ]
        : []),
    ],
  };
}

/** What an estimate lacks. */
function estimateNote(totals: Measures): string {
  const known = knownOf(totals);
  const without = totals.unpriced + totals.uncounted;
  return [
    known === "complete" ? "" : `${known.charAt(0).toUpperCase()}${known.slice(1)}`,
    without > 0 ? `${counted(without, "call")} without a price` : "",
    totals.notTokenPriced > 0
      ? `${counted(totals.notTokenPriced, "call")} not priced by tokens, whose dollars only the bill has`
      : "",
  ]
    .filter(Boolean)
    .join(": ");
}

const minute = (iso: string): string => iso.slice(0, 16).replace("T", " ");

/** Every step and the level it leads to. */
function waterfall({ data }: PageInput): Sheet {
  let level: PicoUsd = 0n;
  const rows = billSteps(data).map((step) => {
    level = step.total ? step.amount : level + step.amount;
    return [textCell(step.name), step.total ? NOTHING : usdCell(step.amount), usdCell(level)];
  });
  return { name: "Reconciliation waterfall", header: ["Step", "Change", "Level"], rows };
}

const movers = ({ data }: PageInput): Sheet => ({
  name: "Movers",
  header: ["Dimension", "Name", "Before", "Now", "Change", "Change in percent"],
  // Without an earlier month everything would be new.
  rows: (data.previous.invocations > 0 ? data.movers : []).map((mover) => [
    textCell(mover.dimension),
    textCell(mover.name),
    usdCell(mover.before),
    usdCell(mover.now),
    usdCell(mover.change),
    mover.before === 0n ? NOTHING : shareCell(ratio(mover.change, mover.before)),
  ]),
});

const budgets = ({ budgets: lines }: PageInput): Sheet => ({
  name: "Budgets",
  header: ["Scope", "Name", "Limit", "Spent", "Used", "Expected at month end", "State", "Known"],
  rows: lines.map((line) => [
    textCell(line.scope),
    textCell(line.name),
    usdCell(line.limit),
    usdCell(line.spent),
    shareCell(line.share),
    usdCell(line.projected),
    textCell(line.state),
    textCell(line.known),
  ]),
});

const savings = ({ data: { callsAsOf }, savings: found }: PageInput): Sheet => ({
  name: "Savings",
  header: [
    ...["Finding", "Lever", "Kind", "Dollars per month", "Confidence", "Who", "What to do", "Assumptions"],
    ...(callsAsOf === undefined ? [] : ["As of"]),
  ],
  rows: (found?.lines ?? []).map((line) => [
    textCell(line.title),
    textCell(line.lever),
    textCell(line.kind),
    usdCell(line.perMonth),
    textCell(line.confidence),
    textCell(whoSentence(line)),
    textCell(line.next),
    textCell(line.assumptions.join(" ")),
    ...(callsAsOf === undefined ? [] : [textCell(callsAsOf)]),
  ]),
});

function quality({ data }: PageInput): Sheet {
  const { quality: q, totals } = data;
  const dated = asOf(data.callsAsOf).trimStart();
  const line = (what: string, value: number, detail = ""): Cell[] => [textCell(what), countCell(value), textCell(detail)];
  return {
    name: "Data quality",
    header: ["What", "Count", "Detail"],
    rows: [
      line("Log objects", q.objects, dated),
      line("Days without logs", q.missingDays.length, q.missingDays.join(", ")),
      line("Records", q.records, dated),
      line("Repeated deliveries", q.duplicates, `Counted once${asOf(data.callsAsOf)}`),
      line("Damaged objects", q.damagedObjects),
      ...q.quarantine.map((one) => line("Quarantined lines", one.lines, one.reason)),
      ...q.gaps.map((gap) =>
        line("Hours without records", gap.hours, `${gap.account} ${gap.region}, ${minute(gap.from)} to ${minute(gap.to)}`),
      ),
      ...q.unpriced.map((one) => line("Calls without a price", one.calls, one.model)),
      line("Calls without a team", totals.unattributed, `${formatUsd(totals.unattributedCost)} USD`),
      line("Calls priced with an assumption", totals.priceEstimated, `${formatUsd(totals.guessed)} USD of the estimate`),
      line("Calls with nothing to multiply", totals.uncounted),
      line(
        "Calls not priced by tokens",
        totals.notTokenPriced,
        "Provisioned, reserved, imported: only the bill has their dollars",
      ),
      line("Counts written as text", q.coerced, dated),
      line("Contradicting counts", q.contradictions, dated),
    ],
  };
}
