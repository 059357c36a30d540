import { type BillStep, billSteps } from "../bill-steps.ts";
import { foreignOf } from "../currencies.ts";
import { type Known, knownOf, whereKnown } from "../measures.ts";
import type { MonthData } from "../month-data.ts";
import { isMonth } from "../period.ts";
import { ratio } from "../rows.ts";
import { change, dayRanges, headline, percent, periodName, shortDay } from "./figures.ts";
import { type Html, html, raw } from "./html.ts";
import { type PageInput, ranked, spent, total } from "./page-input.ts";
import { alerts } from "./sections/alerts.ts";
import { errors } from "./sections/errors.ts";
import { files } from "./sections/files.ts";
import { glance } from "./sections/glance.ts";
import { kiro } from "./sections/kiro.ts";
import { models } from "./sections/models.ts";
import { movers } from "./sections/movers.ts";
import { next } from "./sections/next.ts";
import { people } from "./sections/people.ts";
import { quality } from "./sections/quality.ts";
import { reconciliation } from "./sections/reconciliation.ts";
import { savings } from "./sections/savings.ts";
import { teams } from "./sections/teams.ts";
import { tokens } from "./sections/tokens.ts";
import { trend } from "./sections/trend.ts";
import { work } from "./sections/work.ts";
import { style } from "./style.ts";

interface Section {
  readonly id: string;
  readonly name: string;
  readonly draw: (input: PageInput) => Html;
  /** Says something about all calls, so that it has no place on a page that is narrowed to some. */
  readonly whole?: boolean;
}

/** In the order of the page. */
const SECTIONS: readonly Section[] = [
  { id: "trend", name: "Spend over time", draw: trend },
  { id: "teams", name: "Teams and budgets", draw: teams },
  { id: "people", name: "People", draw: people },
  { id: "models", name: "Models", draw: models },
  { id: "work", name: "Sessions and work", draw: work, whole: true },
  { id: "movers", name: "What moved", draw: movers },
  { id: "tokens", name: "Tokens and cache", draw: tokens },
  { id: "errors", name: "Errors", draw: errors },
  { id: "alerts", name: "Alerts", draw: alerts, whole: true },
  { id: "bill", name: "Reconciliation", draw: reconciliation },
  { id: "kiro", name: "Kiro", draw: kiro, whole: true },
  { id: "quality", name: "Data quality", draw: quality, whole: true },
  { id: "savings", name: "Savings", draw: savings, whole: true },
  { id: "next", name: "What to do next", draw: next, whole: true },
  { id: "files", name: "Files", draw: files },
];

/** What a page that a server draws has beside the statement: its own head and filters. */
export interface LivePage {
  readonly head: Html;
  readonly filters: Html;
  /** Only some of the calls are shown, so what is about all of them is left out. */
  readonly narrowed: boolean;
}

