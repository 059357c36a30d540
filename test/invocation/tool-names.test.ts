import { describe, expect, it } from "vitest";
import { toolNamesOf } from "../../src/invocation/tool-names.ts";

const SECRET = "CANARY of what the tool is asked";

describe("the tools that an answer calls", () => {
  it.each<[string, unknown, string | null]>([
    [
      "Anthropic Messages",
      {
        type: "message",
        content: [
          { type: "text", text: "tool_use" },
          { type: "tool_use", id: "toolu_1", name: "Read", input: { name: SECRET, path: SECRET } },
          { type: "tool_use", id: "toolu_2", name: "Bash", input: { command: SECRET } },
          { type: "tool_use", id: "toolu_3", name: "Read", input: {} },
          { type: "server_tool_use", id: "srv_1", name: "web_search", input: { query: SECRET } },
        ],
      },
      "Bash,Read,web_search",
    ],
    [
      "Anthropic's stream",
      [
        { type: "message_start", message: { usage: {} } },
        { type: "content_block_start", index: 0, content_block: { type: "text", text: "" } },
        { type: "content_block_start", index: 1, content_block: { type: "tool_use", id: "t", name: "get_weather", input: {} } },
        { type: "content_block_delta", index: 1, delta: { type: "input_json_delta", partial_json: `{"name":"${SECRET}"}` } },
      ],
      "get_weather",
    ],
    [
      "Converse",
      {
        output: {
          message: {
            role: "assistant",
            content: [{ text: SECRET }, { toolUse: { toolUseId: "t", name: "lookup-order", input: { name: SECRET } } }],
          },
        },
        stopReason: "tool_use",
      },
      "lookup-order",
    ],
    [
      "Converse's stream",
      [
        { messageStart: { role: "assistant" } },
        { contentBlockStart: { contentBlockIndex: 0, start: { toolUse: { toolUseId: "t", name: "search" } } } },
        { contentBlockDelta: { delta: { toolUse: { input: SECRET } } } },
      ],
      "search",
    ],
    [
      "OpenAI chat completions",
      { choices: [{ message: { tool_calls: [{ type: "function", function: { name: "sum", arguments: SECRET } }] } }] },
      "sum",
    ],
    [
      "OpenAI's stream",
      [
        { choices: [{ delta: { tool_calls: [{ index: 0, function: { name: "sum", arguments: "" } }] } }] },
        { choices: [{ delta: { tool_calls: [{ index: 0, function: { arguments: SECRET } }] } }] },
      ],
      "sum",
    ],
    ["an answer without tools", { type: "message", content: [{ type: "text", text: SECRET }] }, null],
    ["a tool that is only offered or answered", { content: [{ type: "tool_result", name: "Read", content: SECRET }] }, null],
    ["a name that is a sentence", { content: [{ type: "tool_use", name: SECRET }] }, null],
    [
      "a name that is no text",
      {
        content: [
          { type: "tool_use", name: { a: 1 } },
          { type: "tool_use", name: 7 },
        ],
      },
      null,
    ],
    ["a name with a comma", { content: [{ type: "tool_use", name: "a,b" }] }, null],
    ["something else in every place", { content: "x", output: [1], choices: { 0: 1 }, content_block: null }, null],
    ["no object", "text", null],
    ["nothing", undefined, null],
  ])("%s", (_, body, names) => {
    expect(toolNamesOf(body)).toBe(names);
  });
});
