import fc from "fast-check";
import { expect, test } from "vitest";
import { formatUsd, parseUsd } from "../../src/money.ts";
import { parseCsv } from "../../src/parse-csv.ts";
import { csvOf } from "../../src/report/csv.ts";
import { focusTable } from "../../src/report/focus.ts";
import { loadMonth } from "../../src/report/load-month.ts";
import { pageInput } from "../../src/report/load-page.ts";
import { manifestOf } from "../../src/report/manifest.ts";
import { periodOf } from "../../src/report/period.ts";
import { chargeOf } from "./month-fixture.ts";
import { clearsStatements, column, configOf, fixture, SUM_FILES, sum } from "./statement-fixture.ts";

clearsStatements();

const name = fc.constantFrom("platform", "payments", "a,b", '"q"', "=1+1", "unattributed", "Ünïcode\nline");
/** Pico-dollars, up to a thousand dollars, so that most have all twelve digits. */
const dollars = fc.bigInt({ min: 0n, max: 10n ** 15n }).map((pico) => formatUsd(pico));
const day = fc.integer({ min: 1, max: 31 }).map((number) => `2026-10-${String(number).padStart(2, "0")}`);
const call = fc.record({
  at: fc.tuple(day, fc.integer({ min: 0, max: 23 })).map(([date, hour]) => `${date}T${String(hour).padStart(2, "0")}:30:00Z`),
  team: name,
  cost_center: fc.option(name),
  person: fc.option(fc.constantFrom("ana@example.com", "ben@example.com", "o'neil, jo")),
  model: fc.constantFrom("claude-sonnet-4-6", "nova-lite", "model|x"),
  account_id: fc.constantFrom("111122223333", "444455556666"),
  service_tier: fc.constantFrom("on-demand", "flex"),
  costs: fc.option(fc.tuple(dollars, dollars, dollars, dollars)),
});
const charge = fc.record({
  dt: day,
  status: fc.constantFrom("allocated", "billed_not_logged", "not_token_based", "adjustment", "unclassified", "residual"),
  billed_cost: fc.tuple(fc.boolean(), dollars).map(([negative, text]) => (negative && parseUsd(text) !== 0n ? `-${text}` : text)),
  team: name,
  cost_center: fc.option(name),
  model: fc.option(fc.constantFrom("claude-sonnet-4-6", "other")),
  token_type: fc.option(fc.constantFrom("input", "output", "cache_read")),
});

/** The files of the month as they are written, without page and workbook. */
async function filesOf(calls: Content["calls"], charges: Content["charges"]) {
  const { warehouse } = await fixture({ ...(calls ? { calls } : {}), ...(charges ? { charges } : {}) });
  const config = configOf("");
  const period = periodOf("2026-10");
  const { data, tables } = await pageInput(warehouse, await loadMonth(warehouse, period, "Example"), config);
  const { rows } = await warehouse.query("reports/focus", { from: period.from, to: period.to });
  const all = [...tables, focusTable(rows, { period, payer: "", organisation: "Example" })];
  return { manifest: manifestOf(data, "final", config, []), tables: new Map(all.map((table) => [table.name, csvOf(table)])) };
}
type Content = Parameters<typeof fixture>[0];

test("whatever was called and billed, every file sums to the same estimate and the same bill, to the last digit", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(call, { minLength: 1, maxLength: 8 }),
      fc.array(charge, { maxLength: 8 }),
      async (calls, charges) => {
        const files = await filesOf(calls, charges.map(chargeOf));
        const csv = (name: string): string => files.tables.get(name) ?? "";
        const estimated = formatUsd(
          calls.flatMap(({ costs }) => costs ?? []).reduce((total, text) => total + parseUsd(text), 0n),
        );
        expect(files.manifest.totals["estimated_usd"]).toBe(estimated);
        const billed = sum(charges.map(({ billed_cost: cost }) => cost));
        for (const one of SUM_FILES) {
          expect(sum(column(csv(one), "estimated_usd")), one).toBe(estimated);
          if (charges.length > 0) expect(sum(column(csv(one), "billed_usd")), one).toBe(billed);
          const widths = new Set(parseCsv(csv(one)).map((cells) => cells.length));
          expect(widths.size, one).toBe(1);
        }
        expect(sum(column(csv("chargeback"), "total_usd"))).toBe(charges.length > 0 ? billed : estimated);
        if (charges.length === 0) return;
        for (const [one, amount] of [
          ["reconciliation", "billed_usd"],
          ["focus", "BilledCost"],
        ] as const)
          expect(sum(column(csv(one), amount)), one).toBe(billed);
        expect(files.manifest.tie_out).toMatchObject({ billed_usd: billed, difference_usd: "0.00" });
      },
    ),
    // Each run makes the tables of a month, which is two dozen queries.
    { numRuns: 6, seed: 7, endOnFailure: true },
  );
});
