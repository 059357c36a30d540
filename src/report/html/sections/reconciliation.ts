import { formatUsd, type PicoUsd } from "../../../money.ts";
import { type BillStep, billSteps } from "../../bill-steps.ts";
import { foreignOf, type InvoicedSum, invoicedSums, rateOf } from "../../currencies.ts";
import type { ExplainedPart } from "../../load-beside.ts";
import { allocatedShare, CHARGE_STATUSES, type InvoiceLine, type MonthData, type ReconciliationLine } from "../../month-data.ts";
import { ratio } from "../../rows.ts";
import { axisDollars, COLOR, categoryAxis, chart, coordinate, still, valueAxis } from "../chart.ts";
import { calls, cents, compact, counted, dollars, headline, invoicedText, money, percent, shortDay } from "../figures.ts";
import { type Html, html } from "../html.ts";
import { type PageInput, SHOWN } from "../page-input.ts";
import { cap, more, table } from "../table.ts";

const MEANING: Readonly<Record<string, string>> = {
  allocated: "Explained by logged calls.",
  billed_not_logged: "On the bill, but no log record: logging off, another endpoint, or batch.",
  not_token_based: "Hours, storage, images, text units.",
  adjustment: "Credits, discounts, tax, refunds.",
  unclassified: "A line that the grammar does not know.",
  residual: "What is left when logged tokens are taken from billed ones.",
};

/** A bill in another currency without a rate is no bill of nothing. */
const unconverted = ({ unconverted: found }: MonthData): readonly Html[] =>
  found.map(
    ({ currency, period, lines, amount }) =>
      html`<p class="note warn">${counted(lines, "line")} of ${period} in ${currency} (${money(amount, currency)}) ${lines === 1 ? "is" : "are"} in no figure of this page: <code>billing.exchange_rates</code> in strata.yml has no rate for that month.</p>`,
  );

/** In which currencies the bill is, what it comes to there, and at which rates it is read here. */
function currencySentence(sums: readonly InvoicedSum[], foreign: readonly string[]): string {
  const rates = sums.flatMap((sum) =>
    sum.currency === "USD" || rateOf(sum) === undefined ? [] : `1 ${sum.currency} = $${rateOf(sum)}`,
  );
  const amount = sums.length > 0 ? `: ${invoicedText(sums)} on the invoices` : "";
  return `The bill is in ${[...(sums.some(({ currency }) => currency === "USD") ? ["US dollars"] : []), ...foreign].join(" and ")}${amount}. Dollars on this page are those amounts at billing.exchange_rates of strata.yml${rates.length > 0 ? ` (${rates.join(", ")})` : ""}.`;
}

/** From what we estimated to what was billed, each step a named line; the six parts of the bill sum to it. */
export function reconciliation({ data, beside }: PageInput): Html {
  const { bill } = data;
  const heading = html`<h2 id="bill-h">Reconciliation</h2>`;
  if (!bill)
    return html`<section id="bill" aria-labelledby="bill-h">${heading}<p class="sub">No CUR 2.0 line covers this month yet: all dollars on this page are estimates. Name the export under <code>sources.cur</code> in strata.yml, or pass <code>--cur</code>.</p>${unconverted(data)}</section>`;
  const part = (status: string): PicoUsd => bill.byStatus.get(status) ?? 0n;
  const steps = billSteps(data);
  const foreign = foreignOf(bill);
  const sums = invoicedSums(bill);
  const summary = steps.map((step) => `${step.name} ${dollars(step.amount)}`).join(", ");
  return html`<section id="bill" aria-labelledby="bill-h">${heading}
<p class="sub">${dollars(bill.total)} billed, ${percent(allocatedShare(bill), 2)} of charges before adjustments allocated to logged calls. Every billed dollar is in exactly one of the six parts below; they sum to the bill to the last digit. Charges from ${shortDay(bill.firstDay)} to ${shortDay(bill.lastDay)}.</p>
${foreign.length > 0 && html`<p class="sub">${currencySentence(sums, foreign)}</p>`}
${chart({
  id: "c-bill",
  title: "From estimated to billed",
  summary: `Waterfall: ${summary}.`,
  height: 300,
  option: (narrow) => waterfall(steps, narrow),
  table: table<BillStep>(
    "From estimated to billed",
    [
      { title: "Step", cell: (step) => step.name },
      { title: "Dollars", numeric: true, cell: (step) => dollars(step.amount), exact: (step) => formatUsd(step.amount) },
    ],
    steps,
  ),
})}
<h3>The six parts of the bill</h3>
${table(
  "Parts of the bill",
  [
    { title: "Part", cell: (status) => html`${status.replaceAll("_", " ")}<br><small>${MEANING[status]}</small>` },
    { title: "Share", numeric: true, cell: (status) => percent(ratio(part(status), bill.total), 2) },
    { title: "Billed", numeric: true, cell: (status) => dollars(part(status)) },
  ],
  [...CHARGE_STATUSES],
)}
<h3>Invoices</h3>
${table<InvoiceLine>(
  "Invoices",
  [
    {
      title: "Seller",
      cell: (line) =>
        html`${line.legalEntity || line.seller || "not named"} <small>${[line.legalEntity ? line.seller : "", line.billType].filter(Boolean).join(", ")}</small>`,
      total: "All",
    },
    { title: "Invoice", cell: (line) => line.invoice || "not yet" },
    { title: "Payer", extra: true, cell: (line) => line.payer || "not named" },
    ...(foreign.length > 0
      ? [
          {
            title: "Invoiced",
            numeric: true,
            cell: (line: InvoiceLine) => money(line.invoiced, line.currency),
            exact: (line: InvoiceLine) => formatUsd(line.invoiced),
            ...(sums.length > 0 ? { total: invoicedText(sums) } : {}),
          },
        ]
      : []),
    {
      title: foreign.length > 0 ? "In US dollars" : "Billed",
      numeric: true,
      cell: (line) => cents(line.billed),
      total: cents(bill.total),
    },
  ],
  cap(bill.invoices, SHOWN),
  more(bill.invoices.length, cap(bill.invoices, SHOWN).length, "invoices.csv"),
)}
${unconverted(data)}
<h3>Lines that are not allocated</h3>
${reasons(bill.lines.filter((line) => line.status !== "allocated"))}
${explanations(beside?.explained ?? [])}
</section>`;
}

