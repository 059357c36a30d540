import type { PicoUsd } from "../money.ts";
import type { Row, Warehouse } from "../ports.ts";
import { count, sumUsd, text, usd } from "./rows.ts";

/** What sessions can be narrowed by: words of clients about themselves. */
export const WORK_FILTERS = ["department", "team_id", "repository", "entrypoint"] as const;
export type WorkFilterName = (typeof WORK_FILTERS)[number];

/** Any of the values of a filter will do; what is undefined does not narrow. */
export type WorkFilter = { readonly [Name in WorkFilterName]?: readonly string[] };

export interface SessionLine {
  readonly session: string;
  readonly client: string;
  readonly entrypoint: string;
  readonly person: string;
  readonly team: string;
  readonly calls: number;
  readonly unlogged: number;
  readonly estimated: PicoUsd;
  /** Nobody knows what its calls cost. */
  readonly unknown?: boolean;
}

/** A commit, or a pull request, with the calls that led to it. */
export interface DoneLine {
  /** Commit hash, `counted` or `uncommitted`; for pull requests the session. */
  readonly name: string;
  readonly branch: string;
  readonly team: string;
  /** How many it stands for; 0 for the calls that led to none. */
  readonly number: number;
  readonly at: string;
  readonly calls: number;
  readonly estimated: PicoUsd;
  readonly unknown?: boolean;
}

export interface ToolLine {
  readonly tool: string;
  readonly uses: number;
  readonly refused: number;
  readonly failed: number;
  readonly estimated: PicoUsd;
  readonly unknown?: boolean;
  readonly wasted: PicoUsd;
}

/** What a group of people did and what it cost, by the label team.id. */
export interface GroupLine {
  readonly name: string;
  readonly sessions: number;
  readonly commits: number;
  readonly pullRequests: number;
  readonly lines: number;
  readonly estimated: PicoUsd;
}

/** What calls were for, of a period. Sessions are the dearest ones; every other list sums to `estimated`. */
export interface Work {
  readonly sessions: readonly SessionLine[];
  readonly commits: readonly DoneLine[];
  readonly pullRequests: readonly DoneLine[];
  readonly tools: readonly ToolLine[];
  readonly groups: readonly GroupLine[];
  readonly estimated: PicoUsd;
}

/** Sessions that are listed. */
const TOP = 50;

/** Undefined where no call is traced: no telemetry, and no session in any body. */
export async function loadWork(
  warehouse: Warehouse,
  { from, to }: { readonly from: string; readonly to: string },
  filter: WorkFilter = {},
): Promise<Work | undefined> {
  const rows = async (name: string, more = {}): Promise<readonly Row[]> =>
    (await warehouse.query(`saved/${name}`, { from, to, ...filter, ...more })).rows;
  const sessions = (await rows("session_spend", { top: TOP })).map((row) => ({
    session: text(row, "session_id"),
    client: text(row, "client"),
    entrypoint: text(row, "entrypoint"),
    person: text(row, "person", "(no person)"),
    team: text(row, "team"),
    calls: count(row, "calls"),
    unlogged: count(row, "unlogged"),
    ...costOf(row),
  }));
  if (sessions.length === 0) return undefined;
  const tools = (await rows("spend_by_tool")).map((row) => ({
    tool: text(row, "tool_name"),
    uses: count(row, "uses"),
    refused: count(row, "refused"),
    failed: count(row, "failed"),
    ...costOf(row),
    wasted: usd(row, "refused_cost") + usd(row, "failed_cost"),
  }));
  const groups = (await rows("work_done")).map((row) => ({
    name: text(row, "label_value"),
    sessions: count(row, "sessions"),
    commits: count(row, "commits"),
    pullRequests: count(row, "pull_requests"),
    lines: count(row, "lines_added") + count(row, "lines_removed"),
    estimated: usd(row, "estimated_cost"),
  }));
  return {
    sessions,
    commits: together((await rows("spend_by_commit")).map((row) => doneLine(row, "commit_name", "committed_at", "commits"))),
    pullRequests: (await rows("spend_by_pull_request")).map((row) =>
      doneLine(row, "session_id", "pull_requested_at", "pull_requests"),
    ),
    tools,
    groups,
    estimated: sumUsd(tools.map(({ estimated }) => estimated)),
  };
}

/** What led to no commit is one line, as what led to no pull request is: it has a line for each session otherwise. */
function together(lines: readonly DoneLine[]): readonly DoneLine[] {
  const none = lines.filter(({ number }) => number === 0);
  if (none.length < 2) return lines;
  const all: DoneLine = {
    ...{ name: "(uncommitted)", branch: "", team: "", at: "", number: 0 },
    calls: none.reduce((sum, line) => sum + line.calls, 0),
    estimated: sumUsd(none.map(({ estimated }) => estimated)),
    ...(none.every(({ unknown }) => unknown) ? { unknown: true } : {}),
  };
  return [all, ...lines.filter(({ number }) => number > 0)];
}

const doneLine = (row: Row, name: string, at: string, number: string): DoneLine => ({
  name: text(row, name),
  branch: text(row, "git_branch"),
  team: text(row, "team"),
  number: count(row, number),
  at: text(row, at),
  calls: count(row, "calls"),
  ...costOf(row),
});

const costOf = (row: Row): { readonly estimated: PicoUsd; readonly unknown?: true } => ({
  estimated: usd(row, "estimated_cost"),
  ...(row["estimated_cost"] === null ? { unknown: true } : {}),
});
