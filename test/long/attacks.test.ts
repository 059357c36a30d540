import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { parseCsv } from "../../src/parse-csv.ts";
import { MemoryStore } from "../ingest/memory-store.ts";
import { fastPath } from "../ingest/two-paths.ts";
import { rawLine } from "../invocation/support.ts";
import { strataHere } from "../pipeline/strata-here.ts";
import { KINDS, objectsOf } from "./attacks.ts";

const root = mkdtempSync(join(tmpdir(), "strata-attacks-"));
const at = (...names: string[]): string => join(root, ...names);
afterAll(() => rmSync(root, { recursive: true, force: true }));

const good = (requestId: string): string => rawLine({ requestId });

test("the corpus holds more than two hundred attacks", () => {
  expect(KINDS.flatMap(({ attacks }) => attacks).length).toBeGreaterThan(200);
});

describe.each(KINDS)("$kind", ({ kind, attacks }) => {
  test.each(attacks.map((attack, index) => ({ attack, index })))(
    "$attack.name: the records beside it land",
    async ({ attack, index }) => {
      const source = MemoryStore.of(objectsOf(attack, `${kind}-${index}`, good));
      const { rows } = await fastPath(source);
      const landed = Object.values(rows)
        .flat()
        .map((row) => String(Reflect.get(Object(row), "request_id")));
      expect(landed).toEqual(expect.arrayContaining([`good-${kind}-${index}-1`, `good-${kind}-${index}-2`]));
    },
  );

  test("all of them in one folder: the command ends as it should, every good record is in its result, the report is harmless", async () => {
    mkdirSync(at(kind));
    for (const [index, attack] of attacks.entries())
      for (const [name, bytes] of Object.entries(objectsOf(attack, `${kind}-${index}`, good)))
        writeFileSync(at(kind, name), bytes);
    const { code, stderr } = await strataHere(["analyze", at(kind), "--out", at(`${kind}-out`)]);
    expect([0, 1, 2], stderr).toContain(code);
    expect(stderr).not.toContain("This should not happen");

    const asked = await strataHere([
      "sql",
      "select count(distinct request_id) as n from invocations where request_id like 'good-%'",
      ...["--data", at(`${kind}-out`), "--format", "csv"],
    ]);
    expect(asked.stdout.trim().split(/\s+/)).toEqual(["n", String(2 * attacks.length)]);
    for (const file of readdirSync(at(`${kind}-out`, "reports"), { recursive: true, encoding: "utf8" })) {
      if (file.endsWith(".csv")) expectNoFormula(readFileSync(at(`${kind}-out`, "reports", file), "utf8"), file);
      if (file.endsWith(".html")) expectNoMarkup(readFileSync(at(`${kind}-out`, "reports", file), "utf8"), file);
    }
  });
});

/** Cells as a reader of RFC 4180 sees them, and what a spreadsheet with another list separator cuts off them: there a quote in front is dropped. */
function expectNoFormula(csv: string, file: string): void {
  for (const cell of parseCsv(csv).flat()) {
    const [, ...cut] = cell.split(/[;\t\r\n]/);
    expect(cell, file).not.toMatch(/^ *[=+@＝＋＠]/);
    for (const part of cut) expect(part, file).not.toMatch(/^["' ]{0,3}(?<!')[=+@＝＋＠]/);
  }
}

const MARKUP = KINDS.find(({ kind }) => kind === "markup")?.attacks.flatMap((attack) =>
  "set" in attack
    ? [String(Reflect.get(Object(attack.set["requestMetadata"]), "team"))].filter((text) => /^\W*<\w.*>/.test(text))
    : [],
);
function expectNoMarkup(page: string, file: string): void {
  expect(MARKUP?.length).toBeGreaterThan(5);
  for (const text of MARKUP ?? []) if (text.length > 5) expect(page.includes(text), `${text} in ${file}`).toBe(false);
}
