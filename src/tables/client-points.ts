import { columns, type Table } from "./column.ts";

/** Metric points as sent, delta and cumulative alike; the view client_counts makes deltas of them. */
export const clientPoints = {
  name: "client_points",
  meaning:
    "One row per metric point of a client, as delivered; repeated, late and cumulative ones stay. Read the view client_counts instead.",
  format: "parquet",
  partitions: columns([["dt", "date", "UTC day of event_time."]]),
  columns: columns([
    ["event_time", "timestamp", "End of the point's interval, UTC."],
    ["start_micros", "bigint", "Start of its interval, or of its series since the last reset, microseconds since 1970."],
    ["time_micros", "bigint", "End of its interval, microseconds since 1970."],
    ["series", "varchar", "The same for points of one series: scope, name, resource and all attributes."],
    ["temporality", "varchar", "delta, cumulative or null for a gauge."],
    ["metric", "varchar", "Metric by name, for example claude_code.token.usage."],
    ["value", "decimal(38,12)", "Value as sent; the sum of a histogram."],
    ["scope", "varchar", "Instrumentation that wrote it."],
    ["client", "varchar", "service.name."],
    ["client_version", "varchar", "service.version."],
    ["entrypoint", "varchar", "How the client was started."],
    ["session_id", "varchar", "Session."],
    ["device_id", "varchar", "Claude Code's random id of an installation; not a person."],
    ["person", "varchar", "User e-mail, lower case, or user id that the client sends."],
    ["model", "varchar", "Model as asked for."],
    ["type", "varchar", "Kind of token, line or time."],
    ["query_source", "varchar", "What the calls were for."],
    ["agent_name", "varchar", "Subagent by name or kind."],
    ["tool_name", "varchar", "Tool by name."],
    ["decision", "varchar", "accept or reject."],
    ["decision_source", "varchar", "Who decided."],
    ["language", "varchar", "Programming language of an edited file."],
    ["start_type", "varchar", "fresh, continue or resume."],
    ["labels", "map(varchar,varchar)", "Resource attributes on the list, as in client_call_records."],
    ["source_object", "varchar", "Object it was read from."],
    ["source_message", "bigint", "Message in that object, from 1."],
  ]),
} as const satisfies Table;
