import { UNATTRIBUTED } from "../../attribution/attribute.ts";
import { printable } from "../../errors.ts";
import { counted, percent } from "../../figures.ts";
import { formatUsd, inDollars, parseUsd } from "../../money.ts";
import type { QueryResult, Row } from "../../ports.ts";
import { renderRows } from "../shared/rows.ts";
import type { MetadataFinding } from "./attribution-findings.ts";

/** Calls and dollars by one thing that names a team or a person. */
export interface Coverage {
  readonly name: string;
  readonly calls: number;
  readonly calls_share: number;
  /** Null where nobody knows it. */
  readonly estimated_usd: string | null;
  /** Of the dollars that are known; null where this one's are not. */
  readonly usd_share: number | null;
}

/** Rows of one name summed up, the dearest first; shares are of all. */
export function coverage(rows: readonly Row[], column: string): Coverage[] {
  const sums = [...Map.groupBy(rows, (row) => String(row[column]))].map(([name, own]) => ({
    name,
    calls: own.reduce((sum, row) => sum + Number(row["calls"]), 0),
    usd: knownUsd(own),
  }));
  const calls = sums.reduce((sum, one) => sum + one.calls, 0);
  const all = sums.reduce((sum, one) => sum + (one.usd ?? 0n), 0n);
  return sums
    .map((one) => ({ ...one, rank: one.usd ?? -1n }))
    .sort((a, b) => (a.rank === b.rank ? b.calls - a.calls : a.rank > b.rank ? -1 : 1))
    .map((one) => ({
      name: one.name,
      calls: one.calls,
      calls_share: calls === 0 ? 0 : one.calls / calls,
      estimated_usd: one.usd === undefined ? null : formatUsd(one.usd),
      usd_share: one.usd === undefined || all === 0n ? null : Number(one.usd) / Number(all),
    }));
}

/** Undefined where no row has known dollars. */
function knownUsd(rows: readonly Row[]): bigint | undefined {
  const known = rows.flatMap((row) => (row["estimated_cost"] == null ? [] : [parseUsd(String(row["estimated_cost"]))]));
  return known.length === 0 ? undefined : known.reduce((sum, one) => sum + one, 0n);
}

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

/** At the terminal's width, so that no word is cut. */
function wrapped(text: string): string[] {
  const width = Math.min(process.stdout.columns ?? WIDTH, WIDTH);
  const lines: string[] = [];
  for (const word of printable(text).split(" ")) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= width) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(lines.length === 0 ? word : `  ${word}`);
  }
  return lines;
}
