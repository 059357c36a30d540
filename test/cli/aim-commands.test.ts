import { expect, test } from "vitest";
import { atFolder, atStage } from "../../src/aim-commands.ts";

test.each([
  ["7 more: npx strata-bedrock alerts", "7 more: npx strata-bedrock alerts --data demo/data"],
  ["npx strata-bedrock alerts explain ID", "npx strata-bedrock alerts explain ID --data demo/data"],
  ["(npx strata-bedrock query unlogged_spend).", "(npx strata-bedrock query unlogged_spend --data demo/data)."],
  ["npx strata-bedrock query anomalies/b --param x=1", "npx strata-bedrock query anomalies/b --data demo/data --param x=1"],
  ["npx strata-bedrock whatif achieved DAY tells", "npx strata-bedrock whatif achieved DAY --data demo/data tells"],
  ["npx strata-bedrock quarantine list shows", "npx strata-bedrock quarantine list --data demo/data shows"],
  // Told already, or about no folder.
  ["npx strata-bedrock query top_spenders --data x", "npx strata-bedrock query top_spenders --data x"],
  ["npx strata-bedrock query top_spenders --athena --stage prod", "npx strata-bedrock query top_spenders --athena --stage prod"],
  ["npx strata-bedrock query lists them", "npx strata-bedrock query lists them"],
  ["npx strata-bedrock analyze ./logs", "npx strata-bedrock analyze ./logs"],
  ["npx strata-bedrock prices update", "npx strata-bedrock prices update"],
])("%s is told the folder", (text, expected) => {
  expect(atFolder(text, "demo/data")).toBe(expected);
  expect(atFolder(text, "strata-data")).toBe(text);
});

test("a folder with a space is one word", () => {
  expect(atFolder("npx strata-bedrock alerts", "my data")).toBe("npx strata-bedrock alerts --data 'my data'");
});

test.each([
  [
    "npx strata-bedrock query top_spenders --param x=1",
    "npx strata-bedrock query top_spenders --athena --stage prod --param x=1",
  ],
  ["npx strata-bedrock quarantine list shows", "npx strata-bedrock quarantine list --stage prod shows"],
  ["with npx strata-bedrock doctor.", "with npx strata-bedrock doctor --stage prod."],
  ["npx strata-bedrock whatif", "npx strata-bedrock whatif"],
])("%s is told the stack", (text, expected) => {
  expect(atStage(text, "prod")).toBe(expected);
});
