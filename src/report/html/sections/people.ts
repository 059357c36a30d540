import { formatUsd, parseUsd } from "../../../money.ts";
import { cacheHitRate } from "../../measures.ts";
import type { DimensionRow } from "../../month-data.ts";
import { ratio, sumUsd } from "../../rows.ts";
import { calls, dollars, estimated, percent, share } from "../figures.ts";
import { type Html, html } from "../html.ts";
import { othersOf, type PageInput } from "../page-input.ts";
import { more, table } from "../table.ts";

/** The people who spend most, to see outliers; a sentence instead when people are left out. */
export function people({ data, config }: PageInput): Html {
  const heading = html`<h2 id="people-h">People</h2>`;
  if (config.people === "none")
    return html`<section id="people" aria-labelledby="people-h">${heading}<p class="sub">${calls(data.totals.people)} people called. This statement leaves individuals out.</p></section>`;
  const persons = data.by.person.filter((row) => row.name !== "(no person)" && row.usage.invocations > 0);
  const nobody = data.by.person.find((row) => row.name === "(no person)");
  const sorted = [...persons].sort((a, b) =>
    a.usage.estimated === b.usage.estimated ? (a.name < b.name ? -1 : 1) : a.usage.estimated > b.usage.estimated ? -1 : 1,
  );
  const shown = sorted.slice(0, config.top_people);
  const top = shown.reduce((sum, row) => sum + row.usage.estimated, 0n);
  const rest = othersOf(sorted, shown.length);
  const premium = sumUsd(sorted.slice(shown.length).map((row) => parseUsd(row.labels["premium_cost"] || "0")));
  const others = rest && { ...rest, labels: { premium_cost: formatUsd(premium) } };
  const median = sorted[Math.floor((sorted.length - 1) / 2)]?.usage.estimated ?? 0n;
  return html`<section id="people" aria-labelledby="people-h">${heading}
<p class="sub">${
    persons.length === 0
      ? "No call can be traced to a person."
      : `The top ${shown.length} of ${calls(persons.length)} people account for ${percent(ratio(top, data.totals.estimated))} of estimated dollars; half of all people spend less than ${dollars(median)}.`
  }${nobody && nobody.usage.invocations > 0 ? ` Services and calls without a person: ${estimated(nobody.usage)}.` : ""}</p>
${
  persons.length > 0 &&
  table<DimensionRow>(
    "People by estimated dollars",
    [
      {
        title: "Person",
        filter: (row) => (row === others ? undefined : ["person", row.name]),
        cell: (row) => html`${row.name} <small>${row.labels["team"] ?? ""}</small>`,
      },
      {
        title: "Share",
        cell: (row) => share(row.usage.estimated, data.totals.estimated),
      },
      { title: "Estimated", numeric: true, cell: (row) => estimated(row.usage) },
      { title: "Calls", numeric: true, cell: (row) => calls(row.usage.invocations) },
      { title: "Active days", numeric: true, extra: true, distinct: true, cell: (row) => row.labels["active_days"] ?? "" },
      {
        title: "Premium",
        numeric: true,
        extra: true,
        cell: (row) => percent(ratio(parseUsd(row.labels["premium_cost"] || "0"), row.usage.estimated), 0),
      },
      { title: "Cache hits", numeric: true, extra: true, cell: (row) => percent(cacheHitRate(row.usage)) },
    ],
    shown,
    more(persons.length, shown.length, "by_person.csv"),
    others,
  )
}
</section>`;
}
