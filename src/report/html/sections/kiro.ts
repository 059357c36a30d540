import type { KiroPerson } from "../../load-beside.ts";
import { calls, dollars } from "../figures.ts";
import { type Html, html } from "../html.ts";
import { type PageInput, SHOWN } from "../page-input.ts";
import { more, table } from "../table.ts";

const WORDS: Readonly<Record<string, string>> = {
  no_use: "have a plan and did not use it",
  pays_overage: "pay for credits beyond their plan",
  stopped: "reached their limit and were stopped",
  not_billed: "used it and are not on the bill",
  ok: "are within their plan",
};

/** Kiro and Amazon Q: apart from everything else on the page, since nothing of it is Bedrock's. Left out where nothing was read. */
export function kiro({ beside, config }: PageInput): Html {
  const month = beside?.kiro;
  if (month === undefined) return html``;
  const words = [...month.verdicts].map(([verdict, people]) => `${calls(people)} ${WORDS[verdict] ?? verdict}`);
  return html`<section id="kiro" aria-labelledby="kiro-h"><h2 id="kiro-h">Kiro and Amazon Q</h2>
<p class="sub">${dollars(month.billed)} billed beside Bedrock; no figure elsewhere on this page holds any of it. Of ${calls(month.persons)} people ${words.join(", ")}.</p>
${
  month.byKind.length > 0 &&
  table(
    "Kiro and Amazon Q on the bill",
    [
      { title: "Product", cell: (row) => row.product },
      { title: "Kind", cell: (row) => `${row.kind} ${row.plan}`.trim() },
      { title: "Billed", numeric: true, cell: (row) => dollars(row.billed) },
    ],
    month.byKind,
  )
}
${
  month.people.length > 0 &&
  table<KiroPerson>(
    "People of Kiro",
    [
      { title: "Person", cell: (row) => row.person },
      { title: "Plan", cell: (row) => row.plan },
      { title: "Credits", numeric: true, exact: (row) => row.credits, cell: (row) => credits(row.credits) },
      { title: "Active days", numeric: true, extra: true, cell: (row) => String(row.activeDays) },
      { title: "Billed", numeric: true, cell: (row) => dollars(row.billed) },
      { title: "", cell: (row) => row.verdict.replaceAll("_", " ") },
      {
        title: "Would have cost least",
        extra: true,
        cell: (row) => (row.best === undefined ? "" : `${row.bestPlan} ${dollars(row.best)}`),
      },
    ],
    month.people.slice(0, SHOWN),
    more(month.people.length, Math.min(SHOWN, month.people.length), "kiro.csv"),
  )
}
${config.people === "none" && html`<p class="note">This statement leaves individuals out.</p>`}
</section>`;
}

/** `1,150`, `37.25` */
const credits = (exact: string): string => {
  const [whole = "0", fraction = ""] = exact.split(".");
  return `${calls(Number(whole))}${/[1-9]/.test(fraction) ? `.${fraction}` : ""}`;
};
