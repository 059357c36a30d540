import { guessedText } from "../../../pricing/guessed.ts";
import type { Totals } from "../../month-data.ts";
import { asOf, calls, compact, counted, dayRanges, dollars, estimated } from "../figures.ts";
import { type Html, html } from "../html.ts";
import type { PageInput } from "../page-input.ts";
import { table } from "../table.ts";

interface Finding {
  readonly what: string;
  readonly amount: string;
  readonly meaning: string;
}

const LISTED = 8;

/** What of the estimate rests on guesses, why, and how far it may be off where that is known. */
function guessedMeaning({ guessed, estimated, estimatedHigh }: Totals): string {
  const high =
    estimatedHigh > estimated
      ? ` At most ${dollars(estimatedHigh - estimated)} more, if every cache write of unknown duration was for an hour.`
      : "";
  return `${dollars(guessed)} of the estimate rests on guesses (${guessedText(guessed, estimated)}): a rate that is not certain, a cache write of unknown duration or a failed call.${high}`;
}

/** How far the figures can be trusted: what is missing, repeated, unread or assumed. */
export function quality({ data }: PageInput): Html {
  const { totals, quality: q } = data;
  const quarantined = q.quarantine.reduce((sum, line) => sum + line.lines, 0);
  const gapHours = q.gaps.reduce((sum, gap) => sum + gap.hours, 0);
  // What records say of themselves may be older than the sums around it.
  const dated = asOf(data.callsAsOf);
  const findings: Finding[] = [
    { what: "Records read", amount: calls(q.records), meaning: `From ${calls(q.objects)} log objects${dated}.` },
    { what: "Repeated deliveries", amount: calls(q.duplicates), meaning: `Counted once${dated}.` },
    {
      what: "Quarantined lines",
      amount: calls(quarantined),
      meaning:
        q.quarantine
          .slice(0, 4)
          .map((line) => `${line.reason} ${line.lines}`)
          .join(", ") || (q.records > 0 ? "Every line could be read." : "No line was read."),
    },
    {
      what: "Damaged objects",
      amount: calls(q.damagedObjects),
      meaning: q.damagedObjects > 0 ? "Read up to the damage; the rest is lost." : "Every object could be read to its end.",
    },
    {
      what: "Hours without expected records",
      amount: calls(gapHours),
      meaning:
        gapHours > 0
          ? `In ${counted(q.gaps.length, "gap")}, listed below.`
          : q.missingDays.length > 0
            ? "Beside the days without logs."
            : q.records > 0
              ? "Logs arrived without a gap."
              : "No record is of these days.",
    },
    ...(q.missingDays.length > 0
      ? [
          {
            what: "Days without logs",
            amount: calls(q.missingDays.length),
            meaning: `${dayRanges(q.missingDays)}: not one call, though days of their kind have some.`,
          },
        ]
      : []),
    {
      what: "Unpriced calls",
      amount: calls(totals.unpriced),
      meaning:
        totals.unpriced > 0
          ? "Their dollars are missing from every estimate."
          : totals.invocations > 0
            ? "Every call with tokens has a rate."
            : "",
    },
    { what: "Unattributed calls", amount: calls(totals.unattributed), meaning: `Worth ${dollars(totals.unattributedCost)}.` },
    {
      what: "Priced with an assumption",
      amount: calls(totals.priceEstimated),
      meaning: guessedText(totals.guessed, totals.estimated) === undefined ? "No dollar depends on it." : guessedMeaning(totals),
    },
    {
      what: "Nothing to multiply",
      amount: calls(totals.uncounted),
      meaning: "Calls that log no count, for example some images. Their dollars are missing, too.",
    },
    {
      what: "Not priced by tokens",
      amount: calls(totals.notTokenPriced),
      meaning: "Provisioned, reserved and imported capacity is paid by the hour or the copy: only the bill has its dollars.",
    },
    { what: "Counts written as text", amount: calls(q.coerced), meaning: `Read as the number${dated}.` },
    {
      what: "Contradicting counts",
      amount: calls(q.contradictions),
      meaning: `Header and body differ; the header counts${dated}.`,
    },
  ];
  return html`<section id="quality" aria-labelledby="quality-h">
<h2 id="quality-h">Data quality</h2>
<p class="sub">What is behind the figures. Nothing is dropped silently: what could not be used is counted here.</p>
${table<Finding>(
  "Data quality",
  [
    { title: "What", cell: (row) => row.what },
    { title: "Count", numeric: true, cell: (row) => row.amount },
    { title: "Meaning", cell: (row) => html`<small>${row.meaning}</small>` },
  ],
  findings,
)}
${
  q.unpriced.length > 0 &&
  html`<h3>Models without a price</h3>${table(
    "Models without a price",
    [
      { title: "Model", cell: (row) => row.model },
      { title: "Calls", numeric: true, cell: (row) => calls(row.calls) },
      { title: "Tokens", numeric: true, cell: (row) => compact(row.tokens), exact: (row) => String(row.tokens) },
    ],
    q.unpriced.slice(0, LISTED),
    q.unpriced.length > LISTED ? html`${q.unpriced.length - LISTED} more.` : undefined,
  )}`
}
${
  q.gaps.length > 0 &&
  html`<h3>Log gaps</h3>${table(
    "Log gaps",
    [
      { title: "Account and region", cell: (row) => `${row.account} ${row.region}` },
      { title: "First hour", cell: (row) => row.from.slice(0, 16).replace("T", " ") },
      { title: "Last hour", cell: (row) => row.to.slice(0, 16).replace("T", " ") },
      { title: "Hours", numeric: true, cell: (row) => calls(row.hours) },
    ],
    q.gaps.slice(0, LISTED),
    q.gaps.length > LISTED ? html`${q.gaps.length - LISTED} more.` : undefined,
  )}`
}
${
  q.unattributed.length > 0 &&
  html`<h3>Principals without a team</h3>${table(
    "Principals without a team",
    [
      { title: "Principal", cell: (row) => html`<code>${row.principal}</code>` },
      { title: "Calls", numeric: true, cell: (row) => calls(row.usage.invocations) },
      { title: "Estimated", numeric: true, cell: (row) => estimated(row.usage) },
    ],
    q.unattributed.slice(0, LISTED),
    q.unattributed.length > LISTED ? html`${q.unattributed.length - LISTED} more.` : undefined,
  )}`
}
</section>`;
}