const EXPLANATIONS: Readonly<Record<string, string>> = {
  mantle_calls: "Calls of the mantle endpoint by these principals, seen in CloudTrail.",
  batch_jobs: "Batch inference jobs whose output was read.",
  region_without_logging: "Regions of an account in which nothing was logged that month.",
  calls_not_logged: "Calls that CloudTrail has and the log misses.",
  unexplained: "Nothing that was read explains it.",
};

/** Only where something explains a part: CloudTrail and batch output are optional. */
const explanations = (parts: readonly ExplainedPart[]): Html =>
  parts.every(({ explanation }) => explanation === "unexplained")
    ? html``
    : html`<h3>What stands behind dollars that no log has</h3>
${table<ExplainedPart>(
  "Billed and not logged, by explanation",
  [
    {
      title: "Explanation",
      cell: ({ explanation }) => html`${explanation.replaceAll("_", " ")}<br><small>${EXPLANATIONS[explanation] ?? ""}</small>`,
    },
    { title: "Calls or jobs", numeric: true, cell: (row) => (row.calls === 0 ? "" : calls(row.calls)) },
    { title: "Billed", numeric: true, cell: (row) => dollars(row.billed) },
  ],
  parts,
)}`;

const reasons = (lines: readonly ReconciliationLine[]): Html =>
  lines.length === 0
    ? html`<p class="note">None: every billed dollar meets logged usage.</p>`
    : table<ReconciliationLine>(
        "Billed lines that are not allocated",
        [
          {
            title: "Reason",
            cell: (line) =>
              html`${line.reason.replaceAll("_", " ") || "no reason given"} <small>${line.status.replaceAll("_", " ")}</small>`,
          },
          {
            title: "Tokens",
            numeric: true,
            extra: true,
            cell: (line) => (line.billedTokens > 0 ? compact(line.billedTokens) : "–"),
          },
          { title: "Lines", numeric: true, extra: true, cell: (line) => calls(line.lines) },
          { title: "Billed", numeric: true, cell: (line) => dollars(line.billed) },
        ],
        [...lines].sort((a, b) => Number(abs(b.billed) - abs(a.billed))).slice(0, SHOWN),
        { file: "reconciliation.csv", note: html`All lines are in <a href="reconciliation.csv">reconciliation.csv</a>.` },
      );

const abs = (amount: PicoUsd): PicoUsd => (amount < 0n ? -amount : amount);

/** Stacked bars on an invisible base. Steps that cross zero are drawn on both sides of it. */
function waterfall(steps: readonly BillStep[], narrow: boolean) {
  let level = 0;
  const bars = steps.map((step) => {
    const size = coordinate(step.amount);
    const from = step.total ? 0 : level;
    const to = step.total ? size : level + size;
    level = to;
    return {
      low: Math.min(from, to),
      high: Math.max(from, to),
      color: step.total ? COLOR.premium : size < 0 ? COLOR.standard : COLOR.fast,
    };
  });
  const positive = bars.map((one) => Math.max(one.high, 0) - Math.max(one.low, 0));
  const negative = bars.map((one) => Math.min(one.low, 0) - Math.min(one.high, 0));
  const hidden = { ...still, type: "bar", itemStyle: { color: "transparent" }, barCategoryGap: "35%" };
  // A step that is small beside the bill would be less than a line of the screen.
  const shown = { ...still, type: "bar", barCategoryGap: "35%", barMinHeight: 3 };
  const colored = (values: readonly number[]) =>
    values.map((value, index) => ({
      value,
      itemStyle: { color: value === 0 ? "transparent" : (bars[index]?.color ?? COLOR.other) },
    }));
  const categories = categoryAxis(
    steps.map((step) => step.name),
    0,
  );
  const amounts = valueAxis(axisDollars);
  const label = {
    show: true,
    position: narrow ? "right" : "top",
    color: COLOR.ink,
    formatter: ({ dataIndex }: { dataIndex: number }) => {
      const step = steps[dataIndex];
      return step ? headline(step.amount) : "";
    },
  };
  const series = [
    { ...hidden, stack: "up", data: bars.map((one) => Math.max(one.low, 0)) },
    { ...shown, stack: "up", label, data: colored(positive) },
    { ...hidden, stack: "down", barGap: "-100%", data: bars.map((one) => Math.min(one.high, 0)) },
    { ...shown, stack: "down", barGap: "-100%", data: colored(negative) },
  ];
  return narrow
    ? {
        grid: { left: 24, right: 52, top: 4, bottom: 4, containLabel: true },
        yAxis: { ...categories, inverse: true, axisLabel: { color: COLOR.ink } },
        xAxis: { ...amounts, splitNumber: 2 },
        series,
      }
    : {
        grid: { left: 8, right: 8, top: 24, bottom: 4, containLabel: true },
        xAxis: { ...categories, axisLabel: { color: COLOR.ink, interval: 0 } },
        yAxis: amounts,
        series,
      };
}
