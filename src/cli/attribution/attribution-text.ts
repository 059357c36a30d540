import { UNATTRIBUTED } from "../../attribution/attribute.ts";
import { type Coverage, coverage, knownUsd } from "../../attribution/coverage.ts";
import type { MetadataFinding } from "../../attribution/metadata-findings.ts";
import { printable } from "../../errors.ts";
import { counted, percent } from "../../figures.ts";
import { inDollars } from "../../money.ts";
import type { QueryResult, Row } from "../../ports.ts";
import { wrap } from "../shared/fit-table.ts";
import { renderRows } from "../shared/rows.ts";

export interface Shown {
  readonly from: string;
  readonly to: string;
  /** Rows of attribution/by_source. */
  readonly teams: readonly Row[];
  /** Rows of saved/identity_sources. */
  readonly people: readonly Row[];
  readonly findings: readonly MetadataFinding[];
  /** Names under attribution.teams. */
  readonly known: readonly string[];
}

const KINDS: Readonly<Record<MetadataFinding["finding"], string>> = {
  object_as_text: "Objects sent as text",
  unknown_key: "Keys that nobody knows",
  unknown_team: "Teams that nobody knows",
  unknown_cost_center: "Cost centers that nobody knows",
  never_sent: "Who sends no request metadata",
  sometimes_sent: "Who sends it with some calls only; these are the others",
};

/** Findings of a kind that are shown; --json has all. */
const SHOWN = 15;
const WIDTH = 100;
const INDENT = "  ";

export function attributionText({ from, to, teams, people, findings, known }: Shown): string {
  const unpriced = teams.reduce((sum, row) => sum + Number(row["without_price"]), 0);
  const bySource = coverage(teams, "attribution_source");
  const byPerson = coverage(people, "person_source");
  return [
    ...wrapped(summary(`${from} to ${to}`, bySource, byPerson, unpriced > 0 ? "known dollars" : "dollars")),
    ...(unpriced === 0 ? [] : wrapped(`What ${counted(unpriced, "call")} cost nobody knows: no dollars here are theirs.`)),
    ...strangers(teams, known).flatMap(wrapped),
    "",
    "What named the team",
    table(bySource),
    "",
    "What named the person",
    table(byPerson),
    ...(Object.keys(KINDS) as MetadataFinding["finding"][]).flatMap((kind) =>
      block(
        kind,
        findings.filter(({ finding }) => finding === kind),
      ),
    ),
  ].join("\n");
}

function summary(days: string, teams: readonly Coverage[], people: readonly Coverage[], dollars: string): string {
  const calls = teams.reduce((sum, row) => sum + row.calls, 0);
  const named = (rows: readonly Coverage[]) => {
    const none = rows.find(({ name }) => name === "none");
    return [percent(1 - (none?.calls_share ?? 0)), percent(1 - (none?.usd_share ?? 0))] as const;
  };
  const [team, person] = [named(teams), named(people)];
  const said = `${days}, ${counted(calls, "call")}: ${team[0]} of them`;
  return teams.some(({ usd_share }) => usd_share !== null)
    ? `${said} and ${team[1]} of the ${dollars} have a team, ${person[0]} and ${person[1]} a person.`
    : `${said} have a team, ${person[0]} a person.`;
}

/** A typing error is attributed, too: to a team that there is not. */
function strangers(rows: readonly Row[], known: readonly string[]): string[] {
  const own = rows.filter((row) => row["team"] !== UNATTRIBUTED && !known.includes(String(row["team"])));
  if (known.length === 0 || own.length === 0) return [];
  const calls = own.reduce((sum, row) => sum + Number(row["calls"]), 0);
  const usd = knownUsd(own);
  const names = [...new Set(own.map((row) => printable(String(row["team"]))))];
  const shown = `${names.slice(0, 5).join(", ")}${names.length > 5 ? ` and ${names.length - 5} more` : ""}`;
  return [
    `Of these, ${counted(calls, "call")}${usd === undefined ? "" : ` and ${inDollars(usd)}`} have a team that attribution.teams does not: ${shown}.`,
  ];
}

function block(kind: MetadataFinding["finding"], findings: readonly MetadataFinding[]): string[] {
  if (findings.length === 0) return [];
  const shown = findings.slice(0, SHOWN);
  return [
    "",
    KINDS[kind],
    ...[...Map.groupBy(shown, ({ fix }) => fix)].flatMap(([fix, own]) => [
      ...wrapped(`→ ${fix}`),
      table(own.map(({ finding: _, fix: __, name, ...rest }) => ({ name: printable(name), ...rest }))),
    ]),
    ...(findings.length > SHOWN ? [`${findings.length - SHOWN} more: --json`] : []),
  ];
}

const TYPES: Readonly<Record<string, string>> = {
  calls: "bigint",
  unattributed: "bigint",
  estimated_usd: "decimal(38,12)",
  calls_share: "double",
  usd_share: "double",
};
/** Whom it comes from is a column only where the name does not say it. */
function table(rows: readonly object[]): string {
  const named = rows.map((row) => row as Row);
  const repeats = named.every((row) => String(row["name"]).startsWith(String(row["who"])));
  const names = Object.keys(named[0] ?? {}).filter((name) => name !== "who" || !repeats);
  const result: QueryResult = { columns: names.map((name) => ({ name, type: TYPES[name] ?? "varchar" })), rows: named };
  // The last line counts the rows, which these few need not.
  return renderRows(result, "table", true).split("\n").slice(0, -1).join("\n");
}

/** At the terminal's width, so that no word is cut; what follows stands further in. */
const wrapped = (text: string): string[] =>
  wrap(printable(text), Math.min(process.stdout.columns ?? WIDTH, WIDTH) - INDENT.length)
    .split("\n")
    .map((line, index) => `${index === 0 ? "" : INDENT}${line}`);
