import { formatUsd } from "../money.ts";
import type { Day } from "./calendar.ts";
import type { LoggedCall } from "./log-objects.ts";
import { createRandom, type Random } from "./random.ts";
import { costOf } from "./tally.ts";
import type { TruthTelemetry } from "./truth.ts";

/** The team whose coding assistants send telemetry: its account logs no bodies, so that only the client knows how long its cache writes live. */
const TEAM = "security";
const SESSION_GAP = 30 * 60_000;
const REPOSITORIES = ["vault", "gateway", "audit"];
const TOOLS = ["Read", "Edit", "Bash", "Grep", "Write"];
const VERSION = "2.1.332";
/** A session of so many calls commits in its middle, and one of so many opens a pull request before its last call. */
const COMMITS_FROM = 4;
const REQUESTS_FROM = 6;

interface Sum {
  number: number;
  usd: bigint;
}

/** What was told so far, and what it comes to. */
export interface ClientTelemetry {
  sessions: number;
  calls: number;
  usd: bigint;
  readonly commits: Sum;
  readonly pullRequests: Sum;
  readonly tools: Map<string, Sum>;
}

export const emptyTelemetry = (): ClientTelemetry => ({
  sessions: 0,
  calls: 0,
  usd: 0n,
  commits: { number: 0, usd: 0n },
  pullRequests: { number: 0, usd: 0n },
  tools: new Map(),
});

export interface TelemetryObject {
  readonly key: string;
  readonly text: string;
}

/** A day of the team's sessions as a collector would write them: events and metrics in an object each; nothing on a day without calls. */
export function tellDay(told: ClientTelemetry, seed: number, day: Day, readable: readonly LoggedCall[]): TelemetryObject[] {
  const random = createRandom(seed, "telemetry", day.date);
  const events: object[] = [];
  const points: object[] = [];
  const mine = readable.filter(({ call }) => call.caller.team === TEAM && call.caller.person !== undefined);
  const people = Map.groupBy(
    mine.toSorted((a, b) => a.call.time - b.call.time || (a.requestId < b.requestId ? -1 : 1)),
    ({ call }) => call.caller.person ?? "",
  );
  for (const [person, calls] of [...people].sort(([a], [b]) => (a < b ? -1 : 1)))
    for (const session of sessionsOf(calls)) tellSession(told, session, person, random, events, points);
  if (events.length === 0) return [];
  const place = `otel/year=${day.date.slice(0, 4)}/month=${day.date.slice(5, 7)}/day=${day.date.slice(8)}`;
  return [
    { key: `${place}/logs_${random.int(100_000_000, 999_999_998)}.json.gz`, text: JSON.stringify({ resourceLogs: events }) },
    ...(points.length === 0
      ? []
      : [
          {
            key: `${place}/metrics_${random.int(100_000_000, 999_999_998)}.json.gz`,
            text: JSON.stringify({ resourceMetrics: points }),
          },
        ]),
  ];
}

function sessionsOf(calls: readonly LoggedCall[]): LoggedCall[][] {
  const sessions: LoggedCall[][] = [];
  let last = Number.NEGATIVE_INFINITY;
  for (const call of calls) {
    if (call.call.time - last > SESSION_GAP) sessions.push([]);
    sessions.at(-1)?.push(call);
    last = call.call.time;
  }
  return sessions;
}

function tellSession(
  told: ClientTelemetry,
  calls: readonly LoggedCall[],
  person: string,
  random: Random,
  events: object[],
  points: object[],
): void {
  const session = random.uuid();
  const common = { "session.id": session, "user.email": person, "app.entrypoint": random.pick(["cli", "claude-vscode"]) };
  const resource = {
    "service.name": "claude-code",
    "service.version": VERSION,
    department: "engineering",
    "team.id": TEAM,
    repository: random.pick(REPOSITORIES),
  };
  const records: object[] = [];
  const say = (name: string, at: number, attributes: Attributes): void =>
    void records.push({
      timeUnixNano: nanos(at),
      body: { stringValue: `claude_code.${name}` },
      attributes: attributesOf({ "event.name": name, ...common, ...attributes }),
    });
  const later = calls.slice(Math.floor(calls.length / 2));
  const commitAt = calls.length >= COMMITS_FROM ? later.find(({ call }) => call.outcome.kind === "ok") : undefined;
  const requestAt = calls.length >= REQUESTS_FROM && random.next() < 0.5 ? calls.at(-2) : undefined;
  told.sessions += 1;
  for (const logged of calls) {
    const { call, requestId } = logged;
    const { estimated, list } =
      call.target.model?.listed === true && call.outcome.kind === "ok" ? costOf(call) : { estimated: 0n, list: 0n };
    told.calls += 1;
    told.usd += estimated;
    const about = { request_id: requestId, model: call.target.bodyModel };
    if (call.outcome.kind === "ok")
      say("api_request", call.time, {
        ...about,
        input_tokens: call.tokens.input,
        output_tokens: call.tokens.output,
        cache_read_tokens: call.tokens.cacheRead,
        cache_creation_tokens: call.tokens.cacheWrite5m + call.tokens.cacheWrite1h,
        cache_creation_5m_tokens: call.tokens.cacheWrite5m,
        cache_creation_1h_tokens: call.tokens.cacheWrite1h,
        // As clients do: at list price, in a double.
        cost_usd: Number(formatUsd(list)),
      });
    else say("api_error", call.time, { ...about, attempt: 1, status_code: 429 });
    const commits = logged === commitAt;
    const uses = call.outcome.kind === "ok" ? random.int(0, 2) + (commits ? 1 : 0) : 0;
    tellTools(told, { estimated, uses, commits, about, at: call.time }, random, say);
    if (call.time <= (commitAt?.call.time ?? Number.NEGATIVE_INFINITY)) told.commits.usd += estimated;
    if (call.time <= (requestAt?.call.time ?? Number.NEGATIVE_INFINITY)) told.pullRequests.usd += estimated;
  }
  if (commitAt) told.commits.number += 1;
  if (requestAt) {
    told.pullRequests.number += 1;
    points.push(counted(resource, common, requestAt.call.time));
  }
  events.push({
    resource: { attributes: attributesOf(resource) },
    scopeLogs: [{ scope: { name: "com.anthropic.claude_code.events", version: VERSION }, logRecords: records }],
  });
}

