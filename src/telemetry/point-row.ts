import { parseDecimal, toPico } from "../money.ts";
import type { clientPoints } from "../tables/client-points.ts";
import type { RowOf } from "../tables/column.ts";
import type { PointItem } from "./item.ts";
import type { KeptKeys } from "./kept-keys.ts";
import { millis, type Place, who } from "./place.ts";
import { Values } from "./values.ts";

export type PointRow = RowOf<typeof clientPoints>;

/** Metrics that are kept, without the prefix of their client. Others are somebody else's. */
const CLAUDE_CODE: ReadonlySet<string> = new Set([
  ...["session.count", "token.usage", "cost.usage", "code_edit_tool.decision", "lines_of_code.count"],
  ...["commit.count", "pull_request.count", "active_time.total"],
]);

/** A row for a point of a metric that is wanted; undefined for any other. */
export function pointRow(item: PointItem, place: Place, keys: KeptKeys): PointRow | undefined {
  const isOwn = item.metric.startsWith("claude_code.") && CLAUDE_CODE.has(item.metric.slice("claude_code.".length));
  if (!isOwn && item.metric !== "gen_ai.client.token.usage") return undefined;
  const values = new Values(item.attributes, item.resource);
  const { person, labels, device_id, session_id, entrypoint, client, client_version, scope } = who(item, values, keys);
  return {
    event_time: millis(item.time),
    start_micros: Number(item.start / 1000n),
    time_micros: Number(item.time / 1000n),
    series: item.series,
    temporality: item.temporality,
    metric: item.metric,
    value: pico(item.value),
    ...{ scope, client, client_version, entrypoint, session_id, device_id, person },
    model: values.name("model", "gen_ai.response.model", "gen_ai.request.model"),
    type: values.name("type", "gen_ai.token.type"),
    query_source: values.name("query_source"),
    agent_name: values.name("agent.name"),
    tool_name: values.name("tool_name"),
    decision: values.name("decision"),
    decision_source: values.name("source"),
    language: values.name("language"),
    start_type: values.name("start_type"),
    labels,
    source_object: place.object,
    source_message: place.message,
  };
}

const MOST = 10n ** 38n;

/** Null for what decimal(38,12) cannot hold. */
function pico(value: string): bigint | null {
  const exact = toPico(parseDecimal(value));
  return exact < MOST && exact > -MOST ? exact : null;
}
