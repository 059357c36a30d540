import type { PicoUsd } from "../../../money.ts";
import { ADJUSTMENT_KINDS, type ChargebackLine } from "../../chargeback.ts";
import { inCurrencyOf } from "../../currencies.ts";
import { cacheHitRate, errorRate, whereKnown } from "../../measures.ts";
import type { DimensionRow } from "../../month-data.ts";
import { sumUsd } from "../../rows.ts";
import { bar, calls, cents, dollars, estimated, money, percent, share } from "../figures.ts";
import { type Html, html } from "../html.ts";
import { othersOf, type PageInput, ranked, SHOWN, spent, total } from "../page-input.ts";
import { cap, more, table } from "../table.ts";

const STATES = {
  over: ["bad", "over"],
  near: ["warn", "near"],
  projected: ["warn", "on course to exceed"],
  within: ["good", "within"],
} as const;

/** Who pays: teams by spend, month budgets, and what each team is charged. */
export function teams(input: PageInput): Html {
  const { data, budgets, charged } = input;
  const rows = ranked(data, data.by.team);
  const shown = cap(rows, SHOWN);
  const others = othersOf(rows, shown.length);
  return html`<section id="teams" aria-labelledby="teams-h">
<h2 id="teams-h">Teams and budgets</h2>
<p class="sub">${data.bill ? "Ordered by billed dollars." : "Ordered by estimated dollars."} Budgets are judged on estimated dollars.</p>
${table<DimensionRow>(
  "Spend by team",
  [
    {
      title: "Team",
      filter: (row) => (row !== others && row.usage.invocations > 0 ? ["team", row.name] : undefined),
      cell: (row) => html`${row.name}${row.labels["cost_center"] ? html` <small>${row.labels["cost_center"]}</small>` : ""}`,
    },
    {
      title: "Share",
      cell: (row) => share(spent(data, row), total(data)),
    },
    { title: "Estimated", numeric: true, extra: data.bill !== undefined, cell: (row) => estimated(row.usage) },
    ...(data.bill ? [{ title: "Billed", numeric: true, cell: (row: DimensionRow) => dollars(row.billed) }] : []),
    { title: "Calls", numeric: true, extra: true, cell: (row) => calls(row.usage.invocations) },
    { title: "People", numeric: true, extra: true, distinct: true, cell: (row) => calls(row.usage.people) },
    { title: "Cache hits", numeric: true, extra: true, cell: (row) => percent(cacheHitRate(row.usage)) },
    { title: "Errors", numeric: true, extra: true, cell: (row) => percent(errorRate(row.usage)) },
  ],
  shown,
  more(rows.length, shown.length, "by_team.csv"),
  others,
)}
${drillDown(input, shown)}
${budgets.length === 0 ? html`<h3>Budgets</h3><p class="note">No month budget is set. Add one under <code>budgets</code> in strata.yml.</p>` : budgetTable(input)}
<h3>Chargeback</h3>
${chargebackTable(input)}
<p class="note">${chargebackSentence(input)} All lines are in <a href="chargeback.csv">chargeback.csv</a> and sum to ${dollars(charged.total)}.</p>
</section>`;
}

const INSIDE = 5;

/** For each team that is shown, behind a line that opens: its models and its people. */
function drillDown({ data, config }: PageInput, teams: readonly DimensionRow[]): Html {
  const inside = teams.filter(({ usage }) => usage.invocations > 0);
  if (inside.length === 0) return html``;
  return html`<h3 class="drill">Inside the teams</h3>${inside.map(({ name }) => {
    const models = data.teamModels.filter(({ team }) => team === name);
    const people =
      config.people === "none" ? [] : data.by.person.filter((row) => row.labels["team"] === name && row.name !== "(no person)");
    return html`<details class="drill"><summary>${name}</summary><div class="two"><div><h4>Models</h4>${table(
      `Models of ${name}`,
      [
        { title: "Model", filter: (row) => ["model", row.model], cell: (row) => row.model },
        { title: "Estimated", numeric: true, cell: (row) => estimated(row.usage) },
        { title: "Calls", numeric: true, cell: (row) => calls(row.usage.invocations) },
      ],
      models.slice(0, INSIDE),
      models.length > INSIDE ? html`${models.length - INSIDE} more.` : undefined,
    )}</div>${
      people.length > 0 &&
      html`<div><h4>People</h4>${table<DimensionRow>(
        `People of ${name}`,
        [
          { title: "Person", filter: (row) => ["person", row.name], cell: (row) => row.name },
          { title: "Estimated", numeric: true, cell: (row) => estimated(row.usage) },
          { title: "Calls", numeric: true, cell: (row) => calls(row.usage.invocations) },
        ],
        [...people].sort((a, b) => Number(b.usage.estimated - a.usage.estimated)).slice(0, INSIDE),
        more(people.length, INSIDE, "by_person.csv"),
      )}</div>`
    }</div></details>`;
  })}`;
}

