import { expect, it } from "vitest";
import { ask, at, type Cells, columnsOf } from "./ask.ts";

type Value = string | number | boolean;
/** A value that only this column has, as it is given and as it comes back. */
function ownValue(name: string, type: string, index: number): readonly [given: Value, found: unknown] {
  const minute = `2026-06-10 10:${String(index % 60).padStart(2, "0")}`;
  if (type === "DATE") return ["2026-06-10", "2026-06-10"];
  if (type === "BOOLEAN") return [true, true];
  if (type.startsWith("TIMESTAMP")) return [minute, at(minute)];
  if (type.startsWith("MAP")) return [`{k=${name}}`, { k: name }];
  if (type.endsWith("[]")) return [`[${name}]`, [name]];
  if (type === "VARCHAR") return [name, name];
  if (type.startsWith("DECIMAL")) return [index + 1, (index + 1).toFixed(12)];
  return [index + 1, index + 1];
}

/** What views hand on, and how many columns that are, of one row, whose every column is its own; those that they reckon have tests of their own. */
it.each([
  [
    "invocations",
    "invocation_records",
    {},
    ["learned_owners", "attribution_sources", "identity_sources", "call_matches", "call_people"],
    66,
  ],
  ["call_clients", "invocations", {}, ["traced_calls", "api_calls"], 12],
  ["call_identities", "invocations", {}, ["call_people", "identity_sources"], 18],
  ["charge_matches", "bill_matches", {}, ["midnight_matches"], 5],
  ["charge_matches", "midnight_matches", {}, ["bill_matches"], 6],
  [
    "usage_to_match",
    "hourly_usage",
    {},
    ["principal_keys", "usage_types", "bill_ends", "profile_models", "attribution_sources"],
    31,
  ],
  [
    "billed_charges",
    "cur_line_items",
    { currency_code: "USD", period: "2026-06" },
    ["usage_types", "principal_keys", "exchange_rates", "linked_accounts", "line_owners"],
    30,
  ],
  ["kiro_days", "kiro_usage", { model: undefined }, [], 16],
  ["client_calls", "client_call_records", { signal: "event" }, [], 37],
  ["client_counts", "client_points", {}, [], 22],
  ["client_tools", "client_tool_records", {}, [], 23],
  ["tool_costs", "traced_calls", { estimated_cost: 2 }, ["client_tools"], 10],
  ["commit_calls", "traced_calls", {}, ["client_tools", "client_counts"], 13],
] as const)("%s hands on what %s says", async (view, source, set, empty, count) => {
  const columns = (await columnsOf(source)).map(({ name, type }, index) => ({ name, value: ownValue(name, type, index) }));
  const changed: Readonly<Record<string, Value | undefined>> = set;
  const given = columns.flatMap(({ name, value: [own] }) => {
    const value = Object.hasOwn(changed, name) ? changed[name] : own;
    return value === undefined ? [] : [[name, value] as const];
  });
  const row: Cells = Object.fromEntries(given);
  const [found = {}] = await ask(
    `views/${view}`,
    {},
    { ...Object.fromEntries(empty.map((name) => [name, []])), [source]: [row] },
  );
  const own = columns.filter(({ name }) => Object.hasOwn(found, name) && !Object.hasOwn(changed, name));
  const wrong = own.filter(({ name, value }) => JSON.stringify(found[name]) !== JSON.stringify(value[1])).map(({ name }) => name);
  expect(wrong).toEqual([]);
  expect(own.length).toBe(count);
});

it("a tool use of several signals is one, and has of each figure the largest", async () => {
  const use = (signal: string, n: number): Cells => ({
    ...{ dt: "2026-06-10", identity: signal, signal, tool_use_id: "t", source_object: "o", event_time: `2026-06-10 10:0${n}` },
    ...{ duration_ms: n, input_bytes: 10 * n, result_bytes: 100 * n, tool_name: `tool ${n}`, success: n === 2 },
  });
  const rows = await ask("views/client_tools", {}, { client_tool_records: [use("event", 1), use("span", 2)] });
  expect(rows).toEqual([
    {
      ...{ dt: "2026-06-10", event_time: at("2026-06-10 10:01"), tool_use_id: "t", tool_name: "tool 2", succeeded: 1 },
      ...{ duration_ms: 2, input_bytes: 20, result_bytes: 200 },
    },
  ]);
});
