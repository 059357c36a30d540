import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { classifyUsage } from "../../src/billing/classify-usage.ts";
import type { BilledLine } from "../../src/billing/usage-class.ts";

/** Usage types of public bills, price lists and dashboards; see test/fixtures/README.md. */
const [head = "", ...lines] = readFileSync(join(import.meta.dirname, "..", "fixtures", "usage-types.tsv"), "utf8")
  .trimEnd()
  .split("\n");
const names = head.split("\t");
const rows = lines.map((line) => Object.fromEntries(line.split("\t").map((cell, at) => [names[at] ?? "", cell])));
const cell = (row: Record<string, string>, name: string): string => row[name] ?? "";

const lineOf = (row: Record<string, string>): BilledLine => ({
  productCode: cell(row, "product"),
  productName: cell(row, "name") || "Amazon Bedrock",
  usageType: cell(row, "usage_type"),
  operation: "InvokeModelInference",
  unit: cell(row, "unit"),
  description: cell(row, "description"),
  billingEntity: cell(row, "usage_type").includes("MP:") ? "AWS Marketplace" : "AWS",
  lineItemType: "Usage",
});

describe("usage types as AWS writes them", () => {
  it.each(rows.map((row, at) => [at + 2, cell(row, "usage_type"), row] as const))("line %i: %s", (_, __, row) => {
    const found = classifyUsage(lineOf(row));
    expect({ kind: found.chargeKind, what: found.what }).toEqual({ kind: cell(row, "kind"), what: cell(row, "what") });
    if (cell(row, "kind") !== "token") return;
    const wanted = cell(row, "model");
    if (wanted.endsWith("*")) expect(found.model?.startsWith(wanted.slice(0, -1))).toBe(true);
    else expect(found.model).toBe(wanted);
    expect({
      token: found.tokenType,
      routing: found.routing ?? "",
      tier: found.serviceTier,
      ctx: found.contextClass,
      tokens: found.tokensPerUnit,
    }).toEqual({
      token: cell(row, "token"),
      routing: cell(row, "routing"),
      tier: cell(row, "tier"),
      ctx: cell(row, "ctx"),
      tokens: /^(?:Units|1M tokens)$/.test(cell(row, "unit")) ? 1_000_000 : 1_000,
    });
  });

  // A name that is no model's to begin with ("Claude-Haiku") is spelled as billed, with a word more or less.
  const tokens = rows.filter((row) => cell(row, "kind") === "token" && cell(row, "model") !== "*");
  /** Places between two words of a usage type, after the region. */
  const places = (usageType: string): number[] =>
    [...usageType.matchAll(/(?<=[-_])/g)].map(({ index }) => index).filter((at) => at > usageType.indexOf("-"));

  it("is unclassified with a word that nobody knows, wherever it stands", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...tokens),
        fc.nat(),
        fc.constantFrom("turbo", "Wobble", "reasoning", "24h", "prefill", "v", "hosted", "Ultra", "x", "é", "tool"),
        (row, place, word) => {
          const line = lineOf(row);
          const all = [...places(line.usageType), line.usageType.length];
          const at = all[place % all.length] ?? 0;
          const [before, after] = [line.usageType.slice(0, at), line.usageType.slice(at)];
          const joint = line.usageType.includes("MP:") ? "_" : "-";
          const usageType = after === "" ? `${before}${joint}${word}` : `${before}${word}${joint}${after}`;
          const found = classifyUsage({ ...line, usageType });
          expect([usageType, found.chargeKind]).toEqual([usageType, "unclassified"]);
        },
      ),
      { numRuns: 3000 },
    );
  });

  it("never reads a line as another model's or kind's when a word is left out", () => {
    for (const row of tokens) {
      const line = lineOf(row);
      if (!/cach/i.test(line.usageType)) continue;
      const usageType = line.usageType.replace(/[-_]?(?:read|write)/i, "");
      expect([usageType, classifyUsage({ ...line, usageType }).tokenType]).not.toEqual([usageType, "input"]);
    }
  });
});
