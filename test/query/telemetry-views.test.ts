import { describe, expect, it } from "vitest";
import { ask, at, type Cells } from "./ask.ts";

const DAY = "2026-06-10";
const usd = (pico: number): string => `0.${String(pico).padStart(12, "0")}`;

// docs/telemetry.md: what calls led to.
describe("the commit of a call", () => {
  const call = (minute: string, cells: Cells = {}): Cells => ({
    ...{ dt: DAY, event_time: `2026-06-10 10:${minute}`, session_id: "s", call_id: minute, request_id: minute, ...cells },
  });
  const commit = (minute: string, git_commit_id: string, cells: Cells = {}): Cells => ({
    ...{
      dt: DAY,
      event_time: `2026-06-10 10:${minute}`,
      session_id: "s",
      git_commit_id,
      git_branch: `b ${git_commit_id}`,
      ...cells,
    },
  });
  const count = (minute: string, value: number, metric = "commit", cells: Cells = {}): Cells => ({
    ...{ event_time: `2026-06-10 10:${minute}`, session_id: "s", metric: `claude_code.${metric}.count`, value, ...cells },
  });
  const seen = (traced_calls: readonly Cells[], client_tools: readonly Cells[], client_counts: readonly Cells[] = []) =>
    ask("views/commit_calls", {}, { traced_calls, client_tools, client_counts }).then((rows) =>
      rows.sort((a, b) => (String(a["call_id"]) < String(b["call_id"]) ? -1 : 1)),
    );
  const commits = async (...given: Parameters<typeof seen>) =>
    (await seen(...given)).map((row) => [row["call_id"], row["commit_name"], row["commits"]]);
  const pulls = async (...given: Parameters<typeof seen>) =>
    (await seen(...given)).map((row) => [row["call_id"], row["pull_requested_at"], row["pull_requests"]]);

  it("is the next one of its session, by hash; what comes after the last is uncommitted", async () => {
    const tools = [commit("10", "first"), commit("20", "second"), { event_time: "2026-06-10 10:40", session_id: "s" }];
    const rows = await seen([call("05"), call("15"), call("16"), call("30")], tools);
    expect(
      rows.map((row) => [row["call_id"], row["commit_name"], row["git_branch"], row["committed_at"], row["commits"]]),
    ).toEqual([
      ["05", "first", "b first", at("2026-06-10 10:10"), 1],
      ["15", "second", "b second", at("2026-06-10 10:20"), 1],
      ["16", "second", "b second", at("2026-06-10 10:20"), 1],
      ["30", "uncommitted", undefined, undefined, 0],
    ]);
  });

  it("is of the same session alone", async () => {
    expect(await commits([call("05", { session_id: "t" })], [commit("10", "first")])).toEqual([["05", "uncommitted", 0]]);
    const { session_id: _, ...nowhere } = commit("10", "first");
    const { session_id: _of, ...loose } = call("05");
    expect(await commits([loose], [nowhere])).toEqual([["05", "uncommitted", 0]]);
  });

  it("of the very moment of a commit led to it", async () => {
    expect(await commits([call("10"), call("11")], [commit("10", "first"), commit("11", "second")])).toEqual([
      ["10", "first", 1],
      ["11", "second", 1],
    ]);
    expect(await pulls([call("10")], [], [count("10", 1, "pull_request")])).toEqual([["10", at("2026-06-10 10:10"), 1]]);
  });

  it("is counted where no hash is told, and not again where one is", async () => {
    expect(await commits([call("05"), call("15")], [], [count("10", 2), count("12", 0)])).toEqual([
      ["05", "counted", 2],
      ["15", "uncommitted", 0],
    ]);
    expect(await commits([call("05"), call("15")], [commit("10", "first")], [count("20", 2)])).toEqual([
      ["05", "first", 1],
      ["15", "uncommitted", 0],
    ]);
    // Another session's hashes say nothing of this one.
    expect(await commits([call("05")], [commit("10", "first", { session_id: "t" })], [count("20", 2)])).toEqual([
      ["05", "counted", 2],
    ]);
    expect(await commits([call("05")], [], [count("10", 1, "lines_of_code")])).toEqual([["05", "uncommitted", 0]]);
  });

  it("has the pull request that comes next, whoever told the commits", async () => {
    const counts = [count("20", 1, "pull_request"), count("30", 3, "pull_request")];
    expect(await pulls([call("05"), call("25"), call("35")], [commit("10", "first")], counts)).toEqual([
      ["05", at("2026-06-10 10:20"), 1],
      ["25", at("2026-06-10 10:30"), 3],
      ["35", undefined, 0],
    ]);
    // A pull request is no commit, and a commit no pull request.
    expect(await commits([call("05")], [], counts)).toEqual([["05", "uncommitted", 0]]);
    expect(await pulls([call("05")], [commit("10", "first")], [count("11", 1)])).toEqual([["05", undefined, 0]]);
  });

  it("of several at one moment is one, with the largest count", async () => {
    expect(await commits([call("05")], [commit("10", "a"), commit("10", "b")])).toEqual([["05", "b", 1]]);
    expect(await commits([call("05")], [], [count("10", 1), count("10", 4)])).toEqual([["05", "counted", 4]]);
    expect(await pulls([call("05")], [], [count("10", 1, "pull_request"), count("10", 4, "pull_request")])).toEqual([
      ["05", at("2026-06-10 10:10"), 4],
    ]);
  });
});

