import { PROGRAM } from "../../../program.ts";
import { queryNames } from "../../../query/files.ts";
import { nextSteps } from "../../next-steps.ts";
import { headline } from "../figures.ts";
import { type Html, html } from "../html.ts";
import type { PageInput } from "../page-input.ts";

/** What to do next, each step with the dollars it is about and the saved query that shows the lines. */
export function next({ data, budgets, config, savings }: PageInput): Html {
  const steps = nextSteps(data, budgets, config.people !== "none", savings);
  const saved = new Set(queryNames("saved"));
  return html`<section id="next" aria-labelledby="next-h">
<h2 id="next-h">What to do next</h2>
<p class="sub">${steps.length === 0 ? "Nothing stands out this month." : "Ordered by the dollars concerned; only where it says so are they dollars saved per month."}</p>
${
  steps.length > 0 &&
  html`<ol class="next">${steps.map(
    (
      step,
    ) => html`<li><strong>${step.title}</strong><span class="amount">${step.concerns ? `${step.saves ? "saves " : ""}${headline(step.concerns)}` : ""}</span>
<p>${step.why}${step.query && saved.has(step.query) ? html` <code>${PROGRAM} query ${step.query.slice(6)}</code>` : ""}</p></li>`,
  )}</ol>`
}
</section>`;
}