function budgetTable({ budgets }: PageInput): Html {
  return html`<h3>Month budgets</h3>${table(
    "Month budgets",
    [
      { title: "Budget", cell: (line) => html`${line.name} <small>${line.scope}</small>` },
      { title: "Used", cell: (line) => html`${bar(line.share, line.state)} <small>${percent(line.share, 0)}</small>` },
      { title: "Spent", numeric: true, extra: true, cell: (line) => whereKnown(line.known, dollars(line.spent)) },
      { title: "Limit", numeric: true, cell: (line) => dollars(line.limit) },
      { title: "State", cell: (line) => html`<span class="pill ${STATES[line.state][0]}">${STATES[line.state][1]}</span>` },
    ],
    cap(budgets, SHOWN),
    budgets.length > cap(budgets, SHOWN).length ? html`${budgets.length - SHOWN} more budgets are used less.` : undefined,
  )}`;
}

/** What each team is charged in whole cents, what nobody owns and the sum as the invoice has it. */
function chargebackTable({ charged, data: { bill } }: PageInput): Html {
  const own =
    bill &&
    inCurrencyOf(
      bill,
      charged.lines.map((line) => line.total),
    );
  const foreign = own && own.currency !== "USD" ? own : undefined;
  const inCurrency = new Map(charged.lines.map((line, index) => [line, foreign?.booked[index] ?? 0n]));
  const adjusted = ADJUSTMENT_KINDS.filter((kind) => charged.lines.some((line) => line.adjustments[kind] !== 0n));
  const shared = charged.lines.some((line) => line.shared !== 0n);
  const rows = cap(charged.lines, SHOWN);
  const rest = sumUsd(charged.lines.slice(rows.length).map((line) => inCurrency.get(line) ?? 0n));
  const known = (line: ChargebackLine, amount: PicoUsd): string => whereKnown(line.known, cents(amount));
  return table<ChargebackLine>(
    "Chargeback",
    [
      {
        title: "Team",
        cell: (line) => html`${line.team}${line.costCenter ? html` <small>${line.costCenter}</small>` : ""}`,
        total: "All",
      },
      { title: "Own", numeric: true, extra: true, cell: (line) => known(line, line.direct) },
      ...(shared ? [{ title: "Shared", numeric: true, extra: true, cell: (line: ChargebackLine) => cents(line.shared) }] : []),
      ...adjusted.map((kind) => ({
        title: `Of these ${kind}`,
        numeric: true,
        extra: true,
        cell: (line: ChargebackLine) => cents(line.adjustments[kind]),
        total: cents(sumUsd(charged.lines.map((line) => line.adjustments[kind]))),
      })),
      {
        title: "Charged",
        numeric: true,
        cell: (line) => known(line, line.booked),
        total: cents(sumUsd(charged.lines.map((line) => line.booked))),
      },
      ...(foreign
        ? [
            {
              title: `In ${foreign.currency}`,
              numeric: true,
              cell: (line: ChargebackLine) => money(inCurrency.get(line) ?? rest, foreign.currency),
              total: money(sumUsd(foreign.booked), foreign.currency),
            },
          ]
        : []),
    ],
    rows,
    more(charged.lines.length, rows.length, "chargeback.csv"),
    otherLines(charged.lines.slice(rows.length)),
  );
}

/** The lines that the table leaves out as one. */
function otherLines(lines: readonly ChargebackLine[]): ChargebackLine | undefined {
  const [first] = lines;
  if (first === undefined) return undefined;
  const sum = (of: (line: ChargebackLine) => PicoUsd): PicoUsd => sumUsd(lines.map(of));
  const known = lines.every((line) => line.known === first.known) ? first.known : "at least";
  return {
    ...first,
    team: `${lines.length} others`,
    costCenter: "",
    known,
    direct: sum((line) => line.direct),
    shared: sum((line) => line.shared),
    adjustments: {
      tax: sum((line) => line.adjustments.tax),
      credit: sum((line) => line.adjustments.credit),
      discount: sum((line) => line.adjustments.discount),
      refund: sum((line) => line.adjustments.refund),
    },
    total: sum((line) => line.total),
    booked: sum((line) => line.booked),
  };
}

const HOW = {
  by_usage: "in proportion to the teams' own dollars",
  even: "evenly over the teams",
  fixed: "by fixed shares",
  team: "to the team that strata.yml names",
} as const;

function chargebackSentence({ charged }: PageInput): string {
  if (charged.pools.length === 0) return `Every ${charged.basis} dollar belongs to a team.`;
  const byWay = Map.groupBy(charged.pools, ({ split }) => split);
  const parts = [...byWay].map(([split, pools]) => {
    const amount = dollars(sumUsd(pools.map((pool) => pool.amount)));
    return split === "none" ? `${amount} stay lines of their own` : `${amount} are split ${HOW[split]}`;
  });
  return `Of the ${charged.basis} dollars that belong to no team, ${parts.join(", ")}.`;
}