describe("what a tool cost", () => {
  const call = (pico: number, cells: Cells = {}): Cells => ({
    ...{ dt: DAY, account_id: "1", call_id: "c", request_id: "r", client_request_id: "q", event_time: "2026-06-10 10:00" },
    ...{ estimated_cost: usd(pico), ...cells },
  });
  const use = (minute: number, tool_name: string, cells: Cells = {}): Cells => ({
    ...{ dt: DAY, request_id: "q", tool_use_id: `u${minute}`, event_time: `2026-06-10 10:0${minute}`, tool_name, ...cells },
  });
  const shares = async (traced_calls: readonly Cells[], client_tools: readonly Cells[]) =>
    (await ask("views/tool_costs", {}, { traced_calls, client_tools }))
      .map((row) => `${row["tool_name"]} ${Number(row["estimated_cost"]) * 1e12}`)
      .sort();

  it("is an equal part of its call to the last digit, the first tools having what is left over", async () => {
    expect(await shares([call(11)], [use(3, "c"), use(1, "a"), use(2, "b")])).toEqual(["a 4", "b 4", "c 3"]);
    expect(await shares([call(9)], [use(3, "c"), use(1, "a"), use(2, "b")])).toEqual(["a 3", "b 3", "c 3"]);
    expect(await shares([call(3)], [use(1, "b", { tool_use_id: "2" }), use(1, "a", { tool_use_id: "1" })])).toEqual([
      "a 2",
      "b 1",
    ]);
  });

  it("of a call that asked for none, or of which none is known, is a row without a tool", async () => {
    expect(await shares([call(7)], [])).toEqual(["(no tool) 7"]);
    expect(await shares([call(7)], [use(1, "a", { request_id: "else" })])).toEqual(["(no tool) 7"]);
  });

  it("is of its own call: day, account and request, or the client's name for it", async () => {
    const tools = [use(1, "a"), use(2, "b", { request_id: "q2" })];
    const others: readonly Cells[] = [{ dt: "2026-06-11" }, { account_id: "2" }, { request_id: "r2" }];
    for (const cells of others)
      expect(await shares([call(4), call(6, { client_request_id: "q2", ...cells })], tools)).toEqual(["a 4", "b 6"]);
    const { request_id: _, account_id: _a, ...untraced } = call(4);
    expect(await shares([untraced as Cells, { ...untraced, call_id: "d", client_request_id: "q2" }], tools)).toEqual([
      "a 4",
      "b 4",
    ]);
  });

  it("of a request that the client tells of as two calls is shared by the tools of both", async () => {
    const twice = [call(5), call(5, { call_id: "d", client_request_id: "q2" })];
    expect(await shares(twice, [use(1, "a"), use(2, "b", { request_id: "q2" })])).toEqual(["a 3", "b 2"]);
  });

  it("says what became of the use", async () => {
    const [row] = await ask(
      "views/tool_costs",
      {},
      {
        traced_calls: [call(1, { team: "red" })],
        client_tools: [
          use(1, "Bash", {
            tool_source: "s",
            decision: "accept",
            decision_source: "user",
            succeeded: 1,
            error_type: "e",
            duration_ms: 9,
            command: "c",
            git_commit_id: "g",
          }),
        ],
      },
    );
    expect(row).toEqual({
      ...{
        dt: DAY,
        event_time: at("2026-06-10 10:00"),
        call_id: "c",
        request_id: "r",
        team: "red",
        tool_use_id: "u1",
        tool_name: "Bash",
      },
      ...{
        tool_source: "s",
        decision: "accept",
        decision_source: "user",
        succeeded: 1,
        error_type: "e",
        duration_ms: 9,
        command: "c",
      },
      ...{ git_commit_id: "g", estimated_cost: usd(1) },
    });
  });
});

