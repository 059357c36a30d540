import { guessedText } from "../../../pricing/guessed.ts";
import { foreignOf, invoicedSums } from "../../currencies.ts";
import { cacheHitRate, cacheSaving, errorRate, isKnown, knownOf } from "../../measures.ts";
import { allocatedShare } from "../../month-data.ts";
import { ratio } from "../../rows.ts";
import { calls, change, compact, counted, dollars, headline, invoicedText, percent, shortDay } from "../figures.ts";
import { type Html, html } from "../html.ts";
import type { PageInput } from "../page-input.ts";

interface Tile {
  readonly label: string;
  readonly value: string;
  readonly detail: string;
}

/** The month at a glance: eight figures with what they are measured against. */
export function glance({ data, projection, budgets, status }: PageInput): Html {
  const { totals, previous, bill } = data;
  const versus = `vs ${shortDay(data.previousRange.from)}–${shortDay(data.previousRange.to)}`;
  const moved = (now: bigint | number, before: bigint | number): string => {
    if (totals.invocations === 0) return "nothing was logged";
    const share = change(now, before);
    return share ? `${share} ${versus}` : "no earlier month in the data";
  };
  const over = budgets.filter((line) => line.state === "over").length;
  const near = budgets.filter((line) => line.state === "near").length;
  const known = knownOf(totals);
  const withoutPrice = totals.unpriced + totals.uncounted;
  const tiles: Tile[] = [
    {
      label: "Estimated",
      value: isKnown(known) ? `${known === "at least" ? "≥ " : ""}${headline(totals.estimated)}` : known,
      detail: [
        moved(totals.estimated, previous.estimated),
        guessedText(totals.guessed, totals.estimated),
        withoutPrice > 0 ? `${counted(withoutPrice, "call has", "calls have")} no price` : undefined,
        totals.notTokenPriced > 0
          ? `${counted(totals.notTokenPriced, "call is", "calls are")} not priced by tokens: only the bill has ${totals.notTokenPriced === 1 ? "it" : "them"}`
          : undefined,
      ]
        .filter((part) => part !== undefined)
        .join("; "),
    },
    bill
      ? {
          label: "Billed",
          value: headline(bill.total),
          detail: [
            foreignOf(bill).length > 0 && invoicedSums(bill).length > 0
              ? `${invoicedText(invoicedSums(bill))} on the invoices`
              : "",
            `${percent(allocatedShare(bill))} allocated to logged calls`,
          ]
            .filter(Boolean)
            .join("; "),
        }
      : {
          label: "Billed",
          value: "–",
          detail:
            data.unconverted.length > 0
              ? `a bill in ${[...new Set(data.unconverted.map(({ currency }) => currency))].join(", ")}, for which there is no exchange rate`
              : "no bill for this month yet",
        },
    bill
      ? {
          label: "Residual",
          value: dollars(bill.byStatus.get("residual") ?? 0n),
          detail: `${percent(ratio(bill.byStatus.get("residual") ?? 0n, bill.total), 2)} of the bill unexplained`,
        }
      : {
          label: "List price",
          value: isKnown(known) ? headline(totals.list) : known,
          detail:
            totals.list === 0n ? "nothing to compare with" : `${percent(1 - ratio(totals.estimated, totals.list))} below list`,
        },
    projection
      ? {
          label: "Expected at month end",
          value: headline(projection.expected),
          detail: `${headline(projection.low)} to ${headline(projection.high)}, ${projection.daysLeft} days left`,
        }
      : {
          label: "Budgets",
          value: budgets.length === 0 ? "–" : over > 0 ? `${over} over` : near > 0 ? `${near} near` : "all within",
          detail:
            budgets.length === 0
              ? status === "live"
                ? "none for this choice"
                : "none set"
              : `${near} near the limit, ${budgets.length} in all`,
        },
    { label: "Calls", value: compact(totals.invocations), detail: moved(totals.invocations, previous.invocations) },
    {
      label: "People",
      value: calls(totals.people),
      detail: `${counted(totals.principals, "principal")} in ${counted(totals.teams, "team")}`,
    },
    {
      label: "Cache hit rate",
      value: percent(cacheHitRate(totals)),
      detail:
        totals.invocations === 0
          ? "nothing was logged"
          : `${cacheSaving(totals) < 0n ? "cost" : "saved"} ${headline(cacheSaving(totals) < 0n ? -cacheSaving(totals) : cacheSaving(totals))}`,
    },
    {
      label: "Error rate",
      value: percent(errorRate(totals), 2),
      detail: `${calls(totals.errors)} failed, ${calls(totals.throttles)} throttled`,
    },
  ];
  return html`<dl class="tiles">${tiles.map(
    (tile) =>
      html`<div class="tile"><dt>${tile.label}</dt><dd class="v">${tile.value}</dd><dd class="d">${tile.detail}</dd></div>`,
  )}</dl>`;
}