interface Asked {
  readonly estimated: bigint;
  readonly uses: number;
  readonly commits: boolean;
  readonly about: { readonly request_id: string };
  readonly at: number;
}

/** Tools that a call asked for; its dollars in equal parts, what is left over to the first by id. */
function tellTools(
  told: ClientTelemetry,
  { estimated, uses, commits, about, at }: Asked,
  random: Random,
  say: (name: string, at: number, attributes: Attributes) => void,
): void {
  const ids = Array.from({ length: uses }, () => `toolu_${random.hex(24)}`);
  const share = uses === 0 ? estimated : estimated / BigInt(uses);
  const rest = uses === 0 ? 0n : estimated % BigInt(uses);
  if (uses === 0) add(told.tools, "(no tool)", 0, estimated);
  for (const [index, id] of ids.entries()) {
    const hash = commits && index === 0;
    const tool = hash ? "Bash" : random.pick(TOOLS);
    const refused = !hash && tool === "Edit" && random.next() < 0.1;
    const attributes = { request_id: about.request_id, tool_use_id: id, tool_name: tool };
    say("tool_decision", at, {
      ...attributes,
      decision: refused ? "reject" : "accept",
      source: refused ? "user_reject" : "config",
    });
    if (!refused)
      say("tool_result", at, {
        ...attributes,
        success: String(random.next() >= 0.05),
        duration_ms: String(random.int(20, 4000)),
        ...(hash
          ? { tool_parameters: JSON.stringify({ git_commit_id: random.hex(40), git_branch: "main", bash_command: "git commit" }) }
          : {}),
      });
    const place = BigInt(ids.toSorted().indexOf(id));
    add(told.tools, tool, 1, share + (place < rest ? 1n : 0n));
  }
}

function add(sums: Map<string, Sum>, name: string, number: number, usd: bigint): void {
  const sum = sums.get(name) ?? { number: 0, usd: 0n };
  sum.number += number;
  sum.usd += usd;
  sums.set(name, sum);
}

type Attributes = Readonly<Record<string, string | number>>;

const attributesOf = (attributes: Attributes): object[] =>
  Object.entries(attributes).map(([key, value]) => ({
    key,
    value:
      typeof value === "string"
        ? { stringValue: value }
        : Number.isInteger(value)
          ? { intValue: String(value) }
          : { doubleValue: value },
  }));

const nanos = (at: number): string => `${at}000000`;

const counted = (resource: Attributes, common: Attributes, at: number): object => ({
  resource: { attributes: attributesOf(resource) },
  scopeMetrics: [
    {
      scope: { name: "com.anthropic.claude_code", version: VERSION },
      metrics: [
        {
          name: "claude_code.pull_request.count",
          sum: {
            aggregationTemporality: 1,
            isMonotonic: true,
            dataPoints: [
              { attributes: attributesOf(common), startTimeUnixNano: nanos(at - 1000), timeUnixNano: nanos(at), asDouble: 1 },
            ],
          },
        },
      ],
    },
  ],
});

export const telemetryTruth = ({ sessions, calls, usd, commits, pullRequests, tools }: ClientTelemetry): TruthTelemetry => ({
  team: TEAM,
  sessions,
  calls,
  estimated_usd: formatUsd(usd),
  commits: commits.number,
  commits_usd: formatUsd(commits.usd),
  pull_requests: pullRequests.number,
  pull_requests_usd: formatUsd(pullRequests.usd),
  tools: [...tools]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([tool, sum]) => ({ tool, uses: sum.number, usd: formatUsd(sum.usd) })),
});
