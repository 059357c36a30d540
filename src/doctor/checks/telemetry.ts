import { PROGRAM } from "../../program.ts";
import { type Check, ok, warn } from "../check.ts";

/** What one version of Claude Code told; counts of calls, and of metric points. Rows of the saved query telemetry_health. */
export interface ClientFacts {
  readonly version: string;
  readonly events: number;
  readonly withRequestId: number;
  readonly knownRequestId: number;
  readonly withSession: number;
  readonly loggedSessions: number;
  readonly points: number;
}

/** The first version that sends request ids on Bedrock (seen: 2.1.281 sends none). */
const REQUEST_IDS = "2.1.282";

/** What clients' telemetry lacks, told from the data alone. */
export function telemetryChecks(clients: readonly ClientFacts[]): Check[] {
  const sum = (of: (client: ClientFacts) => number): number => clients.reduce((total, client) => total + of(client), 0);
  const [events, points, logged] = [sum((c) => c.events), sum((c) => c.points), sum((c) => c.loggedSessions)];
  const told = { id: "telemetry/events", group: "running", title: "Events of Claude Code" } as const;
  if (events === 0)
    return [
      points > 0
        ? warn(
            told,
            `${points} metric points and no event: no request ids, no split of cache writes, no tools`,
            "Set OTEL_LOGS_EXPORTER=otlp for the clients and give the collector a logs pipeline (examples/collector).",
          )
        : logged > 0
          ? ok(
              told,
              `none; sessions of ${logged} calls come from the bodies of their requests, which is enough for cost per session`,
            )
          : warn(
              told,
              "neither events nor a session in any request body: no call can be traced to a session",
              "Log request bodies, or let clients send events (docs/telemetry.md, examples/collector).",
            ),
    ];
  return [
    ok(told, `${events} calls are told of`),
    requestIds(clients),
    sessions(clients, events),
    known(
      sum((c) => c.withRequestId),
      sum((c) => c.knownRequestId),
    ),
  ].filter((check) => check !== undefined);
}

function requestIds(clients: readonly ClientFacts[]): Check {
  const subject = { id: "telemetry/request-ids", group: "running", title: "Request ids of Claude Code" } as const;
  const without = clients.filter(({ events, withRequestId }) => events > withRequestId);
  const old = without.filter(({ version }) => isBefore(version, REQUEST_IDS));
  if (without.length === 0) return ok(subject, "every event has one");
  const calls = without.reduce((total, { events, withRequestId }) => total + events - withRequestId, 0);
  return old.length > 0
    ? warn(
        subject,
        `${calls} events have none; too old for it: ${old.map(({ version }) => version).join(", ")}`,
        `Update Claude Code to ${REQUEST_IDS} or later. Until then calls meet by session or time.`,
      )
    : warn(
        subject,
        `${calls} events have none`,
        `They meet by session or time, which ${PROGRAM} query telemetry_coverage shows.`,
      );
}

function sessions(clients: readonly ClientFacts[], events: number): Check {
  const subject = { id: "telemetry/sessions", group: "running", title: "Sessions in events" } as const;
  const withSession = clients.reduce((total, client) => total + client.withSession, 0);
  return withSession === events
    ? ok(subject, "every event names one")
    : warn(
        subject,
        `${events - withSession} of ${events} events name no session`,
        "OTEL_METRICS_INCLUDE_SESSION_ID=false takes it off events, too: remove it from the clients' settings.",
      );
}

/** A gateway between client and Bedrock puts its own ids in place of Bedrock's. */
function known(withId: number, inLog: number): Check | undefined {
  const subject = { id: "telemetry/known-ids", group: "running", title: "Request ids in the log" } as const;
  if (withId === 0) return undefined;
  return inLog * 2 >= withId
    ? ok(subject, `${inLog} of ${withId} are`)
    : warn(
        subject,
        `only ${inLog} of ${withId} are: logs of those calls are missing, or a gateway gives ids of its own`,
        `${PROGRAM} query unknown_request_ids shows which clients; a gateway has to pass x-amzn-requestid through.`,
      );
}

/** Whether one version comes before another, number by number; what is no version does not. */
function isBefore(version: string, other: string): boolean {
  const [a, b] = [version, other].map((text) => text.split(".").map(Number));
  if (a === undefined || b === undefined || a.some(Number.isNaN)) return false;
  for (const [index, number] of b.entries()) {
    const own = a[index] ?? 0;
    if (own !== number) return own < number;
  }
  return false;
}