describe("a call as clients tell of it", () => {
  const record = (signal: string, identity: string, cells: Cells = {}): Cells => ({
    ...{
      dt: DAY,
      signal,
      identity,
      request_id: "r",
      event_time: "2026-06-10 10:00",
      source_object: "o",
      source_message: 1,
      ...cells,
    },
  });
  const span = (id: string, parent: string, cells: Cells = {}): Cells =>
    record("span", `t/${id}`, { trace_id: "t", span_id: id, ...(parent === "" ? {} : { parent_span_id: parent }), ...cells });
  const calls = async (...client_call_records: readonly Cells[]) =>
    (await ask("views/client_calls", {}, { client_call_records })).sort((a, b) =>
      String(a["call_id"]) < String(b["call_id"]) ? -1 : 1,
    );
  const names = async (...records: readonly Cells[]) => (await calls(...records)).map((row) => row["call_id"]);
  const less = ({ request_id: _, ...row }: Cells): Cells => row as Cells;

  it("counts once however often it is delivered, as it came first", async () => {
    const rows = await calls(
      record("event", "e", { source_object: "b", model: "second" }),
      record("event", "e", { source_object: "a", source_message: 2, model: "later" }),
      record("event", "e", { source_object: "a", model: "first" }),
    );
    expect(rows.map((row) => row["model"])).toEqual(["first"]);
    expect(await names(record("event", "e"), record("event", "e", { dt: "2026-06-11" }))).toEqual(["r", "r"]);
  });

  it("of an event and a span is one: the event, with the span's trace and first token", async () => {
    const rows = await calls(
      record("event", "e", { model: "event", claimed_cost: 2, event_time: "2026-06-10 10:05" }),
      span("1", "0", { model: "span", time_to_first_token_ms: 40, claimed_cost: 3 }),
    );
    expect(rows).toMatchObject([
      {
        call_id: "r",
        signal: "event",
        model: "event",
        claimed_cost: "2.000000000000",
        trace_id: "t",
        time_to_first_token_ms: 40,
      },
    ]);
    expect(rows).toHaveLength(1);
  });

  it("told of several times has the latest first token and the last trace", async () => {
    const rows = await calls(
      record("event", "e", { trace_id: "a", time_to_first_token_ms: 30 }),
      span("1", "0", { trace_id: "b", time_to_first_token_ms: 40 }),
      span("2", "0", { trace_id: "a", time_to_first_token_ms: 20, identity: "a/2" }),
    );
    expect(rows).toMatchObject([{ signal: "event", trace_id: "b", time_to_first_token_ms: 40 }]);
  });

  it("is one for each request; without a request's id, for each event", async () => {
    expect(await names(record("event", "e"), record("event", "f", { request_id: "r2" }))).toEqual(["r", "r2"]);
    expect(await names(less(record("event", "e")), less(record("event", "f")))).toEqual(["e", "f"]);
    const [first] = await calls(
      record("event", "e", { event_time: "2026-06-10 10:05", model: "late" }),
      record("event", "f", { model: "early" }),
    );
    expect(first).toMatchObject({ model: "early" });
    const [tie] = await calls(record("event", "f", { model: "f" }), record("event", "e", { model: "e" }));
    expect(tie).toMatchObject({ model: "e" });
  });

  it("is no span that surrounds others, of the same trace and day", async () => {
    const inner = less(span("2", "1"));
    expect(await names(less(span("1", "")), inner)).toEqual(["t/2"]);
    expect(await names(less(span("1", "0")), inner, less(span("3", "2")))).toEqual(["t/3"]);
    expect(await names(less(span("1", "")), less(span("2", "")))).toEqual(["t/1", "t/2"]);
    expect(await names(less(span("1", "")), { ...inner, dt: "2026-06-11" })).toEqual(["t/1", "t/2"]);
    expect(await names(less(span("1", "")), { ...inner, trace_id: "v", identity: "v/2" })).toEqual(["t/1", "v/2"]);
    // An event surrounds nothing, whatever its span is called.
    expect(await names(less(record("event", "e", { trace_id: "t", span_id: "1" })), inner)).toEqual(["e", "t/2"]);
    // A span that was delivered twice is not around itself.
    expect(await names(inner, { ...inner, source_object: "p" })).toEqual(["t/2"]);
  });
});
