import { divideHalfEven, type PicoUsd } from "../../../money.ts";
import { PROGRAM } from "../../../program.ts";
import type { DoneLine, GroupLine, SessionLine, ToolLine, Work } from "../../load-work.ts";
import { ratio, sumUsd } from "../../rows.ts";
import { calls, dollars, headline, percent, share, shortTime } from "../figures.ts";
import { type Html, html } from "../html.ts";
import { type PageInput, SHOWN } from "../page-input.ts";
import { table } from "../table.ts";

/** Sessions, commits, pull requests and tools of coding assistants; nothing where no call is traced. */
export function work({ work: found, data }: PageInput): Html {
  if (!found) return html``;
  return html`<section id="work" aria-labelledby="work-h"><h2 id="work-h">Sessions and work</h2>
<p class="sub">${story(found, data.totals.estimated)}</p>${workTables(found)}</section>`;
}

function story({ estimated, commits, pullRequests }: Work, all: PicoUsd): string {
  const part = all > 0n ? `, ${percent(ratio(estimated, all))} of all estimated dollars` : "";
  const done = [each(commits, "a commit"), each(pullRequests, "a pull request")].filter((text) => text !== "");
  return `Calls whose session or client is known were estimated at ${headline(estimated)}${part}.${done.length > 0 ? ` On average ${done.join(" and ")}.` : ""}`;
}

/** Mean dollars of what was counted: the calls that led to one, over their number. */
function each(lines: readonly DoneLine[], what: string): string {
  const counted = lines.filter(({ number }) => number > 0);
  const number = counted.reduce((sum, line) => sum + line.number, 0);
  return number === 0 ? "" : `${what} took ${dollars(per(sumUsd(counted.map(({ estimated }) => estimated)), number))}`;
}

/** Counts are whole where clients are honest; a fraction is counted in thousandths. */
const per = (amount: PicoUsd, number: number): PicoUsd => divideHalfEven(amount * 1000n, BigInt(Math.round(number * 1000)));

/** The tables, for a statement and for the page of sessions alike. @param live whether the page can be narrowed to a team.id */
export function workTables({ sessions, commits, pullRequests, tools, groups, estimated }: Work, live = false): Html {
  return html`${(live || groups.length > 1) && html`<h3>Teams, as clients name them (team.id)</h3>${groupTable(withKnownCommits(groups, commits), estimated, live)}`}
<h3>Tools</h3>${toolTable(tools, estimated)}
<h3>Pull requests</h3>${doneTable("Pull requests", "Session", pullRequests)}
<h3>Commits</h3>${doneTable("Commits", "Commit", commits)}
${sessions.length > 0 && html`<h3>Sessions</h3>${sessionTable(sessions)}`}`;
}

const rest = (all: number, shown: number, query: string): Html | undefined =>
  all > shown ? html`${calls(all - shown)} more: <code>${PROGRAM} query ${query}</code>.` : undefined;

const mean = (amount: PicoUsd, number: number): string => (number > 0 ? dollars(per(amount, number)) : "–");

/** Calls that only a client tells of, or without a price, are not free. */
const cost = ({ estimated, unknown }: { readonly estimated: PicoUsd; readonly unknown?: boolean }): string =>
  unknown ? "unknown" : dollars(estimated);

/** Some clients tell of commits by hash and never count them: then no team's count is zero, it is not known. */
const withKnownCommits = (groups: readonly GroupLine[], commits: readonly DoneLine[]): readonly GroupLine[] =>
  groups.every((line) => line.commits === 0) && commits.some(({ number }) => number > 0)
    ? groups.map((line) => ({ ...line, commits: Number.NaN }))
    : groups;

const groupTable = (groups: readonly GroupLine[], whole: PicoUsd, live: boolean): Html =>
  table<GroupLine>(
    "Work by team",
    [
      {
        title: "Team",
        filter: ({ name }) => (live && name !== "(none)" ? ["team_id", name] : undefined),
        cell: ({ name }) => name,
      },
      { title: "Share", cell: (line) => share(line.estimated, whole) },
      { title: "Sessions", numeric: true, extra: true, cell: (line) => calls(line.sessions) },
      { title: "Commits", numeric: true, cell: (line) => (Number.isNaN(line.commits) ? "–" : calls(line.commits)) },
      { title: "Per commit", numeric: true, extra: true, cell: (line) => mean(line.estimated, line.commits) },
      { title: "Pull requests", numeric: true, cell: (line) => calls(line.pullRequests) },
      { title: "Per pull request", numeric: true, cell: (line) => mean(line.estimated, line.pullRequests) },
      { title: "Per 100 lines", numeric: true, extra: true, cell: (line) => mean(line.estimated * 100n, line.lines) },
      { title: "Estimated", numeric: true, cell: (line) => dollars(line.estimated) },
    ],
    groups.slice(0, SHOWN),
    rest(groups.length, SHOWN, "work_done"),
  );

const toolTable = (tools: readonly ToolLine[], whole: PicoUsd): Html =>
  table<ToolLine>(
    "Tools by estimated dollars",
    [
      { title: "Tool", cell: ({ tool }) => tool },
      { title: "Share", cell: (line) => share(line.estimated, whole) },
      { title: "Uses", numeric: true, cell: (line) => calls(line.uses) },
      { title: "Refused", numeric: true, extra: true, cell: (line) => calls(line.refused) },
      { title: "Failed", numeric: true, extra: true, cell: (line) => calls(line.failed) },
      { title: "For refused and failed", numeric: true, extra: true, cell: (line) => dollars(line.wasted) },
      { title: "Estimated", numeric: true, cell: (line) => cost(line) },
    ],
    tools.slice(0, SHOWN),
    rest(tools.length, SHOWN, "spend_by_tool"),
  );

const doneTable = (caption: string, first: string, lines: readonly DoneLine[]): Html =>
  table<DoneLine>(
    caption,
    [
      { title: first, cell: (line) => html`${shortName(line.name)} <small>${line.branch}</small>` },
      { title: "When", extra: true, cell: ({ at }) => (at === "" ? "" : shortTime(at)) },
      { title: "Team", extra: true, cell: ({ team }) => team },
      { title: "Number", numeric: true, cell: ({ number }) => calls(number) },
      { title: "Calls", numeric: true, cell: (line) => calls(line.calls) },
      { title: "Estimated", numeric: true, cell: (line) => cost(line) },
    ],
    lines.slice(0, SHOWN),
    rest(lines.length, SHOWN, caption === "Commits" ? "spend_by_commit" : "spend_by_pull_request"),
  );

const sessionTable = (sessions: readonly SessionLine[]): Html =>
  table<SessionLine>(
    "Dearest sessions",
    [
      { title: "Session", cell: ({ session }) => shortName(session) },
      { title: "Person", cell: ({ person, team }) => html`${person} <small>${team}</small>` },
      { title: "Client", extra: true, cell: ({ client, entrypoint }) => [client, entrypoint].filter(Boolean).join(", ") },
      { title: "Calls", numeric: true, cell: (line) => calls(line.calls) },
      { title: "In no log", numeric: true, extra: true, cell: (line) => calls(line.unlogged) },
      { title: "Estimated", numeric: true, cell: (line) => cost(line) },
    ],
    sessions.slice(0, SHOWN),
    rest(sessions.length, SHOWN, "session_spend"),
  );

/** Hashes and session ids are told apart by their first dozen signs. */
const shortName = (name: string): string => (/^[0-9a-f-]{20,}$/.test(name) ? name.slice(0, 12) : name);
