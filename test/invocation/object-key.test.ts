import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { classifyKey } from "../../src/invocation/object-key.ts";
import { SAMPLES } from "./support.ts";

/** The fixture's words; two of them only say why the row is there. */
const KIND = new Map([
  ["log-url-encoded-prefix", "log"],
  ["log-customer-prefix-named-data", "log"],
  ["data-exports-test-object", "data-exports-test"],
]);

const rows = readFileSync(new URL("object-keys.txt", SAMPLES), "utf8")
  .trim()
  .split("\n")
  .map((row) => row.split("\t"));

test.each(rows)("%s is a %s", (key = "", kind = "") => {
  expect(classifyKey(key).kind).toBe(KIND.get(kind) ?? kind);
});

const HOUR = "AWSLogs/011122223333/BedrockModelInvocationLogs/us-gov-west-1/2026/10/05/14";
const FILE = "20261005T141504123Z_0123456789abcdef.json.gz";
const place = { accountId: "011122223333", region: "us-gov-west-1" };
const deliveredAt = Date.UTC(2026, 9, 5, 14, 15, 4, 123);

describe("what a key says", () => {
  test.each([
    [`${HOUR}/${FILE}`, { kind: "log", ...place, deliveredAt }],
    [`${HOUR}/other-name.json.gz`, { kind: "log", ...place }],
    [`${HOUR}/20261399T996199999Z_0123456789abcdef.json.gz`, { kind: "log", ...place }],
    [`data/2026/01/01/00/data/${HOUR}/${FILE}`, { kind: "log", ...place, deliveredAt }],
    [`AWSLogs/999999999999/BedrockModelInvocationLogs/eu-west-1/${HOUR}/${FILE}`, { kind: "log", ...place, deliveredAt }],
    [`${HOUR}/data/x_output.json.gz`, { kind: "body", ...place }],
    [`${HOUR}/data/x_input_media_00.png`, { kind: "media", ...place }],
    [`${HOUR}/data/${FILE}`, { kind: "body", ...place }],
    [`${HOUR}/notes.txt`, { kind: "other", ...place }],
    [
      "AWSLogs/011122223333/BedrockModelInvocationLogs/us-gov-west-1/amazon-bedrock-logs-permission-check",
      { kind: "permission-check", ...place },
    ],
    // Parts of the tree that somebody copied.
    [`2026/10/05/14/${FILE}`, { kind: "log", deliveredAt }],
    ["2026/10/05/14/data/x_input.json.gz", { kind: "body" }],
    [FILE, { kind: "log", deliveredAt }],
    ["data/0a1b2c3d-0000-4000-8000-000000000006_output.json", { kind: "body" }],
    // Files outside the layout, by their ending.
    ["data/team.json", { kind: "log" }],
    ["logs/export.jsonl", { kind: "log" }],
    ["logs/a.json.gz", { kind: "log" }],
    ["export/task/stream/000000.gz", { kind: "log" }],
    ["app.log", { kind: "log" }],
    ["cur/part-0.csv.gz", { kind: "other" }],
    ["cur/data.parquet", { kind: "other" }],
    ["cur/bill-Manifest.json", { kind: "other" }],
    ["README.md", { kind: "other" }],
    ["", { kind: "other" }],
    ["folder/", { kind: "other" }],
  ])("%s", (key, expected) => {
    expect(classifyKey(key)).toEqual(expected);
  });
});
