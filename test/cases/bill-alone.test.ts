import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, vi } from "vitest";
import { strataHere } from "../pipeline/strata-here.ts";
import { billCase } from "./run-case.ts";

vi.setConfig({ testTimeout: 300_000 });

it("a bill alone gives everything that a bill can say", async () => {
  const out = mkdtempSync(join(tmpdir(), "strata-bill-alone-"));
  const { code, stderr } = await strataHere(["analyze", "--cur", ...(billCase("refund-later").cur ?? []), "--out", out]);
  expect({ code, stderr: stderr.replace(/^.*(?:Reading|Analysing).*$/gm, "").trim() }).toMatchObject({ code: 0 });
  const read = (month: string, name: string): string => readFileSync(join(out, "reports", `month=${month}`, name), "utf8");
  expect(JSON.parse(read("2026-09", "manifest.json"))).toMatchObject({ status: "final", totals: { billed_usd: "33.00" } });
  expect(JSON.parse(read("2026-10", "manifest.json"))).toMatchObject({ totals: { billed_usd: "-29.70" } });
  expect(read("2026-10", "focus.csv")).toContain("Correction");
  expect(read("2026-09", "by_model.csv")).toMatch(/^claude-sonnet-4-6,.*,33\.00,/m);
  expect(read("2026-09", "by_account.csv")).toMatch(/^111122223333,.*,33\.00,/m);
});
