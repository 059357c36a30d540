import { PROGRAM } from "../../../program.ts";
import { type SavingLine, whoSentence } from "../../load-savings.ts";
import { asOf, counted, dollars, headline } from "../figures.ts";
import { type Html, html } from "../html.ts";
import { type PageInput, pendingNote } from "../page-input.ts";
import { table } from "../table.ts";

const CONFIDENCE = { high: "good", medium: "plain", low: "warn" } as const;

/** Ways to spend less on the month's own traffic: dollars per month, how sure that is, and whom to ask. */
export function savings({ data, savings: found, pending }: PageInput): Html {
  if (pending.has("savings"))
    return html`<section id="savings" aria-labelledby="savings-h"><h2 id="savings-h">Savings</h2>${pendingNote}</section>`;
  if (!found) return html``;
  const { lines, withoutOverlap } = found;
  const exposures = lines.filter((line) => line.kind === "exposure");
  const real = lines.filter((line) => line.kind === "saving" && line.perMonth > 0n);
  return html`<section id="savings" aria-labelledby="savings-h">
<h2 id="savings-h">Savings</h2>
<p class="sub">${
    real.length === 0
      ? `No rule found a way to spend less on these calls${asOf(data.callsAsOf)}.`
      : `Computed on this month's calls${asOf(data.callsAsOf)}. Findings overlap; counting each call once, up to ${headline(withoutOverlap)} per month.`
  }</p>
${
  real.length > 0 &&
  table<SavingLine>(
    "Savings",
    [
      {
        title: "What",
        cell: (line) =>
          html`${line.title}<br><small>${line.next} ${line.who.length > 0 ? `Who: ${whoSentence(line)}.` : ""}</small><small class="ns"><br>Confidence: ${line.confidence}.</small>`,
      },
      {
        title: "Confidence",
        extra: true,
        cell: (line) => html`<span class="pill ${CONFIDENCE[line.confidence]}">${line.confidence}</span>`,
      },
      { title: "Concerns", extra: true, cell: (line) => html`<small>${concerned(line)}</small>` },
      { title: "Per month", numeric: true, cell: (line) => dollars(line.perMonth) },
    ],
    real,
    html`<code>${PROGRAM} whatif</code> prints the rows and answers other questions; after a change, <code>${PROGRAM} whatif achieved DAY</code> tells what it really saved.`,
  )
}
${
  real.length > 0 &&
  html`<details><summary>What these figures assume</summary><ul class="assume">${real.map(
    (line) => html`<li><strong>${line.title}</strong>: ${line.assumptions.join(" ")}</li>`,
  )}</ul></details>`
}
${exposures.map((line) => html`<p class="note">${line.title}: ${dollars(line.perMonth)} per month. ${line.next}</p>`)}
</section>`;
}

const concerned = ({ people, services }: SavingLine): string =>
  [people > 0 ? counted(people, "person", "people") : "", services > 0 ? counted(services, "service") : ""]
    .filter(Boolean)
    .join(", ");
