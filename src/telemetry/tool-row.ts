import type { clientToolRecords } from "../tables/client-tool-records.ts";
import type { RowOf } from "../tables/column.ts";
import { eventName } from "./call-row.ts";
import type { LogItem, SpanItem } from "./item.ts";
import type { KeptKeys } from "./kept-keys.ts";
import { common, type Place } from "./place.ts";
import { nameOf, Values } from "./values.ts";

export type ToolRow = RowOf<typeof clientToolRecords>;

/** A row for a `tool_decision`, a `tool_result` or a span of a tool; undefined for anything else. */
export function toolRow(item: LogItem | SpanItem, place: Place, keys: KeptKeys): ToolRow | undefined {
  const values = new Values(item.attributes, item.resource);
  const signal = item.kind === "log" ? eventSignal(eventName(item, values)) : spanSignal(values);
  if (signal === undefined) return undefined;
  const id = values.id("tool_use_id", "gen_ai.tool.call.id");
  const tool = values.name("tool_name", "gen_ai.tool.name");
  if (id === null && tool === null) return undefined;
  const failed = item.kind === "span" && item.failed;
  return {
    ...common(item, values, place, keys),
    signal,
    request_id: values.id("request_id"),
    trace_id: item.traceId,
    parent_span_id: item.kind === "span" ? item.parentSpanId : null,
    tool_use_id: id,
    tool_name: tool,
    tool_source: values.name("tool_source"),
    decision: values.name("decision"),
    decision_source: signal === "decision" || values.name("decision") !== null ? values.name("source") : null,
    permission_mode: values.name("permission_mode"),
    success: signal === "decision" ? null : failed ? false : (values.flag("success") ?? toolStatus(values)),
    error_type: values.name("error_type", "error.type"),
    duration_ms: signal === "decision" ? null : (values.count("duration_ms") ?? spanMillis(item)),
    input_bytes: values.count("tool_input_size_bytes"),
    result_bytes: values.count("tool_result_size_bytes"),
    ...parameters(values.text("tool_parameters")),
  };
}

const eventSignal = (name: string | null): "decision" | "result" | undefined =>
  name === "tool_decision" ? "decision" : name === "tool_result" ? "result" : undefined;

function spanSignal(values: Values): "span" | undefined {
  const type = values.name("span.type");
  if (type !== null) return type === "tool" || type === "tool.execution" ? "span" : undefined;
  return values.name("gen_ai.operation.name") === "execute_tool" ? "span" : undefined;
}

const toolStatus = (values: Values): boolean | null => {
  const status = values.name("gen_ai.tool.status");
  return status === null ? null : status === "success";
};

const spanMillis = (item: LogItem | SpanItem): number | null =>
  item.kind === "span" && item.end > item.start ? Number((item.end - item.start) / 1_000_000n) : null;

/** Of a tool's parameters a commit, its branch and the first word of a command; nothing else leaves this function. */
function parameters(text: string | undefined): Pick<ToolRow, "command" | "git_commit_id" | "git_branch"> {
  const none = { command: null, git_commit_id: null, git_branch: null };
  if (text === undefined) return none;
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return none;
  }
  if (typeof parsed !== "object" || parsed === null) return none;
  const values = new Map<string, unknown>(Object.entries(parsed));
  const word = (...keys: string[]): string | null => {
    for (const key of keys) {
      const value = values.get(key);
      if (typeof value === "string" && value !== "") return value;
    }
    return null;
  };
  const commit = word("git_commit_id");
  const branch = word("git_branch");
  const command = /^\s*([A-Za-z0-9_.-]{1,40})(?=\s|$)/.exec(word("bash_command", "full_command", "command") ?? "")?.[1];
  return {
    command: command ?? null,
    git_commit_id: commit !== null && /^[0-9a-f]{7,64}$/.test(commit) ? commit : null,
    git_branch: branch === null ? null : nameOf(branch),
  };
}