/** The month as one page: no script, no request to anywhere, light and dark by the reader's setting, printable. */
export function reportPage(input: PageInput, live?: LivePage): string {
  const { data, status } = input;
  const title = `Amazon Bedrock, ${periodName(data.period)}`;
  const drawn = SECTIONS.filter(({ whole }) => !(live?.narrowed && whole))
    .map((section) => ({ ...section, content: section.draw(input) }))
    .filter(({ content }) => content.markup !== "");
  const empty = data.totals.invocations === 0;
  const { bill } = data;
  const body =
    empty && !data.bill
      ? live?.narrowed
        ? html`<section><h2>Nothing matches</h2><p class="sub">No call and no billed line fits the filters in these days. Leave one out, or choose other days.</p></section>`
        : html`<section><h2>No calls</h2><p class="sub">No invocation was logged in ${isMonth(data.period) ? "this month" : "these days"} and no bill covers ${isMonth(data.period) ? "it" : "them"}.</p></section>${quality(input)}`
      : drawn.map(({ content }) => content);
  return html`${raw("<!doctype html>")}
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark">
${live ? live.head : html`<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">`}
<title>${title} · ${data.organisation}</title><style>${raw(style)}</style></head>
<body><a class="skip" href="#main">Skip to content</a>
<header class="top"><p class="eyebrow">${data.organisation} · cost and usage statement</p>
<h1>${title}</h1>
<p><span class="pill ${status === "final" ? "good" : status === "provisional" ? "warn" : "plain"}">${status}</span>${data.quality.missingDays.length > 0 && html` <span class="pill bad">${daysMissing(data)}</span>`} <span class="note">${coverage(input)}</span></p>
${live?.filters}
${empty ? "" : html`<p class="lede">${story(input, live?.narrowed ? "The chosen part" : named(data.organisation))}</p>`}
${glance(input)}
${empty && !bill ? "" : html`<nav aria-label="Sections"><ul>${drawn.map(({ id, name }) => html`<li><a href="#${id}">${name}</a></li>`)}</ul></nav>`}</header>
<main id="main">${body}</main>
<footer><p>Made by Strata. All times are UTC, all amounts US dollars${bill && foreignOf(bill).length > 0 ? `, the bill's at billing.exchange_rates: it is in ${foreignOf(bill).join(", ")}` : ""}. Estimated: list price in force at the call, after the discounts and overrides of strata.yml, times logged tokens. Billed: CUR 2.0, unblended. Allocated: billed dollars assigned to a principal by logged usage. Residual: billed dollars that nothing explains.</p></footer>
</body></html>
`.markup;
}

function coverage({ data }: PageInput): string {
  const { firstDay, lastDay } = data.totals;
  const logs = firstDay && lastDay ? `Logs from ${shortDay(firstDay)} to ${shortDay(lastDay)}` : "No logs";
  return `${logs}; ${data.bill ? `bill from ${shortDay(data.bill.firstDay)} to ${shortDay(data.bill.lastDay)}${foreignOf(data.bill).length > 0 ? `, in ${foreignOf(data.bill).join(" and ")}` : ""}` : "no bill yet"}.`;
}

/** `15 of 31 days without logs` */
const daysMissing = ({ quality: { missingDays: missing }, period }: MonthData): string =>
  `${missing.length} of ${period.days.length} days without logs`;

/** A name that begins a sentence; the default of the configuration is no name. */
const named = (organisation: string): string => (organisation === "organisation" ? "The organisation" : organisation);

/** What a comparison is made with, as a reader would say it. */
function before({ period, previousRange: { from, to } }: MonthData): string {
  if (isMonth(period)) return isMonth({ from, to }) ? "the month before" : "the same days of the month before";
  return from === to ? "the day before" : `the ${period.days.length} days before`;
}

/** Whole percents, unless that would be none. */
const whole = (share: number): string => percent(share, Math.abs(share) < 0.01 ? 1 : 0);

const UNKNOWN: Readonly<Partial<Record<Known, string>>> = {
  unknown: "an amount that nobody knows (no call has a price)",
  "not priced by tokens": "an amount that only the bill has (no call is priced by tokens)",
};

/** The month in two or three sentences. */
function story({ data }: PageInput, who: string): string {
  const { totals, previous } = data;
  const sum = total(data);
  const growth = change(totals.estimated, previous.estimated);
  const [team] = ranked(data, data.by.team).filter((row) => row.name !== "unattributed" && row.name !== "shared");
  const [model] = ranked(data, data.by.model).filter((row) => row.name !== "(no model)");
  const known = knownOf(totals);
  const atLeast = UNKNOWN[known] ?? whereKnown(known, headline(totals.estimated));
  const sentences = [
    data.bill
      ? `${who} was billed ${headline(sum)} for Amazon Bedrock; the estimate of logged usage is ${atLeast}${growth ? ` (${growth} against ${before(data)})` : ""}.`
      : `${who} is estimated to have spent ${atLeast} on Amazon Bedrock${growth ? ` (${growth} against ${before(data)})` : ""}.`,
    data.quality.missingDays.length > 0
      ? `Logs are missing for ${dayRanges(data.quality.missingDays)}, so logged usage is more than that.`
      : "",
    data.bill ? difference(billSteps(data)) : "",
    team && sum > 0n
      ? `The team ${team.name} accounts for ${whole(ratio(spent(data, team), sum))}${model ? `, the model ${model.name} for ${whole(ratio(spent(data, model), sum))}` : ""}.`
      : "",
  ];
  return sentences.filter(Boolean).join(" ");
}

/** The largest steps between estimate and bill, in words; nothing when they are small beside the bill. */
function difference(steps: readonly BillStep[]): string {
  const billed = steps.at(-1)?.amount ?? 0n;
  const large = steps
    .filter(({ total: level, amount }) => !level && Math.abs(ratio(amount, billed)) >= WORTH_A_WORD)
    .sort((a, b) => Math.abs(Number(b.amount)) - Math.abs(Number(a.amount)))
    .slice(0, 2);
  if (large.length === 0) return "";
  return `Between the two: ${large.map(({ name, amount }) => `${headline(amount)} ${WORDS[name] ?? name.toLowerCase()}`).join(", ")}.`;
}

const WORTH_A_WORD = 0.02;
const WORDS: Readonly<Record<string, string>> = {
  "Price and timing": "of price and timing",
  "Not logged": "that no log record explains",
  "Not tokens": "for what is not tokens, such as provisioned throughput and guardrails",
  Adjustments: "of credits, discounts and tax",
  Unclassified: "on lines of a kind that is not known",
  Residual: "that nothing explains",
};
