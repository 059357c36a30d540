import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { ALERT_RULES } from "../../src/config/alert-rules.ts";
import { parseConfig } from "../../src/config/load.ts";
import { strataConfig } from "../../src/config/strata-config.ts";
import { dataOf, type FakeData } from "./fake-data.ts";

const page = readFileSync(join(import.meta.dirname, "../../docs/alerts.md"), "utf8");
const blocks = (language: string): string[] =>
  [...page.matchAll(new RegExp(`\`\`\`${language}\\n([^\`]+)\`\`\``, "g"))].map(([, text]) => text ?? "");

const opened: FakeData[] = [];
afterAll(() => {
  for (const made of opened) made.close();
});

describe("docs/alerts.md", () => {
  it.each(blocks("yaml").map((text) => [text]))("gives a config that is taken: %s", (text) => {
    const { alerts } = parseConfig(text);
    expect(alerts).not.toEqual(strataConfig.parse({}).alerts);
  });

  it("has a row for every rule, with its severity, and says which are off", () => {
    for (const [name, { severity, enabled }] of Object.entries(ALERT_RULES)) {
      const row = page.split("\n").find((line) => line.split("|")[1]?.includes(`\`${name}\``)) ?? "";
      expect(row, name).toContain(`${enabled ? "" : " (off)"} | ${severity} |`);
    }
  });

  it("has an example of suppression, acknowledgement and a rule of one's own", () => {
    const all = blocks("yaml").join();
    for (const key of ["suppress:", "acknowledge:", "rules:"]) expect(all).toContain(key);
  });

  it.each(blocks("sql").map((text) => [text]))("gives a query over the history that runs: %s", async (text) => {
    const made = await dataOf([]);
    opened.push(made);
    expect((await made.warehouse.adhoc(text)).rows).toEqual([]);
  });
});

it("every rule is named in a test that says when it tells", () => {
  const tests = readdirSync(import.meta.dirname)
    .filter((name) => name.endsWith(".test.ts"))
    .map((name) => readFileSync(join(import.meta.dirname, name), "utf8"))
    .join("\n");
  expect(Object.keys(ALERT_RULES).filter((name) => !new RegExp(`\\b${name}\\b`).test(tests))).toEqual([]);
});
