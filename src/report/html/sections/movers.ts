import type { Mover } from "../../month-data.ts";
import { change, dollars, shortDay } from "../figures.ts";
import { type Html, html } from "../html.ts";
import type { PageInput } from "../page-input.ts";
import { table } from "../table.ts";

const EACH = 5;

/** What moved against the same days of the month before; left out in the first month. */
export function movers({ data }: PageInput): Html {
  if (data.previous.invocations === 0) return html``;
  const block = (dimension: string, heading: string): Html => {
    const lines = data.movers.filter((mover) => mover.dimension === dimension && mover.change !== 0n).slice(0, EACH);
    if (lines.length === 0) return html``;
    return html`<div><h3>${heading}</h3>${table<Mover>(
      `Movers: ${heading}`,
      [
        { title: heading, cell: (row) => row.name },
        { title: "Before", numeric: true, extra: true, cell: (row) => dollars(row.before) },
        { title: "Now", numeric: true, cell: (row) => dollars(row.now) },
        { title: "Change", numeric: true, cell: (row) => change(row.now, row.before) ?? "new" },
      ],
      lines,
    )}</div>`;
  };
  return html`<section id="movers" aria-labelledby="movers-h">
<h2 id="movers-h">What moved</h2>
<p class="sub">Estimated dollars against ${shortDay(data.previousRange.from)} to ${shortDay(data.previousRange.to)}.</p>
<div class="two">${block("team", "Teams")}${block("model", "Models")}</div>
${block("person", "People")}
</section>`;
}
