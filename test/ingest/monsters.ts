/** Lines as large and as deep as a hostile or broken writer could make them, by what they are. */
export function monstrousLines(good: string, size: { readonly bytes: number; readonly depth: number }): Map<string, string> {
  const { depth } = size;
  const long = "x".repeat(size.bytes);
  const arrays = "[".repeat(depth) + "]".repeat(depth);
  const objects = `${'{"a":'.repeat(depth)}1${"}".repeat(depth)}`;
  const rest = good.slice(1);
  return new Map([
    ["a record with a long prompt", `{"input":{"inputTokenCount":7,"inputBodyJson":{"prompt":"${long}"}},${withoutInput(good)}`],
    [
      "a record with a long prompt full of escapes",
      `{"input":{"inputBodyJson":{"prompt":"${'\\"\\n'.repeat(size.bytes / 4)}"}},${withoutInput(good)}`,
    ],
    ["a record with a long unknown field", `{"new":"${long}",${rest}`],
    ["text without an end", `{"input":{"inputBodyJson":{"prompt":"${long}`],
    ["no JSON at all", long],
    ["quotes only", '"'.repeat(size.bytes)],
    ["objects back to back", '{"a":1}'.repeat(size.bytes / 64)],
    ["arrays in a body", `{"input":{"inputBodyJson":{"deep":${arrays}}},${withoutInput(good)}`],
    ["objects in a body", `{"input":{"inputBodyJson":{"deep":${objects}}},${withoutInput(good)}`],
    ["arrays in a field that decides", `{"output":{"outputBodyJson":{"usage":${arrays}}},${withoutOutput(good)}`],
    ["arrays in an unknown field", `{"new":${arrays},${rest}`],
    ["objects as metadata", `{"requestMetadata":${objects},${withoutMetadata(good)}`],
    ["arrays as the record", arrays],
    ["objects as the record", objects],
    ["arrays that never close", "[".repeat(depth)],
    ["objects that never close", '{"a":'.repeat(depth)],
    ["brackets that were never open", "]".repeat(depth)],
  ]);
}

const withoutInput = (line: string): string => without(line, "input");
const withoutOutput = (line: string): string => without(line, "output");
const withoutMetadata = (line: string): string => without(line, "requestMetadata");

/** The line's fields behind the first brace, but for one. */
function without(line: string, field: string): string {
  const record: Record<string, unknown> = JSON.parse(line);
  delete record[field];
  return JSON.stringify(record).slice(1);
}
