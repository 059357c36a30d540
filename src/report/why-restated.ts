import { formatUsd, parseUsd } from "../money.ts";
import type { Manifest } from "./manifest-schema.ts";
import type { PublishedManifest } from "./version.ts";

type Why = NonNullable<Manifest["restates"]>["why"][number];

/** Why a closed month is published anew, from what stood behind the version before and what stands behind this one. */
export function whyRestated(before: PublishedManifest, now: Manifest, dollarsMoved: boolean): Why[] {
  const why = [...billMoved(before, now), ...logsMoved(before, now)];
  const changed = Object.keys(now.config).filter((section) => before.config && before.config[section] !== now.config[section]);
  if (changed.length > 0) why.push({ cause: "configuration", sentence: `strata.yml changed: ${changed.join(", ")}.` });
  // Where the sum is another one, each source's dollars are too.
  const sum = now.bill ? "billed_usd" : "estimated_usd";
  if (why.length === 0 && before.totals?.[sum] === now.totals[sum]) why.push(...namedOtherwise(before, now));
  const [was, is] = [text(before.totals?.["estimated_usd"]), text(now.totals["estimated_usd"])];
  if (was !== is && why.every(({ cause }) => cause === "bill" || cause === "attribution"))
    why.push({ cause: "prices", sentence: `The same calls are estimated at ${is} USD instead of ${was}: their prices changed.` });
  if (why.length > 0) return why;
  return dollarsMoved
    ? [
        {
          cause: "software",
          sentence: "Bill, logs and strata.yml are the same; this version of Strata reads or splits them otherwise.",
        },
      ]
    : [{ cause: "layout", sentence: "No dollar moved; names or columns did." }];
}

const PERSON_SOURCES: Readonly<Record<string, string>> = {
  configured: "rules of strata.yml",
  on_behalf_of: "CloudTrail",
  sso_session: "sessions of IAM Identity Center",
  iam_user: "IAM users",
  session_name: "session names",
  principal_tag: "tags of principals",
  telemetry: "telemetry of clients",
  device: "installations of Claude Code",
  metadata: "request metadata",
};

const SOURCES: Readonly<Record<string, string>> = {
  resource_tag: "tags of resources",
  principal_tag: "tags of principals on the bill",
  user_attribute: "user attributes on the bill",
  cost_category: "cost categories on the bill",
  members: "members of teams",
  "members:session": "members of teams",
  metadata: "request metadata",
  account: "accounts of teams",
  calls: "the calls behind charges",
  named: "the lines that adjustments name",
  payer: "the payer's lines",
  split: "tag sets of sessions on the bill",
  none: "what nobody names",
};

/** The same bill, logs and strata.yml, and other teams or people: what names them says something else. */
function* namedOtherwise(before: PublishedManifest, now: Manifest): Generator<Why> {
  for (const [whom, was, is, names] of [
    ["teams", before.attribution, now.attribution, SOURCES],
    ["people", before.persons, now.persons ?? {}, PERSON_SOURCES],
  ] as const) {
    if (was === undefined) continue;
    const changed = [...new Set([...Object.keys(was), ...Object.keys(is)])].filter(
      (source) => was[source] !== is[source] && !(whom === "people" && source === "none"),
    );
    const shown = [...new Set(changed.map((source) => names[source] ?? source))].sort();
    if (shown.length > 0) yield { cause: "attribution", sentence: `What names the ${whom} changed: ${shown.join(", ")}.` };
  }
}

function* billMoved(before: PublishedManifest, now: Manifest): Generator<Why> {
  const [was, is] = [before.bill?.versions ?? [], now.bill?.versions ?? []];
  const [billed, bills] = [before.totals?.["billed_usd"], now.totals["billed_usd"]];
  const moved = billed === bills ? "" : ` Billed went from ${text(billed) || "nothing"} to ${text(bills) || "nothing"} USD.`;
  if (was.join() !== is.join())
    yield {
      cause: "bill",
      sentence: `The bill was delivered again: ${is.join(", ") || "none"} instead of ${was.join(", ") || "none"}.${moved}`,
    };
  else if (moved) yield { cause: "bill", sentence: `The bill says something else under the same delivery.${moved}` };
}

function* logsMoved({ logs, totals }: PublishedManifest, now: Manifest): Generator<Why> {
  if (!logs) return;
  const records = now.logs.records - logs.records;
  const calls = now.logs.invocations - logs.invocations;
  if (records === 0 && calls === 0) return;
  const dollars = parseUsd(text(now.totals["estimated_usd"]) || "0") - parseUsd(text(totals?.["estimated_usd"]) || "0");
  yield {
    cause: "late_logs",
    sentence: `${signed(records)} records and ${signed(calls)} calls since the version before, worth ${formatUsd(dollars)} USD.`,
  };
}

const text = (value: string | number | undefined): string => (value === undefined ? "" : String(value));
const signed = (count: number): string => (count > 0 ? `+${count}` : String(count));
